"""Help, mistakes and output are in the terminal's language; JSON is not."""

from __future__ import annotations

import argparse
import inspect
from pathlib import Path
from typing import Any

import pytest

from bot.cli.localized_parser import _MISTAKES
from bot.i18n import current_language
from tests.support.command_line import Desk


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (("search",), "newsdesk search: Missing: QUERY"),
        (("load",), "newsdesk load: Give one of these: PATH --resume"),
        (("load", "a", "--resume", "3"), "newsdesk load: --resume: Cannot be used together with PATH"),
        (("stats", "--fly"), "newsdesk: Not recognised: --fly"),
        (("stats", "--json=3"), "newsdesk stats: --json: Takes no value, but '3' was given"),
        (("search", "x", "--source"), "newsdesk search: --source: Needs a value"),
        (("search", "x", "--a", "3"), "newsdesk search: --a could mean --author, --after"),
        (
            ("search", "x", "--order", "best"),
            "newsdesk search: --order: “best” is not one of relevance, newest or score",
        ),
        (
            ("search", "x", "--limit", "0"),
            "newsdesk search: --limit: “0” is not a whole number from 1 to 1,000,000",
        ),
        (("stats", "--guild", "0"), "newsdesk stats: --guild: “0” is not the ID of a Discord server"),
    ],
)
def test_a_mistake_is_told_after_the_usage(desk: Desk, argv: tuple[str, ...], sentence: str) -> None:
    result = desk(*argv)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("usage: newsdesk")
    assert sentence in result.err.splitlines()[-2:]


def test_an_unknown_command_is_answered_with_those_for_people(desk: Desk) -> None:
    told = desk("serch").err.splitlines()[-1]
    assert told.startswith("newsdesk: COMMAND: “serch” is not one of article, ask, ")
    assert "worker" not in told


def test_the_sentences_that_are_translated_are_argparses() -> None:
    source = inspect.getsource(argparse)
    assert [sentence for sentence in _MISTAKES if sentence not in source] == []


def test_help_and_version_are_shown(desk: Desk) -> None:
    shown = desk("search", "--help")
    assert shown.code == 0
    assert "--limit N             Show at most this many (default: 10)" in shown.out
    assert "arguments:\n  QUERY " in shown.out
    version = desk("--version")
    assert (version.code, version.out.split()[0]) == (0, "newsdesk")
    assert desk().out == desk("--help").out


def test_output_is_in_the_terminals_language_and_json_is_not(loaded: Desk, dump: Path) -> None:
    commands: list[tuple[str | Path, ...]] = [
        ("stats",),
        ("load", "--dry-run", dump),
        ("loads",),
        ("check",),
        ("article", "2"),
        ("comments", "2"),
        ("search", "market"),
    ]

    def json_outputs() -> list[dict[str, Any]]:
        # What is free on the disk changes while the tests run.
        return [loaded(*command, "--json").json | {"free_bytes": None} for command in commands]

    english = json_outputs()
    loaded.env["LANG"] = "de_DE.UTF-8"
    assert "12.03.2024" in loaded("stats").out
    assert json_outputs() == english
    assert current_language() == "en"
