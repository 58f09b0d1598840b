"""Names, descriptions, labels and titles fit into Discord's limits in every language."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from bot.client import NewsdeskBot, extensions
from bot.i18n import ENGLISH, LANGUAGES, catalogue, formats
from bot.services import Services
from bot.ui.kit.language import CommandTranslator
from tests.support.catalogue import entries, fields_of
from tests.support.sources import PRODUCT, parse

pytestmark = pytest.mark.slow

NAME = re.compile(r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}")
"""Discord's pattern for names of commands and options."""
LOCALES = [*(language for language in LANGUAGES if language != ENGLISH), None]
LIMITS = {
    ("Button", 0): 40,
    ("label", 0): 45,
    ("title", 0): 45,
    ("add_select", 0): 100,
    ("placeholder", 0): 100,
}
"""The most characters of a text by its use: Discord's limit for a modal's title and label, else less, as a
phone shows about 40 characters of a button."""


@pytest.fixture
async def commands(services: Services) -> list[dict[str, Any]]:
    """The commands as the bot sends them to Discord."""
    bot = NewsdeskBot(services)
    for name in extensions():
        await bot.load_extension(name)
    translator = CommandTranslator()
    return [await command.get_translated_payload(bot.tree, translator) for command in bot.tree.get_commands()]


def _nodes(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield command
    for option in command.get("options") or ():
        yield from _nodes(option)


def _text(node: dict[str, Any], field: str, locale: str | None) -> str:
    if locale is None:
        return str(node[field])
    localizations: dict[str, str] = node.get(f"{field}_localizations") or {}
    return localizations.get(locale, "")


def _choice(node: dict[str, Any], locale: str | None) -> str:
    """The name of a choice; a language goes by its own name in every language."""
    if node["name"] in map(formats.own_language_name, LANGUAGES):
        return str(node["name"])
    return _text(node, "name", locale)


@pytest.mark.parametrize("locale", LOCALES)
async def test_names_and_descriptions_fit(commands: list[dict[str, Any]], locale: str | None) -> None:
    for command in commands:
        for node in _nodes(command):
            name = _text(node, "name", locale)
            if command["type"] != 1:
                assert 1 <= len(name) <= 32, node["name"]
                continue
            assert NAME.fullmatch(name), (node["name"], name)
            assert name == name.lower(), name
            assert 1 <= len(_text(node, "description", locale)) <= 100, (node["name"], locale)
            for choice in node.get("choices") or ():
                assert 1 <= len(_choice(choice, locale)) <= 100, choice


@pytest.mark.parametrize("locale", LOCALES)
async def test_names_never_clash(commands: list[dict[str, Any]], locale: str | None) -> None:
    roots = Counter((command["type"], _text(command, "name", locale)) for command in commands)
    assert max(roots.values()) == 1, roots.most_common(2)
    for command in commands:
        for node in _nodes(command):
            names = Counter(_text(option, "name", locale) for option in node.get("options") or ())
            assert not names or max(names.values()) == 1, names.most_common(2)
            choices = Counter(_choice(choice, locale) for choice in node.get("choices") or ())
            assert not choices or max(choices.values()) == 1, choices.most_common(2)


async def test_a_command_has_at_most_8000_characters_with_its_longest_translations(
    commands: list[dict[str, Any]],
) -> None:
    for command in commands:
        length = 0
        for node in _nodes(command):
            for field in ("name", "description"):
                if field in node:
                    length += max(len(_text(node, field, locale)) for locale in LOCALES)
            for choice in node.get("choices") or ():
                length += max(len(_choice(choice, locale)) for locale in LOCALES)
                length += len(str(choice["value"]))
        assert length <= 8000, command["name"]


def _uses() -> Iterator[tuple[str, int]]:
    """The ids of messages that are labels, titles or placeholders, with the most characters of each."""
    for path in PRODUCT:
        for node in ast.walk(parse(path)):
            if not isinstance(node, ast.Call):
                continue
            function = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            for id_ in _ids(node.args[0]) if node.args and (function, 0) in LIMITS else ():
                yield id_, LIMITS[function, 0]
            for keyword in node.keywords:
                for id_ in _ids(keyword.value) if (keyword.arg, 0) in LIMITS else ():
                    yield id_, LIMITS[str(keyword.arg), 0]


def _ids(node: ast.expr) -> list[str]:
    """The ids in `msg("id")` and `msg("id" if ... else "other")`."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "msg":
        return [str(each.value) for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant)]
    return []


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_fit(language: str) -> None:
    uses = {(id_, most) for id_, most in _uses() if id_ in entries(ENGLISH)}
    assert len(uses) > 20
    too_long = {}
    for id_, most in uses:
        text = catalogue(language).format(id_, dict.fromkeys(fields_of(ENGLISH, id_), 12))
        if len(text) > most:
            too_long[id_] = text
    assert too_long == {}
