"""Turns the arguments into settings and open services."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli.json_output import emit
from bot.cli.terminal import complain
from bot.clock import system_clock
from bot.config import Config, ConfigError
from bot.domain.answers import Payer
from bot.domain.articles import Scope
from bot.errors import NotFound
from bot.i18n import formats, msg

if TYPE_CHECKING:
    from bot.services import Services


@dataclass(frozen=True, slots=True)
class Session:
    """A running command with the services of an archive."""

    services: Services
    arguments: Namespace
    emit: Callable[[dict[str, Any]], None] = emit
    """Takes the JSON of a command."""

    @property
    def scope(self) -> Scope:
        """The scope of one archive: the operator's shared one, or with `--guild` that server's own."""
        return Scope(guild=self.arguments.guild, shared=self.arguments.guild is None)

    @property
    def payer(self) -> Payer:
        """The payer for a language model: the server of the archive, if any."""
        return Payer(self.arguments.guild)


def on_archive(
    use: Callable[[Session], Awaitable[int]],
) -> Callable[[Namespace, Mapping[str, str]], int]:
    """Makes a command's `run` function from a coroutine that uses the services of an existing archive. `run`
    raises ConfigError and NotFound("no-archive")."""

    async def with_services(arguments: Namespace, config: Config) -> int:
        from bot.services import open_services

        async with open_services(
            config.data,
            load_max_mb=config.load_max_mb,
            zst_window_mb=config.zst_window_mb,
            vectors=config.vectors,
            drop=config.drop,
            model=config.model,
        ) as services:
            return await use(Session(services, arguments))

    @wraps(use)
    def run(arguments: Namespace, env: Mapping[str, str]) -> int:
        import asyncio

        config = existing_archive(arguments, env)
        upgrade(config.data)
        return asyncio.run(with_services(arguments, config))

    return run


def existing_archive(arguments: Namespace, env: Mapping[str, str]) -> Config:
    """Like `configuration`, for a directory that contains databases, so that a mistyped path creates none.
    Raises NotFound("no-archive")."""
    from bot.services.upgrade import archive_exists

    config = configuration(arguments, env)
    if not archive_exists(config.data):
        raise NotFound("no-archive", data=config.data)
    return config


def upgrade(data: Path) -> None:
    """Upgrades existing databases to this version's schema, and says so on standard error. Raises what
    `bot.store.databases.Engine.prepare` raises."""
    from bot.services.upgrade import UpgradeStep, upgrade_databases

    def report(step: UpgradeStep) -> None:
        duration = formats.duration(step.seconds)
        if step.stage == "backup":
            part = formats.percent(step.part)
            complain(msg("cli-upgrade-backup", size=formats.file_size(step.bytes), part=part))
        elif step.stage == "migration":
            complain(msg("cli-upgrade-running", file=step.file, duration=duration))
        else:
            complain(msg("cli-upgrade-done", file=step.file, duration=duration, backup=str(step.backup)))

    upgrade_databases(data, report)


def configuration(arguments: Namespace, env: Mapping[str, str], *, need_token: bool = False) -> Config:
    """The settings, whose database it selects. Raises ConfigError."""
    from bot.services.upgrade import select_database

    config = settings(arguments, env, need_token=need_token)
    select_database(config.database_url)
    return config


def settings(arguments: Namespace, env: Mapping[str, str], *, need_token: bool = False) -> Config:
    """The settings; `--data` overrides NEWSDESK_DATA. Raises ConfigError."""
    env = {**env, "NEWSDESK_DATA": arguments.data} if arguments.data else env
    return Config.from_env(env, need_token=need_token)


def date(text: str | None) -> datetime | None:
    """Parses a date as typed; None for None. Raises BadInput("bad-date")."""
    from bot.text.language.date_parser import parse_date

    return None if text is None else parse_date(text, system_clock())


def environment(started: Mapping[str, str] = os.environ) -> Mapping[str, str]:
    """The environment, which overrides `.env` in the working directory. `started` is the one without what
    `configuration` has written into it. Raises ConfigError."""
    # Unlike Path.is_file, this is also false in a folder that this user has no access to.
    if not os.path.isfile(".env"):
        return started
    from dotenv import dotenv_values

    try:
        values = dotenv_values(".env")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError((msg("config-env-file", reason=str(error)),)) from None
    return {name: value for name, value in values.items() if value is not None} | dict(started)
