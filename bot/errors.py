"""Errors that people can fix; any other exception is a bug."""

from __future__ import annotations


class UserError(Exception):
    """A mistake or a situation that the user can fix. The catalogue's message `error-KEY`, with `fields`,
    says what is wrong, where, and what to do."""

    def __init__(self, key: str, **fields: object) -> None:
        super().__init__(key, fields)
        self.key = key
        self.fields = fields


class NotFound(UserError):
    """Nothing in the user's archive matches; the command line exits with code 1."""


class BadInput(UserError):
    """The input cannot be used; the command line exits with code 2."""


class NotAllowed(UserError):
    """The user, or the bot, lacks a permission."""


class Busy(UserError):
    """The database or a queue is busy; trying again later helps."""
