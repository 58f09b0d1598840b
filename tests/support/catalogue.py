"""The message catalogue as data: what each message contains, and which calls use it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl

from bot.i18n import ENGLISH, catalogue
from tests.support.sources import PRODUCT, name_of, parse

CALLS = {"msg": 0, "localized": 0, "msg_in": 1, "Rejected": 1}
"""The functions and classes that take a message, and which of their arguments it is."""


@dataclass
class Entry:
    """One pattern of the catalogue: a message, or an attribute of one (`id.attribute`)."""

    fields: set[str] = field(default_factory=set)
    selectors: list[tuple[str, set[str]]] = field(default_factory=list)
    """The fields on which it chooses, with the keys of the variants."""
    terms: set[str] = field(default_factory=set)
    messages: set[str] = field(default_factory=set)


def message_ids() -> list[str]:
    """The ids of all messages, in the order of the English file."""
    return [id_ for id_ in catalogue(ENGLISH).sources if not id_.startswith("-")]


@cache
def entries(language: str) -> dict[str, Entry]:
    """Every pattern in a language's file. Raises AssertionError for text that is not Fluent."""
    found: dict[str, Entry] = {}
    parser = FluentParser()
    for id_, source in catalogue(language).sources.items():
        for part in parser.parse(source).body:
            assert not isinstance(part, ftl.Junk), f"{language}: {id_}: {part.annotations[0].message}"
            if isinstance(part, ftl.Message | ftl.Term):
                if part.value is not None:
                    found[id_] = _entry(part.value)
                found |= {f"{id_}.{each.id.name}": _entry(each.value) for each in part.attributes}
    return found


def fields_of(language: str, name: str) -> set[str]:
    """The fields of a pattern, and of the messages and terms that it refers to."""
    entry = entries(language)[name]
    inner = [fields_of(language, other) for other in entry.messages | entry.terms]
    return entry.fields.union(*inner)


@dataclass(frozen=True)
class Call:
    """A call in the product that names a message."""

    place: str
    id: str
    fields: frozenset[str] | None
    """The names of its arguments; None if some are not written out."""


def calls() -> Iterator[Call]:
    """Every call in the product that names its message by a literal."""
    for path in PRODUCT:
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Call) and len(node.args) > CALLS.get(_called(node), 99):
                id_ = node.args[CALLS[_called(node)]]
                if isinstance(id_, ast.Constant) and isinstance(id_.value, str):
                    names = [keyword.arg for keyword in node.keywords]
                    given = None if None in names else frozenset(filter(None, names))
                    yield Call(f"{name_of(path)}:{node.lineno}", id_.value, given)


def strings() -> set[str]:
    """All string constants of the product: ids can stand in tables."""
    return {
        node.value
        for path in PRODUCT
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _called(node: ast.Call) -> str:
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _entry(pattern: ftl.Pattern) -> Entry:
    entry = Entry()
    pending: list[object] = [pattern]
    while pending:
        node = pending.pop()
        if isinstance(node, ftl.VariableReference):
            entry.fields.add(node.id.name)
        elif isinstance(node, ftl.TermReference):
            entry.terms.add(f"-{node.id.name}")
        elif isinstance(node, ftl.MessageReference):
            entry.messages.add(node.id.name)
        elif isinstance(node, ftl.SelectExpression):
            keys = {_key(variant.key) for variant in node.variants}
            if isinstance(node.selector, ftl.VariableReference):
                entry.selectors.append((node.selector.id.name, keys))
        if isinstance(node, ftl.BaseNode):
            pending += vars(node).values()
        elif isinstance(node, list):
            pending += node
    return entry


def _key(key: ftl.Identifier | ftl.NumberLiteral) -> str:
    return key.name if isinstance(key, ftl.Identifier) else str(key.value)
