"""What tests and benchmarks share stands in `tests/support`: no test imports another, no benchmark a test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.sources import FILES, PRODUCT, name_of, parse

MODULES = {name_of(path).removesuffix(".py").replace("/", "."): path for path in FILES if path not in PRODUCT}


def imports(path: Path) -> Iterator[str]:
    """The modules of tests and benchmarks that a file imports, wherever it does."""
    for node in ast.walk(parse(path)):
        match node:
            case ast.Import(names=names):
                found = [alias.name for alias in names]
            case ast.ImportFrom(module=str(source), names=names):
                inner = [f"{source}.{alias.name}" for alias in names]
                found = [name for name in inner if name in MODULES] or [source]
            case _:
                continue
        yield from (name for name in found if name.partition(".")[0] in ("tests", "benchmarks"))


def may_import(module: str, other: str) -> bool:
    """Whether a module of tests or benchmarks may import another one."""
    if other.startswith("tests.support."):
        return True
    return module.startswith("benchmarks.") and other.startswith("benchmarks.")


def test_only_what_is_shared_is_imported() -> None:
    found = {(module, other) for module, path in MODULES.items() for other in imports(path)}
    assert {(module, other) for module, other in found if not may_import(module, other)} == set()


def test_nothing_of_the_product_imports_tests_or_benchmarks() -> None:
    assert {path.name: found for path in PRODUCT if (found := list(imports(path)))} == {}


def test_conftest_files_define_no_fixtures() -> None:
    conftests = {name: path for name, path in MODULES.items() if name.endswith("conftest")}
    assert conftests
    assert [name for name, path in conftests.items() if "@pytest.fixture" in path.read_text()] == []


def test_imports_are_seen(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    source.write_text(
        "import tests.text.threads\nfrom tests import support\nfrom benchmarks import pages\n"
        "def later() -> None:\n    from tests.support.paths import ROOT\n"
    )
    assert list(imports(source)) == ["tests.text.threads", "tests", "benchmarks.pages", "tests.support.paths"]
    assert may_import("benchmarks.pages", "tests.support.paths")
    assert not may_import("tests.test_config", "tests.text.test_query")
    assert not may_import("tests.support.paths", "benchmarks.pages")
    assert not may_import("benchmarks.pages", "tests.test_config")
