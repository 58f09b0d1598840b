"""Traversal of the components of a message or form, as JSON objects of Discord's API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def walk(components: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """All components in depth-first order."""
    for component in components:
        yield component
        yield from walk(component.get("components", ()))
        yield from walk(component[name] for name in ("accessory", "component") if component.get(name))


def field_value(form: Mapping[str, Any], field: str) -> str:
    """The text of a field of a submitted form, or the value chosen in it."""
    return "".join(field_values(form, field))


def field_values(form: Mapping[str, Any], field: str) -> list[str]:
    """The values chosen in a field of a submitted form, or its text."""
    parts = [part for part in walk(form.get("components", ())) if part.get("custom_id") == field]
    return [
        str(value)
        for part in parts
        for value in ([part["value"]] if part.get("value") else part.get("values") or ())
    ]
