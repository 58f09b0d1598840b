"""`newsdesk undo`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from bot.cli.arguments import count
from bot.cli.exit_codes import OK
from bot.cli.jobs import job, run_silently
from bot.cli.json_output import emit, undone_json
from bot.cli.session import existing_archive
from bot.cli.terminal import amount, show
from bot.loading import protocol

HELP = "take back exactly what a load brought"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("load", metavar="LOAD", type=count, help="the load's number")


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Undoes a load, in this process."""
    from bot.loading.jobs import run_undo

    config = existing_archive(arguments, env)
    undone = run_silently(run_undo, job(protocol.UndoJob, arguments, config, load=arguments.load))
    if arguments.json:
        emit(undone_json(undone))
        return OK
    removed = f"{amount(undone.articles_removed, 'article')} and {amount(undone.comments_removed, 'comment')}"
    restored = f", {amount(undone.restored, 'row')} put back as they were" if undone.restored else ""
    show(f"Took back load {undone.load}: {removed} removed{restored}.")
    return OK
