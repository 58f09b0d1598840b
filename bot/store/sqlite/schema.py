"""What the migrations create, and what a file has of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing


def statements(script: str) -> Iterator[str]:
    """The script's statements; `executescript` would commit the migration's transaction."""
    statement = ""
    for part in script.split(";")[:-1]:
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def names(db: sqlite3.Connection) -> frozenset[str]:
    """The names of everything in a database: tables and indexes, and columns as `table.column`."""
    sql = (
        "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite^_%' ESCAPE '^' UNION ALL"
        " SELECT master.name || '.' || info.name FROM sqlite_master AS master, pragma_table_info(master.name)"
        " AS info WHERE master.type = 'table'"
    )
    return frozenset(name for (name,) in db.execute(sql))


def expected_names(migrations: Sequence[str]) -> frozenset[str]:
    """What `names` returns after these migrations."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as sound:
        for script in migrations:
            for statement in statements(script):
                sound.execute(statement)
        return names(sound)
