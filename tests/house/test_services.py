"""The services: small, built from what they use, and nothing reaches through one to a store."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.sources import PRODUCT, parse

CALLER_FOLDERS = ("bot/ui", "bot/cli", "bot/demo", "cogs")
CALLERS = [path for path in PRODUCT if str(path.relative_to(ROOT)).startswith(CALLER_FOLDERS)]
PRIVATE = {
    "bot/cli/localized_parser.py": "argparse finds its sentences by this name, and lets none translate them",
    "bot/demo/demo.py": "simcord, whose exact version is pinned, has no public hook for the order of actions",
    "bot/ui/help/greeting.py": "discord.py has a server's system channel only if its channels are cached",
    "bot/ui/kit/rate_limit.py": "discord.py searches expired rate limits and offers no way to drop them",
}
"""Files that use private attributes of a library, and why."""

MAX_PUBLIC_METHODS = 20
LARGE = {"ScheduleStore": "a schedule and its deliveries change in the same transactions"}
"""Classes with more, and why."""
MAX_CONSTRUCTOR_ARGUMENTS = 7


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def classes(path: Path) -> list[ast.ClassDef]:
    return [node for node in ast.walk(parse(path)) if isinstance(node, ast.ClassDef)]


def test_no_class_is_large() -> None:
    rows = []
    for path in PRODUCT:
        for node in classes(path):
            methods = [part for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
            public = [method for method in methods if not method.name.startswith("_")]
            if len(public) > MAX_PUBLIC_METHODS and node.name not in LARGE:
                rows.append(f"{name_of(path)} {node.name}: {len(public)} public methods")
            for method in methods:
                arguments = method.args.posonlyargs + method.args.args + method.args.kwonlyargs
                if method.name == "__init__" and len(arguments) - 1 > MAX_CONSTRUCTOR_ARGUMENTS:
                    rows.append(f"{name_of(path)} {node.name}: {len(arguments) - 1} constructor arguments")
    assert rows == []


def test_no_class_is_put_together_from_several() -> None:
    """At most one base of a class is the product's own, protocols apart."""
    own = {
        node.name
        for path in PRODUCT
        for node in classes(path)
        if not any(ast.unparse(base).startswith("Protocol") for base in node.bases)
    }
    rows = []
    for path in PRODUCT:
        for node in classes(path):
            bases = {ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in node.bases} & own
            if len(bases) > 1:
                rows.append(f"{name_of(path)} {node.name}: {', '.join(sorted(bases))}")
    assert rows == []


def reaches(path: Path) -> list[str]:
    """Attributes that are called like a store, private attributes of other objects, and imports of stores."""
    rows = []
    allowed = name_of(path) in PRIVATE
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Attribute):
            of_self = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            if node.attr in ("store", "stores") or node.attr.endswith("_store"):
                rows.append(f"{name_of(path)}:{node.lineno} .{node.attr}")
            elif node.attr.startswith("_") and not node.attr.startswith("__") and not of_self and not allowed:
                rows.append(f"{name_of(path)}:{node.lineno} {ast.unparse(node)}")
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot.store"):
            rows.append(f"{name_of(path)}:{node.lineno} imports {node.module}")
    return rows


@pytest.mark.parametrize("path", CALLERS, ids=name_of)
def test_nothing_reaches_through_a_service(path: Path) -> None:
    assert reaches(path) == []
