"""Statements as PostgreSQL reads them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.store.postgres.dialect import bind

TRANSLATIONS: list[tuple[str, Any, str, Any]] = [
    ("SELECT ? + ?", (1, 2), "SELECT %s + %s", [1, 2]),
    ("SELECT ?2, ?1, ?2", (1, 2), "SELECT %(2)s, %(1)s, %(2)s", {"1": 1, "2": 2}),
    (
        "SELECT ?2, ?, ?1, ?",
        (1, 2, 3, 4),
        "SELECT %(2)s, %(3)s, %(1)s, %(4)s",
        {"1": 1, "2": 2, "3": 3, "4": 4},
    ),
    ("SELECT :old, :new_one", {"old": 1}, "SELECT %(old)s, %(new_one)s", {"old": 1}),
    ("SELECT 'a?b:c%d''e ->> f', 7 % 4", (), "SELECT 'a?b:c%%d''e ->> f', 7 %% 4", []),
    ("SELECT CAST(x AS bigint), y::text", (), "SELECT CAST(x AS bigint), y::text", []),
    ("name LIKE '%:' || ?", ("é",), "name ILIKE '%%:' || %s", ["é"]),
    ("s.plan ->> 'target' = ?", ("x",), "CAST(s.plan AS json) ->> 'target' = %s", ["x"]),
    ("json_type(s.plan, '$.a') = 'null'", (), "json_typeof(CAST(s.plan AS json) -> 'a') = 'null'", []),
    ("json_object('a', json_array(b))", (), "json_build_object('a', json_build_array(b))", []),
    ("json_group_array(a)", (), "json_agg(a)", []),
    ("SELECT ?", (True,), "SELECT %s", [1]),
    ("SELECT ?", ("a\0b",), "SELECT %s", ["a\ufffdb"]),
    ("SELECT ?", ([1, 2],), "SELECT %s", [[1, 2]]),
]


@pytest.mark.parametrize(("sql", "values", "query", "bound"), TRANSLATIONS)
def test_a_statement_is_translated(sql: str, values: Any, query: str, bound: Any) -> None:
    assert bind(sql, values) == (query.encode(), bound)
    assert [*map(type, bound)] == [*map(type, bind(sql, values)[1])]
