"""Types of arguments, and arguments that several commands share."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

from bot.domain.articles import author_name


def author(text: str) -> str:
    """An author's name as the archive compares it."""
    name = author_name(text)
    if name is None:
        raise ArgumentTypeError(f"{text!r} is not an author's name")
    return name


def score(text: str) -> int:
    """A whole number, below zero as well."""
    return -_number(text[1:], 0, 2**53) if text.startswith("-") else _number(text, 0, 2**53)


def guild(text: str) -> int:
    """Discord's ids are 64-bit numbers above zero; zero stands for the shared archive inside."""
    return _number(text, 1, 2**63 - 1)


def count(text: str) -> int:
    """A whole number from 1."""
    return _number(text, 1, 1_000_000)


def offset(text: str) -> int:
    """A whole number from 0."""
    return _number(text, 0, 1_000_000)


def _number(text: str, minimum: int, maximum: int) -> int:
    if not (text.isascii() and text.isdecimal() and minimum <= int(text) <= maximum):
        raise ArgumentTypeError(f"{text!r} is not a whole number from {minimum} to {maximum}")
    return int(text)


def no_arguments(parser: ArgumentParser) -> None:
    """For a command that takes none of its own."""


def add_article_id(parser: ArgumentParser) -> None:
    """ID of an article."""
    parser.add_argument("id", metavar="ID", help="an article's number, its key (t3_...), or its title")


def add_limit(parser: ArgumentParser, default: int, help: str = "how many at most") -> None:
    """--limit N."""
    parser.add_argument("--limit", type=count, default=default, metavar="N", help=f"{help} ({default})")


def add_period(parser: ArgumentParser, example: str) -> None:
    """--after DATE and --before DATE, with an example of what a date looks like."""
    parser.add_argument("--after", metavar="DATE", help=f"only from this date on, {example}")
    parser.add_argument("--before", metavar="DATE", help="only before this date")


def add_source(parser: ArgumentParser) -> None:
    """--source SITE."""
    parser.add_argument("--source", help="only from this site, such as courier.example")
