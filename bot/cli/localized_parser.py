"""An argument parser in the user's language: help texts are message ids, which are formatted when shown."""

from __future__ import annotations

import argparse
import re
import sys
from argparse import Action, ArgumentError, ArgumentParser, HelpFormatter
from collections.abc import Iterable
from typing import Any, NoReturn

from bot.cli.exit_codes import BAD_INPUT
from bot.i18n import formats, msg

_HEADINGS = {"positional arguments": "cli-heading-arguments", "options": "cli-heading-options"}
_MISTAKES = {
    "argument %(argument_name)s: %(message)s": "cli-mistake-in",
    "unrecognized arguments: %s": "cli-mistake-unknown",
    "the following arguments are required: %s": "cli-mistake-missing",
    "one of the arguments %s is required": "cli-mistake-missing-one",
    "not allowed with argument %s": "cli-mistake-conflict",
    "ignored explicit argument %r": "cli-mistake-unwanted-value",
    "expected one argument": "cli-mistake-no-value",
    "ambiguous option: %(option)s could match %(matches)s": "cli-mistake-ambiguous",
}
"""The messages for argparse's own sentences."""


class LocalizedParser(ArgumentParser):
    """A parser whose description, epilog, headings and help texts are ids of messages."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=_Formatter, add_help=False, **options)
        self.add_argument("-h", "--help", action="help", help="cli-help")

    def error(self, message: str) -> NoReturn:
        """Prints the usage and what is wrong, and exits."""
        self.print_usage(sys.stderr)
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n{self._example(message)}")

    def _example(self, message: str) -> str:
        """What to type, the command with what it needs, unless the message is about an option."""
        needed = [_typed(action) for action in self._get_positional_actions() if action.metavar != "COMMAND"]
        if not needed or message.startswith("-"):
            return ""
        return msg("cli-mistake-example", example=" ".join([self.prog, *needed])) + "\n"

    def _check_value(self, action: Action, value: Any) -> None:
        """Names the choices as they are typed, without commands that are not for people."""
        if action.choices is None or value in action.choices:
            return
        listed = getattr(action, "_choices_actions", None)
        choices = action.choices if listed is None else [choice.dest for choice in listed]
        quoted = msg("quoted", text=str(value))
        message = msg("cli-mistake-choice", value=quoted, choices=formats.alternatives(map(str, choices)))
        raise ArgumentError(action, message)


def _typed(action: Action) -> str:
    """How an argument is typed: its only choice, or its name."""
    choices = [*action.choices] if action.choices is not None else []
    return str(choices[0]) if len(choices) == 1 else str(action.metavar or action.dest.upper())


class _Formatter(HelpFormatter):
    def add_usage(
        self, usage: str | None, actions: Iterable[Action], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, f"{msg('cli-usage')} " if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        heading = heading or ""
        super().start_section(msg(_HEADINGS.get(heading, heading)))

    def add_text(self, text: str | None) -> None:
        super().add_text(None if text is None else msg(text))

    def _expand_help(self, action: Action) -> str:
        return msg(action.help or "", default=action.default)


def _translated(text: str) -> str:
    """A sentence of argparse in the user's language, with the same fields for argparse to fill in."""
    if text not in _MISTAKES:
        return text
    fields = {match[1] or "value": match[0] for match in re.finditer(r"%(?:\((\w+)\))?[rs]", text)}
    return msg(_MISTAKES[text], **fields)


# argparse looks its sentences up with gettext under this name, and has no other way to translate them.
argparse._ = _translated  # type: ignore[attr-defined]
