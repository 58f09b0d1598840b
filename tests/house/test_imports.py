"""Imports make no circle, wherever they stand, and every package of the product is in the contracts."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.sources import PRODUCT_MODULES, parse


def imports_of(module: str, path: Path) -> set[str]:
    """The project's modules that a module imports: at its top, under TYPE_CHECKING, or inside a function."""
    targets = set()
    for node in ast.walk(parse(path)):
        match node:
            case ast.Import(names=names):
                targets |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(source), level=0, names=names):
                for alias in names:
                    inner = f"{source}.{alias.name}"
                    targets.add(inner if inner in PRODUCT_MODULES else source)
    return targets & (PRODUCT_MODULES.keys() - {module})


def cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The strongly connected components of more than one module (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    components = []
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while work:
            module, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    work.append((target, iter(graph[target])))
                    break
                if target in stack:
                    low[module] = min(low[module], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[module])
                if low[module] == index[module]:
                    component: list[str] = []
                    while not component or component[-1] != module:
                        component.append(stack.pop())
                    components.append(sorted(component))
    return [component for component in components if len(component) > 1]


def test_no_imports_make_a_circle() -> None:
    assert cycles({module: imports_of(module, path) for module, path in PRODUCT_MODULES.items()}) == []


def test_circles_are_found_wherever_the_import_stands(tmp_path: Path) -> None:
    assert cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    source = tmp_path / "module.py"
    source.write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from bot.clock import Clock\n\n"
        "def later() -> None:\n    from bot import errors\n"
    )
    assert imports_of("cogs", source) == {"bot.clock", "bot.errors"}


def test_every_package_is_in_the_contracts_about_libraries() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    packages = {
        "cogs",
        *(f"bot.{path.stem}" for path in (ROOT / "bot").glob("*.py") if path.stem != "__init__"),
        *(f"bot.{path.parent.name}" for path in (ROOT / "bot").glob("*/__init__.py")),
    }
    may_import = {
        "discord": {"cogs", "bot.client", "bot.operations", "bot.ui", "bot.demo", "bot.cli", "bot.__main__"},
        "sqlite3": {"bot.store"},
        "openai": {"bot.llm"},
    }
    forbidden = [contract for contract in contracts if contract["type"] == "forbidden"]
    assert {contract["forbidden_modules"][0] for contract in forbidden} == may_import.keys()
    for contract in forbidden:
        library = contract["forbidden_modules"][0]
        assert set(contract["source_modules"]) == packages - may_import[library], library
