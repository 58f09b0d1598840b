"""Translates the statements of the store, which are spelt for SQLite, to what psycopg sends to PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

_FUNCTIONS = {
    "json_array": "json_build_array",
    "json_group_array": "json_agg",
    "json_object": "json_build_object",
}
_TOKEN = re.compile(
    r"(?P<text>'(?:[^']|'')*')|(?P<percent>%)|\?(?P<number>\d*)|(?<!:):(?P<name>[a-z_]+)"
    rf"|\b(?P<function>{'|'.join(_FUNCTIONS)})(?=\()|\b(?P<like>LIKE)\b|\b(?P<json>[\w.]{{1,64}})(?= ->> )"
    r"|\bjson_type\((?P<object>[\w.]{1,64}), '\$\.(?P<field>\w{1,64})'\)"
)
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def bind(
    sql: str, values: Sequence[Any] | Mapping[str, Any]
) -> tuple[bytes, Sequence[Any] | Mapping[str, Any]]:
    """A statement and its values, as psycopg takes them."""
    query, numbered = translate(sql)
    if isinstance(values, Mapping):
        return query, {name: plain(value) for name, value in values.items()}
    given = [plain(value) for value in values]
    return query, {str(number): value for number, value in enumerate(given, 1)} if numbered else given


@lru_cache(maxsize=2048)
def translate(sql: str) -> tuple[bytes, bool]:
    """The statement, and whether its values are numbered; then a ? without a number has the next one. LIKE
    ignores case, as it does in SQLite, and what the operator ->> and json_type read is a text with JSON.
    PostgreSQL has other names for the types of texts, numbers and truth values."""
    numbered = any(match["number"] for match in _TOKEN.finditer(sql))
    last = 0

    def spelt(match: re.Match[str]) -> str:
        nonlocal last
        number, name = match["number"], match["name"]
        if name:
            return f"%({name})s"
        if number is not None:
            last = max(last, int(number)) if number else last + 1
            return f"%({number or last})s" if numbered else "%s"
        if match["json"]:
            return f"CAST({match['json']} AS json)"
        if match["object"]:
            return f"json_typeof(CAST({match['object']} AS json) -> '{match['field']}')"
        if match["like"]:
            return "ILIKE"
        return _FUNCTIONS.get(match[0]) or match[0].replace("%", "%%")

    return _TOKEN.sub(spelt, sql).encode(), numbered


def plain(value: Any) -> Any:
    """A value as SQLite stores it: truth as a number, as the columns of both engines have it. PostgreSQL
    cannot store the character NUL."""
    if isinstance(value, bool):
        return int(value)
    return value.replace("\0", _REPLACEMENT) if isinstance(value, str) else value
