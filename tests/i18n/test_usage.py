"""What people read stands in the catalogue, and what stands there is used, with its fields."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from bot.cli.localized_parser import _MISTAKES
from bot.demo.demo import PHONE_STYLE
from bot.i18n import ENGLISH
from tests.support.catalogue import calls, entries, fields_of, message_ids, strings
from tests.support.sources import PRODUCT, name_of, parse

SPOKEN = ("bot/ui", "bot/cli", "bot/demo", "bot/client.py", "bot/config.py", "cogs")
"""Where texts for people would be written."""
EXCEPTIONS: dict[str, str] = {
    "bold red": "a style of the terminal",
    "bold yellow": "a style of the terminal",
    **dict.fromkeys(["positional arguments", *_MISTAKES], "argparse's, by which the catalogue's are found"),
    "How many people voted to move the fish market?": "asked of the sample archive, which is English",
    "a question in a message": "named in the log",
    PHONE_STYLE: "a style of the local page",
}
"""Texts of several words outside the catalogue, with the reason for each."""
_WORDS = re.compile(r"[A-Za-z]{2,}[,.:;]? +[A-Za-z]{2,}")
_UNSEEN = ("debug", "info", "warning", "error", "exception", "critical", "log", "mention_command")
"""Calls whose texts nobody reads: log lines and names of commands."""


def test_every_message_named_is_in_the_catalogue() -> None:
    assert [f"{call.place}: {call.id}" for call in calls() if call.id not in entries(ENGLISH)] == []


def test_every_call_gives_the_fields_of_its_message() -> None:
    wrong = [
        f"{call.place}: {call.id} has {sorted(fields_of(ENGLISH, call.id))}, given {sorted(call.fields)}"
        for call in calls()
        if call.fields is not None
        and call.id in entries(ENGLISH)
        and call.fields != fields_of(ENGLISH, call.id)
    ]
    assert wrong == []


def test_every_message_is_used() -> None:
    """Errors and commands name theirs by rules, which have tests of their own."""
    named = strings() | {message for entry in entries(ENGLISH).values() for message in entry.messages}
    rest = set(message_ids()) - named
    assert [id_ for id_ in sorted(rest) if not id_.startswith(("command-", "option-", "error-"))] == []


def test_texts_for_people_stand_in_the_catalogue() -> None:
    found = [
        f"{name_of(path)}:{number}: {text[:70]!r}"
        for path in PRODUCT
        if name_of(path).startswith(SPOKEN)
        for number, text in _literals(parse(path))
        if _WORDS.search(text) and text not in EXCEPTIONS and not _is_command(text)
    ]
    assert found == []


def _is_command(text: str) -> bool:
    """Whether it is the path of a command, such as `archive load`."""
    return f"command-{text.replace(' ', '-')}" in entries(ENGLISH)


def _literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The lines and values of a module's string constants, without docstrings, log lines, names of
    commands and faults that are bugs."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        unseen = isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _UNSEEN
        if node in skipped or unseen or isinstance(node, ast.Raise | ast.Assert):
            skipped.update(ast.iter_child_nodes(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_the_rule_about_texts_finds_one() -> None:
    source = '"""Doc."""\nlabel = "Two words"\nlog.info("two words")\nraise ValueError("two words")\n'
    assert [text for _, text in _literals(ast.parse(source))] == ["Two words"]
