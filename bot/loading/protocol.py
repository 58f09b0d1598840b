"""What a loader process and the process that started it say to each other: one JSON object a line."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from bot.domain.loads import Erased, LoadFilter, Person, Preview, Progress, Receipt, Undone
from bot.errors import BadInput, Busy, NotAllowed, NotFound, UserError

Told = Progress | Receipt | Undone | Erased | Preview
"""What a loader tells: how far it is, and at the end what it did."""
Wish = Literal["cancel", "pause", "interrupt"]
"""How a loader is asked to stop, as a line of its input: for good, until somebody resumes it, or until the
bot is there again. The end of its input, as when its parent dies, means the last."""
WISHES: dict[bytes, Wish] = {b"cancel": "cancel", b"pause": "pause", b"interrupt": "interrupt"}


class _Job(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The one line that a loader reads first."""

    data: Path
    guild: int | None
    by: Person
    vectors: str = "off"
    """The setting of that name."""


class LoadJob(_Job, frozen=True, tag="load", kw_only=True):
    """Load these files and folders as one load called `name`; `shown` stands for the paths' own names,
    `below` is the folder that they may not lead out of. A `dry` one only tells what it would bring."""

    paths: tuple[Path, ...]
    name: str
    load_max_mb: int
    shown: tuple[str, ...] | None = None
    wanted: LoadFilter = LoadFilter()
    below: Path | None = None
    dry: bool = False


class ResumeJob(_Job, frozen=True, tag="resume", kw_only=True):
    """Go on with this load, or with the last one that was stopped."""

    load: int | None


class CancelJob(_Job, frozen=True, tag="cancel", kw_only=True):
    """Make this load, which is paused or has failed, a cancelled one."""

    load: int


class UndoJob(_Job, frozen=True, tag="undo", kw_only=True):
    """Take back this load."""

    load: int


class ForgetJob(_Job, frozen=True, tag="forget", kw_only=True):
    """Forget this author."""

    name: str


Job = LoadJob | ResumeJob | CancelJob | UndoJob | ForgetJob


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
    forgot: Erased | None = None
    preview: Preview | None = None
    problem: Problem | None = None


def encode_job(job: Job) -> bytes:
    """One line, with its end."""
    return msgspec.json.encode(job, enc_hook=str) + b"\n"


def decode_job(line: bytes | str) -> Job:
    """The reverse of `encode_job`; raises ValueError for anything else."""
    job: Job = msgspec.json.decode(line, type=Job, dec_hook=lambda kind, text: kind(text))
    return job


def encode(told: Told | UserError) -> bytes:
    """One line, with its end."""
    match told:
        case Progress():
            line = _Line(progress=told)
        case Receipt():
            line = _Line(receipt=told)
        case Undone():
            line = _Line(undone=told)
        case Erased():
            line = _Line(forgot=told)
        case Preview():
            line = _Line(preview=told)
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
    told = parsed.progress or parsed.receipt or parsed.undone or parsed.forgot or parsed.preview
    if told is None:
        raise ValueError("a line without anything in it")
    return told
