"""Docstrings and comments are plain technical English: the usual words, not translations."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.sources import BENCHMARKS, PRODUCT

FILES = [*PRODUCT, *BENCHMARKS]

PHRASES = {
    r"\b(taken?|takes|took|taking) back\b": "undo, undone",
    r"\bfor good\b": "permanently",
    r"\bmay manage\b": "can manage",
    r"\btold\b|\btells? of\b": "returned, reported, notified, sent",
    r"\bgo(?:es)? on\b": "continue, resume",
    r"\bbrought\b|\bbrings\b": "added, adds",
    r"\bforg[eo]t(?:ten|s|ting)?\b(?! [a-z`]*NAME)": "erase, erased; or remove, drop",
}
"""Phrases that read like a translation, and what to say instead."""

EXCEPTIONS: dict[str, str] = {
    "newsdesk forget": "the command's name",
    "/archive forget": "the command's name",
    "forget author": "the command's arguments",
}
"""Texts in which a phrase is right, and why."""


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """The comments and the free-standing strings of a module, with their lines."""
    source = path.read_text()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield node.lineno, node.value.value


def violations(path: Path) -> list[str]:
    """The phrases of a file, with their places."""
    rows = []
    commands = path.parts[-2] == "cogs"  # docstrings there are descriptions that people read
    for line, text in sorted(prose(path)):
        if commands and not text.startswith("#"):
            continue
        for exception in EXCEPTIONS:
            text = text.replace(exception, "")
        for pattern, better in PHRASES.items():
            if match := re.search(pattern, text, re.IGNORECASE):
                rows.append(f"{path.relative_to(ROOT)}:{line} {match[0]!r}: say {better}")
    return rows


def test_docstrings_and_comments_are_plain_english() -> None:
    assert [row for path in FILES for row in violations(path)] == []
