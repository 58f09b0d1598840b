"""What belongs to one database engine stays in its package."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.sources import PRODUCT_MODULES, parse

SQLITE = ROOT / "bot" / "store" / "sqlite"
POSTGRES = ROOT / "bot" / "store" / "postgres"
FTS5 = re.compile(
    r"\bMATCH \?|\bMATCH '|\bfts5|_fts\b|\bbm25 ?\(|\b(?:article|comment)_words\b|'(?:merge|rebuild|delete)'"
    r"|\bintegrity-check\b|\browid\b|\b(?:snippet|highlight) ?\("
)
OWN_STATEMENTS = re.compile(
    r"\bPRAGMA\b|\bpragma_|\bsqlite_(?:master|schema)\b|\bBEGIN (?:IMMEDIATE|EXCLUSIVE)\b"
)
ONLY_SQLITE = re.compile(
    r"\bjson_each\(\?|\bCROSS JOIN\b|\b(?:NOT INDEXED|INDEXED BY)\b|\b(?:INSERT|UPDATE) OR\b|\bCOLLATE\b"
)
"""What `Connection` has for the statements of every engine."""
NOT_PORTABLE = re.compile(
    r"\biif\(|\bIS(?: NOT)? ?(?:[?:'{(]|$)|\b(?:max|min)\((?:[^()]|\([^()]*\))*,"
    r"|\bNOT (?!NULL\b|IN\b|EXISTS\b|LIKE\b|BETWEEN\b)\w|\bsum\(\w+ *[=<>]"
    r"|\bjson_(?:extract|each|tree)\(|->>? (?:'\$|\d)|\bAS BLOB\b|\bLIMIT -|\bsubstr\([^,]*, -"
    r"|\(\? OR\b|\b\w+\.\w+ NOT $|[<=>] \?, [01]\)|^ \?, [01]\)"
    r"|\bSET (\w+) = \1 [+-] excluded\b"
    r"|\b(?:date|time|datetime|julianday|unixepoch|strftime)\("
)
"""What PostgreSQL lacks: functions, IS for values, lists and paths in JSON, NOT before a list, negative
limits and places, columns of the table in what replaces a row, and integers as conditions and the reverse."""


IMPORT = re.compile(r"\b(?:from|import) bot\.store(?:\.sqlite\b| import .*\bsqlite\b)")
FILES = re.compile(r"\b(?:corpus|state)\.(?:db|lock)\b|\.db-|-(?:wal|shm|journal)\b")


def texts(path: Path) -> list[str]:
    """The texts of a module but its docstrings."""
    tree = parse(path)
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


def imports(path: Path, library: str) -> bool:
    return any(
        library in {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.Import)
        else isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == library
        for node in ast.walk(parse(path))
    )


def test_only_the_text_index_has_statements_for_fts5() -> None:
    found = {module for module, path in PRODUCT_MODULES.items() if any(map(FTS5.search, texts(path)))}
    assert found == {"bot.store.sqlite.text_index", "bot.store.sqlite.errors"}
    # How the messages of its errors begin.
    assert list(filter(FTS5.search, texts(PRODUCT_MODULES["bot.store.sqlite.errors"]))) == ["fts5: "]


@pytest.mark.parametrize(("library", "folder"), [("sqlite3", SQLITE), ("psycopg", POSTGRES)])
def test_a_library_is_imported_only_for_its_engine(library: str, folder: Path) -> None:
    modules = {path for path in PRODUCT_MODULES.values() if imports(path, library)}
    assert modules
    assert all(path.is_relative_to(folder) for path in modules)


def test_one_module_selects_the_engine_and_no_other_knows_of_sqlite() -> None:
    paths = {module: path for module, path in PRODUCT_MODULES.items() if not path.is_relative_to(SQLITE)}
    found = {module for module, path in paths.items() if IMPORT.search(path.read_text())}
    assert found == {"bot.store.engines"}


def test_no_other_module_names_the_files_of_sqlite() -> None:
    paths = {module: path for module, path in PRODUCT_MODULES.items() if not path.is_relative_to(SQLITE)}
    found = {module for module, path in paths.items() if any(map(FILES.search, texts(path)))}
    assert found == set()


def test_only_the_engine_of_sqlite_has_pragmas_and_reads_the_schema() -> None:
    paths = [path for module, path in PRODUCT_MODULES.items() if module.startswith("bot.store.")]
    found = [path for path in paths if any(map(OWN_STATEMENTS.search, texts(path)))]
    assert found
    assert all(path.is_relative_to(SQLITE) for path in found)


def test_statements_leave_to_the_engine_what_it_supplies() -> None:
    paths = {
        module: path
        for module, path in PRODUCT_MODULES.items()
        if not any(map(path.is_relative_to, (SQLITE, POSTGRES)))
    }
    found = {module: list(filter(ONLY_SQLITE.search, texts(path))) for module, path in paths.items()}
    assert {module: some for module, some in found.items() if some} == {}


def test_the_statements_of_the_store_suit_other_engines() -> None:
    paths = {
        module: path
        for module, path in PRODUCT_MODULES.items()
        if module.startswith("bot.store.") and not any(map(path.is_relative_to, (SQLITE, POSTGRES)))
    }
    found = {module: list(filter(NOT_PORTABLE.search, texts(path))) for module, path in paths.items()}
    assert {module: some for module, some in found.items() if some} == {}
