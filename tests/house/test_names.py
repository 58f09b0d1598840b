"""Names are the field's terms: nouns for things, units in constants, each public class name once."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.sources import BENCHMARKS, PRODUCT, parse

FILES = [*PRODUCT, *BENCHMARKS]

BANNED = {
    "one": "the noun: article, comment, hit, schedule, ...",
    "ones": "the plural noun",
    "found": "the noun of what was found",
    "of": "the noun: schedule, article, load, ...",
    "told": "events, reply, notices",
    "tell": "emit, notify, reply, send_notice",
    "said": "text, reply, sentences",
    "wanted": "request, filters, expected",
    "wish": "request",
    "thinker": "comment_digest worker",
    "thinkers": "comment_digest process",
    "library": "the service that is used",
    "shelf": "query, spelling_dictionary",
    "shelves": "spelling_dictionary",
    "asker": "answer service, member",
    "runner": "publisher",
    "teller": "notifier",
    "poster": "sender",
    "desk": "client",
    "namer": "pseudonymizer",
    "finder": "lookup",
    "tally": "counts, question_log",
    "tidy": "optimize",
    "upkeep": "maintenance",
    "forget": "erase",
    "forgotten": "erased",
    "forgot": "erased",
    "twin": "duplicate",
    "patience": "timeout",
    "grams": "bigrams",
    "prints": "snapshots",
}
"""Identifiers that say nothing or that only their authors knew, and what to say instead."""

CONSTANTS = re.compile(
    r"(?:^|_)(MOST|LEAST|ENOUGH|FEW|FEWEST|SOON|REST|KEPT|LONGEST|SHORTEST|PATIENCE|BREATH|NAP|SLACK|OFTEN)(?:_|$)"
)
"""Words for limits that have a standard form: MAX_, MIN_, _TIMEOUT, _INTERVAL, _RETENTION, _SECONDS."""

EXCEPTIONS = {
    ("bot/store/corpus/rows.py", "grams"): "a column of the database, and a key in stored versions",
}
"""(path, name): why it stays."""


def bound(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that the module binds: variables, parameters, attributes of self, functions, classes."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.arg(arg=name):
                yield node.lineno, name
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                yield node.lineno, name


def violations(path: Path) -> list[str]:
    """The banned names that a file binds."""
    place = str(path.relative_to(ROOT))
    rows = []
    for line, name in sorted(set(bound(parse(path)))):
        plain = name.strip("_")
        if (place, name) in EXCEPTIONS:
            continue
        if plain.lower() in BANNED:
            rows.append(f"{place}:{line} {name}: say {BANNED[plain.lower()]}")
        elif plain.isupper() and CONSTANTS.search(plain):
            rows.append(f"{place}:{line} {name}: say MAX_, MIN_, _TIMEOUT, _INTERVAL, _RETENTION or the unit")
    return rows


def test_no_banned_name_is_bound() -> None:
    assert [row for path in FILES for row in violations(path)] == []


def test_exceptions_are_needed() -> None:
    names = {(str(path.relative_to(ROOT)), name) for path in FILES for _, name in bound(parse(path))}
    assert set(EXCEPTIONS) <= names


def test_a_public_class_name_is_defined_once() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for path in FILES:
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
