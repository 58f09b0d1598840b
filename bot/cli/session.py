"""From the arguments to the settings and to an open library."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.clock import system_clock
from bot.config import Config
from bot.domain.articles import Scope
from bot.errors import NotFound
from bot.services import Library, open_library


def configuration(given: argparse.Namespace, env: Mapping[str, str], *, need_token: bool = False) -> Config:
    """The settings, `--data` going before NEWSDESK_DATA. Raises ConfigError."""
    return Config.from_env({**env, "NEWSDESK_DATA": given.data} if given.data else env, need_token=need_token)


def scope(given: argparse.Namespace) -> Scope:
    """One archive: the operator's shared one, or with `--guild` that server's own."""
    return Scope(guild=given.guild, shared=given.guild is None)


def when(text: str | None) -> datetime | None:
    """A date that a person typed, or None. Raises BadInput("bad-date")."""
    from bot.text.language.date_parser import parse_when

    return None if text is None else parse_when(text, system_clock())


def must_exist(config: Config) -> None:
    """Raises NotFound("no-archive") where nothing was ever loaded."""
    if not (config.data / "corpus.db").exists():
        raise NotFound("no-archive", data=config.data)


def with_library(
    given: argparse.Namespace, env: Mapping[str, str], use: Callable[[Library], Awaitable[int]]
) -> int:
    """Runs one use case on an archive that must be there: looking into a mistyped folder makes no databases.
    Raises NotFound("no-archive")."""
    config = configuration(given, env)
    must_exist(config)

    async def session() -> int:
        async with open_library(
            config.data,
            load_max_mb=config.load_max_mb,
            vectors=config.vectors,
            drop=config.drop,
            model=config.model,
        ) as library:
            return await use(library)

    return asyncio.run(session())
