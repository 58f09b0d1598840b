"""The arguments of every subcommand."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from bot import __version__
from bot.domain.articles import author_name

Run = Callable[[argparse.Namespace, Mapping[str, str]], int]


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """What was asked, with `run(given, env)` to do it. Raises SystemExit like argparse."""
    given = _parser().parse_args([_plain(text) for text in argv])
    if given.command is None:
        _parser().print_help()
        raise SystemExit(2)
    return given


def _plain(text: str) -> str:
    """Bytes that are no text in the system's encoding would later fail in JSON and SQLite."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _later(module: str, function: str) -> Run:
    """Subcommands import their code when they run, so that none pays for another."""

    def run(given: argparse.Namespace, env: Mapping[str, str]) -> int:
        code: int = getattr(import_module(f"bot.cli.{module}"), function)(given, env)
        return code

    return run


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="newsdesk",
        description="Search, read and discuss an archive of news threads.",
        epilog="Exit codes: 0 done, 1 nothing found, 2 bad input.",
    )
    parser.add_argument("--version", action="version", version=f"newsdesk {__version__}")
    _options(parser, data=None, guild=None, json=False)
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")
    for add in (
        _load,
        _search,
        _ask,
        _article,
        _summary,
        _comments,
        _loads,
        _undo,
        _forget,
        _stats,
        _backup,
        _check,
    ):
        _options(add(commands))
    for add in (_schedules, _deliveries, _follows):
        _options(add(commands))
    for add in (_run, _try, _worker, _thinker):
        add(commands)
    return parser


def _options(parser: argparse.ArgumentParser, **defaults: Any) -> None:
    """Options that may stand before or after the subcommand; one not given after it stays as before it."""

    def default(name: str) -> Any:
        return defaults.get(name, argparse.SUPPRESS)

    parser.add_argument(
        "--data",
        metavar="DIR",
        default=default("data"),
        help="the folder of the databases (else NEWSDESK_DATA, else data)",
    )
    parser.add_argument(
        "--guild",
        metavar="ID",
        type=_guild,
        default=default("guild"),
        help="the archive of this Discord server, not the shared one",
    )
    parser.add_argument(
        "--json", action="store_true", default=default("json"), help="one JSON object on standard output"
    )


Commands = Any
"""What `add_subparsers` returns; argparse keeps its name private."""


def _add(commands: Commands, name: str, run: Run, help: str | None, **more: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, **({"help": help, "description": help} if help else {}), **more
    )
    parser.set_defaults(run=run)
    return parser


def _load(commands: Commands) -> argparse.ArgumentParser:
    parser = _add(
        commands,
        "load",
        _later("loads", "load"),
        "load pages and Reddit dumps: files, folders, .zip, .tar, .gz, .xz, .zst",
        epilog="The filters look at each article and comment; pages have neither subreddit nor score.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        type=Path,
        default=[],
        help="a file or folder; several are one load",
    )
    what.add_argument(
        "--resume",
        metavar="LOAD",
        nargs="?",
        const=0,
        type=_count,
        help="go on with this load, or the last one that was stopped or has failed",
    )
    parser.add_argument("--name", help="what the load is called in its receipt (else its first path's name)")
    parser.add_argument("--dry-run", action="store_true", help="say what would load, and write nothing")
    parser.add_argument(
        "--subreddit", metavar="NAME", action="append", default=[], help="only from it; may be repeated"
    )
    parser.add_argument("--after", metavar="DATE", help="only from this date on, such as 2024-03-12")
    parser.add_argument("--before", metavar="DATE", help="only before this date")
    parser.add_argument("--min-score", type=_score, metavar="N", help="only with this score or more")
    parser.add_argument(
        "--min-length", type=_offset, default=0, metavar="N", help="only comments of N characters or more"
    )
    parser.add_argument("--over-18", action="store_true", help="also what is marked as over 18")
    return parser


def _search(commands: Commands) -> argparse.ArgumentParser:
    parser = _add(
        commands,
        "search",
        _later("articles_and_search", "search"),
        "find threads by their words",
        epilog='Words are all wanted; "a phrase", -without, this OR that, begin*.',
    )
    parser.add_argument("query", metavar="QUERY", nargs="+", help="what to look for")
    parser.add_argument("--in", dest="place", choices=("articles", "comments", "both"), default="both")
    parser.add_argument("--source", help="only from this site, such as courier.example")
    parser.add_argument("--author", help="only by this submitter or commenter")
    parser.add_argument(
        "--after", metavar="DATE", help="only from this date on, such as 2024-03-12 or 12 Mar 2024"
    )
    parser.add_argument("--before", metavar="DATE", help="only before this date")
    parser.add_argument("--order", choices=("relevance", "newest", "score"), default="relevance")
    parser.add_argument("--limit", type=_count, default=10, metavar="N", help="hits to show (10)")
    parser.add_argument("--offset", type=_offset, default=0, metavar="N", help="hits to pass over (0)")
    return parser


def _ask(commands: Commands) -> argparse.ArgumentParser:
    parser = _add(
        commands,
        "ask",
        _later("ask", "ask"),
        "answer a question with quotes from the archive",
        epilog="Exit code 1 where the archive does not say.",
    )
    parser.add_argument("question", metavar="QUESTION", nargs="+", help="in your own words")
    parser.add_argument("--article", metavar="ID", help="ask only this article and its comments")
    parser.add_argument("--source", help="only from this site, such as courier.example")
    parser.add_argument("--after", metavar="DATE", help="only from this date on, as for search")
    parser.add_argument("--before", metavar="DATE", help="only before this date")
    return parser


def _article(commands: Commands) -> argparse.ArgumentParser:
    parser = _add(
        commands, "article", _later("articles_and_search", "article"), "show an article and its comments"
    )
    return _with_id(parser)


def _summary(commands: Commands) -> argparse.ArgumentParser:
    parser = _add(
        commands,
        "summary",
        _later("articles_and_search", "summary"),
        "show the sentences that carry an article",
    )
    parser.add_argument("--sentences", type=_count, default=3, metavar="N", help="how many at most (3)")
    return _with_id(parser)


def _comments(commands: Commands) -> argparse.ArgumentParser:
    parser = _add(
        commands,
        "comments",
        _later("articles_and_search", "comments"),
        "show what the commenters of an article say",
    )
    return _with_id(parser)


def _with_id(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("id", metavar="ID", help="an article's number, its key (t3_...), or its title")
    return parser


def _loads(commands: Commands) -> argparse.ArgumentParser:
    parser = _add(commands, "loads", _later("loads", "loads"), "list the last loads")
    parser.add_argument("--limit", type=_count, default=20, metavar="N", help="how many at most (20)")
    return parser


def _undo(commands: Commands) -> argparse.ArgumentParser:
    parser = _add(commands, "undo", _later("loads", "undo"), "take back exactly what a load brought")
    parser.add_argument("load", metavar="LOAD", type=_count, help="the load's number")
    return parser


def _forget(commands: Commands) -> argparse.ArgumentParser:
    parser = _add(
        commands,
        "forget",
        _later("loads", "forget"),
        "take an author's words and name out of the archives, for good",
        epilog="Without --guild it is done in every archive.",
    )
    parser.add_argument("what", choices=("author",), help="what is to be forgotten")
    parser.add_argument(
        "name", metavar="NAME", type=_author, help="the author's name; its case does not count"
    )
    return parser


def _stats(commands: Commands) -> argparse.ArgumentParser:
    return _add(commands, "stats", _later("maintenance", "stats"), "count what the archive holds")


def _backup(commands: Commands) -> argparse.ArgumentParser:
    parser = _add(
        commands, "backup", _later("maintenance", "backup"), "copy the databases, also while the bot runs"
    )
    parser.add_argument("target", metavar="TARGET", type=Path, help="the folder to put the copies into")
    return parser


def _check(commands: Commands) -> argparse.ArgumentParser:
    parser = _add(
        commands, "check", _later("maintenance", "check"), "verify the databases, and say what to do"
    )
    parser.add_argument("--repair", action="store_true", help="build a broken search index anew")
    return parser


def _schedules(commands: Commands) -> argparse.ArgumentParser:
    return _add(commands, "schedules", _later("schedules", "schedules"), "list the scheduled digests")


def _deliveries(commands: Commands) -> argparse.ArgumentParser:
    parser = _add(
        commands, "deliveries", _later("schedules", "deliveries"), "tell what became of scheduled digests"
    )
    parser.add_argument("--schedule", type=_count, metavar="N", help="of this digest alone")
    parser.add_argument("--limit", type=_count, default=20, metavar="N", help="how many at most (20)")
    return parser


def _follows(commands: Commands) -> argparse.ArgumentParser:
    parser = _add(commands, "follows", _later("follows", "follows"), "list what channels and members follow")
    parser.add_argument("--remove", type=_count, metavar="N", help="take this follow away instead")
    return parser


def _run(commands: Commands) -> argparse.ArgumentParser:
    parser = _add(commands, "run", _later("run", "run"), "run the bot; needs DISCORD_TOKEN")
    parser.add_argument(
        "--data", metavar="DIR", default=argparse.SUPPRESS, help="the folder of the databases"
    )
    return parser


def _try(commands: Commands) -> argparse.ArgumentParser:
    parser = _add(
        commands, "try", _later("run", "try_it"), "run the bot on a simulated Discord in the browser"
    )
    parser.add_argument(
        "--port", type=_offset, default=0, metavar="N", help="the local page's port (any free one)"
    )
    parser.add_argument(
        "--data",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="keep the archive here (else nothing is kept)",
    )
    return parser


def _worker(commands: Commands) -> argparse.ArgumentParser:
    return _add(commands, "load-worker", _later("load_worker", "load_worker"), None)


def _thinker(commands: Commands) -> argparse.ArgumentParser:
    return _add(commands, "thinker", _later("comment_digest_worker", "thinker"), None)


def _author(text: str) -> str:
    name = author_name(text)
    if name is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not an author's name")
    return name


def _score(text: str) -> int:
    if text.startswith("-"):
        return -_number(text[1:], 0, 2**53)
    return _number(text, 0, 2**53)


def _guild(text: str) -> int:
    """Discord's ids are 64-bit numbers above zero; zero stands for the shared archive inside."""
    return _number(text, 1, 2**63 - 1)


def _count(text: str) -> int:
    return _number(text, 1, 1_000_000)


def _offset(text: str) -> int:
    return _number(text, 0, 1_000_000)


def _number(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}")
    return int(text)
