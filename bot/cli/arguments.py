"""Argument types, and arguments that several commands share."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

from bot.domain.articles import author_name
from bot.domain.shards import ShardPlan, parse_plan
from bot.i18n import msg


def author(text: str) -> str:
    """Normalises an author's name as the archive does."""
    name = author_name(text)
    if name is None:
        raise ArgumentTypeError(msg("cli-not-an-author", text=text))
    return name


def score(text: str) -> int:
    """A whole number, which can be negative."""
    return -_number(text[1:], 0, 2**53) if text.startswith("-") else _number(text, 0, 2**53)


def guild(text: str) -> int:
    """A guild id: a positive 64-bit number. Zero denotes the shared archive internally."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 2**63):
        raise ArgumentTypeError(msg("cli-not-a-server", text=text))
    return int(text)


def shards(text: str) -> ShardPlan:
    """What one of several processes is started for: `auto`, or shards such as `0-3/16`."""
    plan = parse_plan(text)
    if plan is None:
        raise ArgumentTypeError(msg("cli-not-shards", text=text))
    return plan


def count(text: str) -> int:
    """A whole number of at least 1."""
    return _number(text, 1, 1_000_000)


def offset(text: str) -> int:
    """A whole number of at least 0."""
    return _number(text, 0, 1_000_000)


def _number(text: str, minimum: int, maximum: int) -> int:
    if not (text.isascii() and text.isdecimal() and minimum <= int(text) <= maximum):
        raise ArgumentTypeError(msg("cli-not-a-number", text=text, minimum=minimum, maximum=maximum))
    return int(text)


def no_arguments(parser: ArgumentParser) -> None:
    """Adds no arguments."""


def add_article_id(parser: ArgumentParser) -> None:
    """Adds the argument ID of an article."""
    parser.add_argument("id", metavar="ID", help="cli-article-id")


def add_limit(parser: ArgumentParser, default: int) -> None:
    """Adds --limit N."""
    parser.add_argument("--limit", type=count, default=default, metavar="N", help="cli-limit")


def add_period(parser: ArgumentParser) -> None:
    """Adds --after DATE and --before DATE."""
    parser.add_argument("--after", metavar="DATE", help="cli-after")
    parser.add_argument("--before", metavar="DATE", help="cli-before")


def add_source(parser: ArgumentParser) -> None:
    """Adds --source SITE."""
    parser.add_argument("--source", metavar="SITE", help="cli-source")
