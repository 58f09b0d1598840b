"""`newsdesk undo`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from bot.cli.arguments import count
from bot.cli.exit_codes import OK
from bot.cli.jobs import job, record, run_silently
from bot.cli.json_output import emit, undone_json
from bot.cli.session import existing_archive
from bot.cli.terminal import show, show_bold
from bot.i18n import msg
from bot.loading import protocol

HELP = "cli-undo"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("load", metavar="LOAD", type=count, help="cli-undo-load")


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Undoes a load, in this process."""
    from bot.loading.jobs import run_undo

    config = existing_archive(arguments, env)
    undone = run_silently(run_undo, job(protocol.UndoJob, arguments, config, load=arguments.load))
    counts = {"articles": undone.articles_removed, "comments": undone.comments_removed}
    record(arguments, config, "undo", load=undone.load, **counts)
    if arguments.json:
        emit(undone_json(undone))
        return OK
    show_bold(msg("load-undone", load=str(undone.load)).strip("*"))
    show(msg("load-removed", articles=undone.articles_removed, comments=undone.comments_removed))
    if undone.restored:
        show(msg("load-restored", count=undone.restored))
    return OK
