"""`newsdesk purge`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from bot.cli.arguments import add_source
from bot.cli.exit_codes import OK
from bot.cli.jobs import job, record, run_silently
from bot.cli.json_output import emit
from bot.cli.session import Session, date, existing_archive, on_archive
from bot.cli.terminal import dotted, line, show, show_dim
from bot.clock import system_clock
from bot.domain.loads import PurgeFilter
from bot.errors import BadInput
from bot.i18n import msg
from bot.loading import protocol

HELP = "cli-purge"


def add_arguments(parser: ArgumentParser) -> None:
    parser.epilog = "cli-purge-permanent"
    parser.add_argument("--before", metavar="DATE", help="cli-before")
    add_source(parser)
    parser.add_argument("--subreddit", metavar="NAME", help="cli-purge-subreddit")
    parser.add_argument("--all", action="store_true", help="cli-purge-all")
    parser.add_argument("--dry-run", action="store_true", help="cli-purge-dry-run")


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Deletes threads, in this process, or with --dry-run counts them."""
    from bot.loading.jobs import run_purge
    from bot.services.backups import backups
    from bot.ui.privacy.strings import backups_left

    purged = PurgeFilter(date(arguments.before), arguments.source, arguments.subreddit)
    if (purged == PurgeFilter()) != arguments.all:
        raise BadInput("purge-of-what")
    config = existing_archive(arguments, env)
    work = job(protocol.PurgeJob, arguments, config, purged=purged, dry_run=arguments.dry_run)
    result = run_silently(run_purge, work)
    if not arguments.dry_run:
        _check_posts(arguments, env)
        record(arguments, config, "purge", articles=result.articles, comments=result.comments)
    if arguments.json:
        done = "found" if arguments.dry_run else "deleted"
        emit({"articles": {done: result.articles}, "comments": {done: result.comments}})
    elif arguments.dry_run:
        show(dotted(msg("articles", count=result.articles), msg("comments", count=result.comments)))
        show_dim(msg("nothing-changed"))
    else:
        show(msg("load-removed", articles=result.articles, comments=result.comments))
        show_dim(backups_left(backups(config.data), lambda backup: line(str(backup.folder))))
    return OK


@on_archive
async def _check_posts(session: Session) -> int:
    await session.services.posts.check(system_clock())
    return OK
