"""Rules that the code base keeps, held by reading it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot import errors
from bot.errors import UserError
from bot.i18n import ENGLISH, error_message, msg
from tests.support.catalogue import fields_of, message_ids
from tests.support.sources import FILES, PRODUCT, name_of, parse

ERROR_CLASSES = {
    name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, UserError)
}


@pytest.mark.slow
def test_files_and_functions_are_short() -> None:
    assert [name_of(path) for path in FILES if path.read_text().count("\n") >= 400] == []
    long = [
        f"{name_of(path)}: {node.name}"
        for path in FILES
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= 50
    ]
    assert long == []


def test_files_say_what_they_are_for() -> None:
    assert [name_of(path) for path in FILES if path.read_text() and not ast.get_docstring(parse(path))] == []


class Raised:
    """One place that makes a UserError: its possible keys, and the names of its fields."""

    def __init__(self, path: Path, tree: ast.Module, call: ast.Call) -> None:
        self.place = f"{name_of(path)}:{call.lineno}"
        self.fields = {keyword.arg for keyword in call.keywords if keyword.arg}
        self.more_fields = any(keyword.arg is None for keyword in call.keywords)
        self.keys = {key for node in call.args[:1] for key in (*_texts(node), *_table(tree, node))}


def _texts(node: ast.AST) -> Iterator[str]:
    """Every text that the expression may come to."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp():
            yield from _texts(node.body)
            yield from _texts(node.orelse)
        case ast.JoinedStr(values=[ast.FormattedValue() as only]):
            yield from _texts(only.value)


def _table(tree: ast.Module, node: ast.AST) -> Iterator[str]:
    """The values of a dict at the top of the module, where the key is looked up in one."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    tables = [
        statement.value
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Dict)
        and names & {target.id for target in statement.targets if isinstance(target, ast.Name)}
    ]
    for table in tables:
        for value in table.values:
            yield from _texts(value)


def errors_of(tree: ast.Module) -> set[str]:
    """The error classes that a module imports; other modules have classes of the same names."""
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "bot.errors"]
    return {alias.name for node in imports for alias in node.names} & ERROR_CLASSES


@cache
def raised() -> list[Raised]:
    """Every place of the product that makes a UserError."""
    return [
        Raised(path, parse(path), node)
        for path in PRODUCT
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in errors_of(parse(path))
    ]


def test_every_error_has_a_key_that_can_be_read_from_the_code() -> None:
    assert [one.place for one in raised() if not one.keys] == []


def test_every_error_has_words_and_all_words_are_used() -> None:
    assert {f"error-{key}" for one in raised() for key in one.keys} == set(_messages())


def test_every_error_has_exactly_the_fields_of_its_message() -> None:
    wrong = [
        (one.place, key)
        for one in raised()
        for key in one.keys
        if not one.more_fields and one.fields != fields_of(ENGLISH, f"error-{key}")
    ]
    assert wrong == []


def test_sentences_are_sentences() -> None:
    for id_ in _messages():
        sentence = msg(id_, **dict.fromkeys(fields_of(ENGLISH, id_), 2))
        assert sentence[0] in "#“2ABCDEFGHIJKLMNOPQRSTUVWXYZ", id_
        assert sentence.endswith((".", ".'", "]'.", "]'")), id_
        assert "!" not in sentence, id_


def _messages() -> list[str]:
    return [id_ for id_ in message_ids() if id_.startswith("error-")]


def test_what_people_wrote_is_cleaned_before_it_is_shown() -> None:
    error = errors.NotFound("no-such-article", ref="**bold**")
    assert "\\*\\*bold" in error_message(error, lambda text: text.replace("*", "\\*"))
