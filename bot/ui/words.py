"""The sentences for every mistake that a person can mend, by the key of the UserError."""

from __future__ import annotations

from collections.abc import Callable

from bot.errors import UserError

ERRORS = {
    "already-undone": "Load {load} was taken back before.",
    "archive-empty": "This archive holds nothing to read yet. Load a dump first.",
    "bad-date": 'Cannot read "{text}" as a date. Write it like 2024-03-12, 12 Mar 2024, 2024, or 3 days ago.',
    "load-cancelled": "It was stopped before it was done. Do it again to go on.",
    "load-running": "Load {load} is still running. Cancel it first, or wait until it is done.",
    "loader-died": "The loader ended before it was done (code {code}). What it had stored is kept.",
    "no-such-article": 'No article here fits "{ref}". Give its number, its key, or a title from the list.',
    "no-such-comment": "Comment {comment} is not in this archive.",
    "no-such-file": 'There is no file or folder "{path}".',
    "no-such-load": "This archive has no load {load}.",
    "several-articles": 'Several titles fit "{ref}": {titles}. Give the number of one.',
}
"""Every key that is raised anywhere, and its sentence: what is wrong, where, and what to do."""


def error_sentence(error: UserError, clean: Callable[[str], str] = str) -> str:
    """The sentence for an error; `clean` makes its fields, which hold what people and dumps wrote, harmless
    where it will be shown."""
    return ERRORS[error.key].format_map({name: clean(str(value)) for name, value in error.fields.items()})
