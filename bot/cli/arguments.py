"""Argument types, and arguments that several commands share."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

from bot.domain.articles import author_name


def author(text: str) -> str:
    """Normalises an author's name as the archive does."""
    name = author_name(text)
    if name is None:
        raise ArgumentTypeError(f"{text!r} is not an author's name")
    return name


def score(text: str) -> int:
    """A whole number, which can be negative."""
    return -_number(text[1:], 0, 2**53) if text.startswith("-") else _number(text, 0, 2**53)


def guild(text: str) -> int:
    """A guild id: a positive 64-bit number. Zero denotes the shared archive internally."""
    return _number(text, 1, 2**63 - 1)


def count(text: str) -> int:
    """A whole number of at least 1."""
    return _number(text, 1, 1_000_000)


def offset(text: str) -> int:
    """A whole number of at least 0."""
    return _number(text, 0, 1_000_000)


def _number(text: str, minimum: int, maximum: int) -> int:
    if not (text.isascii() and text.isdecimal() and minimum <= int(text) <= maximum):
        raise ArgumentTypeError(f"{text!r} is not a whole number from {minimum} to {maximum}")
    return int(text)


def no_arguments(parser: ArgumentParser) -> None:
    """Adds no arguments."""


def add_article_id(parser: ArgumentParser) -> None:
    """Adds the argument ID of an article."""
    parser.add_argument("id", metavar="ID", help="an article's number, its key (t3_...), or its title")


def add_limit(parser: ArgumentParser, default: int, help: str = "how many at most") -> None:
    """Adds --limit N."""
    parser.add_argument("--limit", type=count, default=default, metavar="N", help=f"{help} ({default})")


def add_period(parser: ArgumentParser, example: str) -> None:
    """Adds --after DATE and --before DATE; `example` is an example of a date."""
    parser.add_argument("--after", metavar="DATE", help=f"only from this date on, {example}")
    parser.add_argument("--before", metavar="DATE", help="only before this date")


def add_source(parser: ArgumentParser) -> None:
    """Adds --source SITE."""
    parser.add_argument("--source", help="only from this site, such as courier.example")
