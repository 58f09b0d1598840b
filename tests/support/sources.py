"""The repository's own modules, read once for all tests about them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests.support.paths import ROOT


def _modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


PRODUCT = _modules("bot", "cogs")
PRODUCT_MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in PRODUCT
}
"""The product's files, by the names of their modules."""
BENCHMARKS = _modules("benchmarks")
FILES = [*PRODUCT, *BENCHMARKS, *_modules("tests")]


def name_of(path: Path) -> str:
    """A file's path in the repository."""
    return str(path.relative_to(ROOT))


@cache
def parse(path: Path) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(path.read_text())
