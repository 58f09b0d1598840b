"""`newsdesk follows`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import suppress

from bot.cli.arguments import count
from bot.cli.exit_codes import OK
from bot.cli.json_output import emit, follow_json, follows_json
from bot.cli.session import Session, on_archive
from bot.cli.terminal import dotted, line, minute, show, show_bold, show_dim
from bot.domain.follows import Follow
from bot.errors import NotFound
from bot.i18n import msg
from bot.ui.follows import strings

HELP = "cli-follows"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--remove", type=count, metavar="N", help="cli-follows-remove")


@on_archive
async def run(session: Session) -> int:
    """Prints the follows of all servers, or of one. With `remove`, removes one
    instead."""
    arguments = session.arguments
    if arguments.remove is not None:
        return await _remove(session, arguments)
    follows = await session.services.follows.all_follows(arguments.guild)
    if arguments.json:
        emit(follows_json(follows))
    elif not follows:
        show(msg("cli-follows-none"))
    for follow in () if arguments.json else follows:
        place = str(follow.where)
        where = msg("cli-member", id=place) if follow.direct else msg("cli-channel", id=place)
        by = msg("cli-by", name=line(follow.by.name), time=minute(follow.made_at))
        show_bold(f"{follow.id}. {await _describe(session, follow)}")
        show(line(strings.state(follow)), indent=3)
        show_dim(dotted(msg("cli-server", id=str(follow.guild)), where, by), indent=3)
    return OK


async def _remove(session: Session, arguments: Namespace) -> int:
    follow = await session.services.follows.remove_any(arguments.remove, arguments.guild)
    if arguments.json:
        emit({"removed": follow_json(follow)})
    else:
        what = await _describe(session, follow)
        show(msg("cli-follows-removed", id=str(follow.id), what=what))
    return OK


async def _describe(session: Session, follow: Follow) -> str:
    title = None
    if follow.watch.article is not None:
        scope = (await session.services.settings.get(follow.guild)).scope(adult=True)
        with suppress(NotFound):
            title = (await session.services.archive.article(scope, follow.watch.article)).title
    return line(strings.unescaped(follow.watch, title))
