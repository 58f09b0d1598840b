"""Values as MongoDB's tools export them in JSON, such as {"$numberLong": "5"}."""

from __future__ import annotations

from typing import Any, Final

_WRAPPERS: Final = frozenset(
    {"$date", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "$oid", "$uuid"}
)


def unwrapped(record: dict[str, Any]) -> dict[str, Any]:
    """The record with the values inside those wrappers."""
    if not any(type(value) is dict and len(value) == 1 for value in record.values()):
        return record
    return {name: _plain(value) for name, value in record.items()}


def _plain(value: object) -> object:
    for _ in range(2):  # a date can hold a number that is wrapped too
        if not isinstance(value, dict) or len(value) != 1:
            break
        [(name, inner)] = value.items()
        if name not in _WRAPPERS:
            break
        value = inner
    return value
