"""From the arguments to the settings and to open services."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING

from bot.clock import system_clock
from bot.config import Config
from bot.domain.answers import Payer
from bot.domain.articles import Scope
from bot.errors import NotFound

if TYPE_CHECKING:
    from bot.services import Services


@dataclass(frozen=True, slots=True)
class Session:
    """One command at work on the services of an archive."""

    services: Services
    arguments: Namespace

    @property
    def scope(self) -> Scope:
        """One archive: the operator's shared one, or with `--guild` that server's own."""
        return Scope(guild=self.arguments.guild, shared=self.arguments.guild is None)

    @property
    def payer(self) -> Payer:
        """The archive whose tokens a language model spends."""
        return Payer(self.arguments.guild)


def on_archive(
    use: Callable[[Session], Awaitable[int]],
) -> Callable[[Namespace, Mapping[str, str]], int]:
    """Makes the `run` of a command from a coroutine that uses the services of an existing archive. It raises
    ConfigError and NotFound("no-archive")."""

    async def with_services(arguments: Namespace, config: Config) -> int:
        from bot.services import open_services

        async with open_services(
            config.data,
            load_max_mb=config.load_max_mb,
            vectors=config.vectors,
            drop=config.drop,
            model=config.model,
        ) as services:
            return await use(Session(services, arguments))

    @wraps(use)
    def run(arguments: Namespace, env: Mapping[str, str]) -> int:
        import asyncio

        return asyncio.run(with_services(arguments, existing_archive(arguments, env)))

    return run


def existing_archive(arguments: Namespace, env: Mapping[str, str]) -> Config:
    """`configuration` of a folder with databases: a mistyped one gets none. Raises NotFound("no-archive")."""
    config = configuration(arguments, env)
    if not (config.data / "corpus.db").exists():
        raise NotFound("no-archive", data=config.data)
    return config


def configuration(arguments: Namespace, env: Mapping[str, str], *, need_token: bool = False) -> Config:
    """The settings; `--data` goes before NEWSDESK_DATA. Raises ConfigError."""
    env = {**env, "NEWSDESK_DATA": arguments.data} if arguments.data else env
    return Config.from_env(env, need_token=need_token)


def date(text: str | None) -> datetime | None:
    """A date as a person types it, or None. Raises BadInput("bad-date")."""
    from bot.text.language.date_parser import parse_date

    return None if text is None else parse_date(text, system_clock())
