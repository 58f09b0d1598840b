"""Walking over the components of a message or a form, as Discord writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def walk(components: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Every component, nested ones directly after what holds them."""
    for component in components:
        yield component
        yield from walk(component.get("components", ()))
        yield from walk(component[name] for name in ("accessory", "component") if component.get(name))


def field_value(form: Mapping[str, Any], field: str) -> str:
    """What was typed into a field of a submitted form."""
    parts = walk(form.get("components", ()))
    return "".join(str(part.get("value", "")) for part in parts if part.get("custom_id") == field)
