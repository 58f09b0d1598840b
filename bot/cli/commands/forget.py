"""`newsdesk forget`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from bot.cli.arguments import author
from bot.cli.exit_codes import NOTHING_FOUND, OK
from bot.cli.jobs import job, record, run_silently
from bot.cli.json_output import author_preview_json, emit, erased_json
from bot.cli.session import Session, existing_archive, on_archive
from bot.cli.terminal import line, show, show_dim
from bot.clock import system_clock
from bot.i18n import msg
from bot.loading import protocol
from bot.ui.privacy.strings import backups_left, what_is_here

HELP = "cli-forget"


def add_arguments(parser: ArgumentParser) -> None:
    parser.epilog = "cli-forget-everywhere"
    parser.add_argument("what", choices=("author",), help="cli-forget-what")
    parser.add_argument("name", metavar="NAME", type=author, help="cli-forget-name")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help="cli-forget-dry-run")
    how.add_argument("--keep-out", action="store_true", help="cli-forget-keep-out")


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Erases an author, in this process, or with --dry-run shows what that would empty; returns 1 if the
    archive has nothing by that author. Such a name may be mistyped, and every later load would leave it out,
    so it is recorded only with --keep-out."""
    if not arguments.keep_out:
        known = _look(arguments, env)
        if arguments.dry_run or known != OK:
            return known
    from bot.loading.jobs import run_erase
    from bot.services.backups import backups

    config = existing_archive(arguments, env)
    _erase_state(arguments, env)
    erased = run_silently(run_erase, job(protocol.EraseJob, arguments, config, name=arguments.name))
    _erase_state(arguments, env)
    record(arguments, config, "forget", articles=erased.articles, comments=erased.comments)
    if arguments.json:
        emit(erased_json(erased))
    elif not erased.articles and not erased.comments:
        show(msg("cli-forget-nothing"))
    else:
        show(msg("cli-forget-done", articles=erased.articles, comments=erased.comments))
        show_dim(backups_left(backups(config.data), lambda backup: line(str(backup.folder))))
    return OK if erased.articles or erased.comments else NOTHING_FOUND


@on_archive
async def _erase_state(session: Session) -> int:
    await session.services.erasure.erase_state(session.arguments.guild, session.arguments.name)
    await session.services.posts.check(system_clock())
    return OK


@on_archive
async def _look(session: Session) -> int:
    arguments = session.arguments
    erasure = session.services.erasure
    preview = await erasure.preview(arguments.guild, arguments.name)
    known = bool(preview.articles or preview.comments)
    if not arguments.dry_run and (
        known or not preview.complete or await erasure.is_unfinished(arguments.guild, arguments.name)
    ):
        return OK
    if arguments.json:
        emit(author_preview_json(preview))
    else:
        for fact in filter(None, what_is_here(preview, line)):
            show(fact)
        show_dim(msg("nothing-changed") if arguments.dry_run else msg("cli-forget-unknown"))
    return OK if known else NOTHING_FOUND
