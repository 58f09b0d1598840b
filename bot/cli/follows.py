"""`newsdesk follows`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import suppress

from bot.cli.json_output import emit, follow_json, follows_json
from bot.cli.session import with_library
from bot.cli.terminal import line, minute, show, styled
from bot.domain.follows import Follow
from bot.errors import NotFound
from bot.services import Library
from bot.ui.follows import strings


def follows(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """The follows of all servers, or of one; 1 when there are none. With `remove` takes one away instead."""

    async def use(library: Library) -> int:
        if given.remove is not None:
            return await _remove(library, given)
        found = await library.follows.every(given.guild)
        if given.json:
            emit(follows_json(found))
        elif not found:
            show("Nobody follows anything.")
        for one in () if given.json else found:
            where = f"{'member' if one.direct else 'channel'} {one.where}"
            by = f"by {line(one.by.name)}, {minute(one.made_at)}"
            show(styled((f"{one.id}. {await _what(library, one)}", "bold")))
            show(line(strings.state(one)), 3)
            show(styled((f"server {one.guild} · {where} · {by}", "dim")), 3)
        return 0 if found else 1

    return with_library(given, env, use)


async def _remove(library: Library, given: argparse.Namespace) -> int:
    found = await library.follows.remove_any(given.remove, given.guild)
    if given.json:
        emit({"removed": follow_json(found)})
    else:
        show(f"Removed follow {found.id}: {await _what(library, found)}.")
    return 0


async def _what(library: Library, one: Follow) -> str:
    title = None
    if one.watch.article is not None:
        scope = (await library.settings(one.guild)).scope(adult=True)
        with suppress(NotFound):
            title = (await library.article(scope, one.watch.article)).title
    return line(strings.unescaped(one.watch, title))
