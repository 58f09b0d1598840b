"""The walks in docs/architecture.md pass functions that exist."""

from __future__ import annotations

import ast
import re

import pytest

from tests.support.paths import ROOT

TEXT = (ROOT / "docs" / "architecture.md").read_text()
STEPS = re.findall(r"^\| `([\w/]+\.py)` \| `([\w.]+)` \|", TEXT, re.MULTILINE)


def test_there_are_three_walks() -> None:
    assert re.findall(r"^## (A .*)$", TEXT, re.MULTILINE) == ["A search", "A dump", "A scheduled post"]
    assert len(STEPS) > 30


@pytest.mark.parametrize(("path", "name"), STEPS)
def test_each_step_of_a_walk_is_defined_where_it_says(path: str, name: str) -> None:
    scope: ast.AST = ast.parse((ROOT / path).read_text())
    for part in name.split("."):
        named = [
            node
            for node in ast.iter_child_nodes(scope)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == part
        ]
        assert named, f"{path} defines no {part}"
        scope = named[0]
