"""What a loader process and the process that started it say to each other: one JSON object a line."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bot.errors import BadInput, Busy, NotAllowed, NotFound, UserError
from bot.models import Person, Progress, Receipt, Undone

Told = Progress | Receipt | Undone
"""What a loader tells: how far it is, and at the end what it did."""


class Job(msgspec.Struct, frozen=True, tag=True):
    """The one line that a loader reads first. After it, the end of its input means: cancel."""

    data: Path
    guild: int | None
    by: Person
    vectors: str
    """The setting of that name."""


class LoadJob(Job, frozen=True, tag="load"):
    """Load these files and folders as one load called `name`; `shown` stands for the paths' own names."""

    paths: tuple[Path, ...]
    name: str
    load_max_mb: int
    shown: tuple[str, ...] | None = None


class UndoJob(Job, frozen=True, tag="undo"):
    """Take back this load."""

    load: int


class Problem(msgspec.Struct, frozen=True):
    """A UserError on its way to another process; its fields become texts where they are not numbers."""

    kind: str
    key: str
    fields: dict[str, str | int | float | None]

    @classmethod
    def of(cls, error: UserError) -> Problem:
        fields = {
            name: value if isinstance(value, int | float | None) else str(value)
            for name, value in error.fields.items()
        }
        return cls(type(error).__name__, error.key, fields)

    def error(self) -> UserError:
        """The error that it was."""
        return _KINDS.get(self.kind, UserError)(self.key, **self.fields)


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    progress: Progress | None = None
    receipt: Receipt | None = None
    undone: Undone | None = None
    problem: Problem | None = None


def encode_job(job: LoadJob | UndoJob) -> bytes:
    """One line, with its end."""
    return msgspec.json.encode(job, enc_hook=str) + b"\n"


def decode_job(line: bytes) -> LoadJob | UndoJob:
    """The reverse of `encode_job`; raises ValueError for anything else."""
    return msgspec.json.decode(line, type=LoadJob | UndoJob, dec_hook=lambda kind, text: kind(text))


def encode(told: Told | UserError) -> bytes:
    """One line, with its end."""
    match told:
        case Progress():
            line = _Line(progress=told)
        case Receipt():
            line = _Line(receipt=told)
        case Undone():
            line = _Line(undone=told)
        case UserError():
            line = _Line(problem=Problem.of(told))
    return msgspec.json.encode(line) + b"\n"


_KINDS = {kind.__name__: kind for kind in (UserError, NotFound, BadInput, NotAllowed, Busy)}
_decoder = msgspec.json.Decoder(_Line)


def decode(line: bytes) -> Told:
    """What one line tells; an error in it is raised as the UserError it was, and a line of another form as
    ValueError."""
    parsed = _decoder.decode(line)
    if parsed.problem is not None:
        raise parsed.problem.error()
    told = parsed.progress or parsed.receipt or parsed.undone
    if told is None:
        raise ValueError("a line without anything in it")
    return told
