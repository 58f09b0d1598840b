"""`newsdesk forget`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from bot.cli.arguments import author
from bot.cli.exit_codes import NOTHING_FOUND, OK
from bot.cli.jobs import job, run_silently
from bot.cli.json_output import emit, erased_json
from bot.cli.session import existing_archive
from bot.cli.terminal import amount, show, show_dim
from bot.loading import protocol

HELP = "take an author's words and name out of the archives, for good"


def add_arguments(parser: ArgumentParser) -> None:
    parser.epilog = "Without --guild it is done in every archive."
    parser.add_argument("what", choices=("author",), help="what is to be forgotten")
    parser.add_argument(
        "name", metavar="NAME", type=author, help="the author's name; its case does not count"
    )


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Erases an author, in this process; returns 1 if the archive has nothing by that author."""
    from bot.loading.jobs import run_erase

    config = existing_archive(arguments, env)
    erased = run_silently(run_erase, job(protocol.EraseJob, arguments, config, name=arguments.name))
    if arguments.json:
        emit(erased_json(erased))
    else:
        emptied = f"{amount(erased.articles, 'article')} and {amount(erased.comments, 'comment')}"
        show(f"Took the name and the words out of {emptied}. They stay gone when a dump is loaded again.")
        show_dim("Copies made by newsdesk backup before now still hold them.")
    return OK if erased.articles or erased.comments else NOTHING_FOUND
