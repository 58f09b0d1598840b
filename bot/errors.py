"""Errors that a person can mend; anything else that is raised is a bug."""

from __future__ import annotations


class UserError(Exception):
    """A mistake or a circumstance that the user can mend: `key` names the sentence in
    `bot.ui.kit.error_messages`, `fields` fill it. The sentence says what is wrong, where, and what to do."""

    def __init__(self, key: str, **fields: object) -> None:
        super().__init__(key, fields)
        self.key = key
        self.fields = fields


class NotFound(UserError):
    """Nothing in the asker's archive fits; the command line ends with exit code 1."""


class BadInput(UserError):
    """What was given cannot be used; the command line ends with exit code 2."""


class NotAllowed(UserError):
    """The asker, or the bot, lacks a permission."""


class Busy(UserError):
    """The database or a queue cannot take this now; trying again later helps."""
