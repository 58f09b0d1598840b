"""The protocol between a loader process and the process that started it: one JSON object a line."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from bot.domain.loads import (
    Erased,
    LoadFilter,
    Person,
    Preview,
    Progress,
    Purged,
    PurgeFilter,
    Receipt,
    ServerLimits,
    Undone,
)
from bot.errors import BadInput, Busy, NotAllowed, NotFound, UserError

LoadEvent = Progress | Receipt | Undone | Erased | Purged | Preview
"""Events of a loader: progress, and finally its result."""
StopRequest = Literal["cancel", "pause", "interrupt"]
"""A request to stop, one line of the loader's input: permanently, until a user resumes the load, or until the
bot runs again. The end of the input, as when the parent dies, means `interrupt`."""
STOP_REQUESTS: dict[bytes, StopRequest] = {b"cancel": "cancel", b"pause": "pause", b"interrupt": "interrupt"}


class _Job(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The first line of a loader's input."""

    data: Path
    guild: int | None
    by: Person
    vectors: str = "off"
    """The value of the setting `vectors`."""


_STORED_NAMES = {"filters": "wanted", "display_names": "shown", "inside": "below", "dry_run": "dry"}
"""Names of these fields in the JSON that the corpus stores with a load, for resuming it."""


class LoadJob(_Job, frozen=True, tag="load", kw_only=True, rename=_STORED_NAMES):
    """Loads these files and folders as one load called `name`. `display_names` are shown in place of the
    paths' own names; the paths must be inside the folder `inside`. A `dry_run` only emits a Preview."""

    paths: tuple[Path, ...]
    name: str
    load_max_mb: int
    zst_window_mb: int = 256
    display_names: tuple[str, ...] | None = None
    filters: LoadFilter = LoadFilter()
    inside: Path | None = None
    dry_run: bool = False
    limits: ServerLimits = ServerLimits()


class ResumeJob(_Job, frozen=True, tag="resume", kw_only=True):
    """Resumes this load, or the last one that was stopped."""

    load: int | None
    limits: ServerLimits = ServerLimits()


class CancelJob(_Job, frozen=True, tag="cancel", kw_only=True):
    """Cancels this load, which is paused or has failed."""

    load: int


class UndoJob(_Job, frozen=True, tag="undo", kw_only=True):
    """Undoes this load."""

    load: int


class EraseJob(_Job, frozen=True, tag="forget", kw_only=True):
    """Erases this author."""

    name: str


class PurgeJob(_Job, frozen=True, tag="purge", kw_only=True):
    """Deletes these threads, or with `dry_run` counts them. `traceless` deletes all threads and loads, and
    leaves no byte of them in the corpus."""

    purged: PurgeFilter
    dry_run: bool = False
    traceless: bool = False


Job = LoadJob | ResumeJob | CancelJob | UndoJob | EraseJob | PurgeJob


class Problem(msgspec.Struct, frozen=True):
    """A UserError sent to another process; fields that are not numbers become strings."""

    kind: str
    key: str
    fields: dict[str, str | int | float | None]

    @classmethod
    def from_error(cls, error: UserError) -> Problem:
        fields = {
            name: value if isinstance(value, int | float | None) else str(value)
            for name, value in error.fields.items()
        }
        return cls(type(error).__name__, error.key, fields)

    def to_error(self) -> UserError:
        """Restores the error."""
        return _ERROR_TYPES.get(self.kind, UserError)(self.key, **self.fields)


class _Line(msgspec.Struct, frozen=True, omit_defaults=True, rename={"erased": "forgot"}):
    progress: Progress | None = None
    receipt: Receipt | None = None
    undone: Undone | None = None
    erased: Erased | None = None
    preview: Preview | None = None
    purged: Purged | None = None
    problem: Problem | None = None


def encode_job(job: Job) -> bytes:
    """Encodes a job as one line, including its line break."""
    return msgspec.json.encode(job, enc_hook=str) + b"\n"


def decode_job(line: bytes | str) -> Job:
    """The reverse of `encode_job`; raises ValueError for anything else."""
    job: Job = msgspec.json.decode(line, type=Job, dec_hook=lambda kind, text: kind(text))
    return job


def encode_event(event: LoadEvent | UserError) -> bytes:
    """Encodes an event as one line, including its line break."""
    match event:
        case UserError():
            line = _Line(problem=Problem.from_error(event))
        case Progress():
            line = _Line(progress=event)
        case Receipt():
            line = _Line(receipt=event)
        case Undone():
            line = _Line(undone=event)
        case Erased():
            line = _Line(erased=event)
        case Preview():
            line = _Line(preview=event)
        case Purged():
            line = _Line(purged=event)
    return msgspec.json.encode(line) + b"\n"


_ERROR_TYPES = {error.__name__: error for error in (UserError, NotFound, BadInput, NotAllowed, Busy)}
_decoder = msgspec.json.Decoder(_Line)


def decode_event(line: bytes) -> LoadEvent:
    """Decodes the event of one line. Raises the UserError that the line contains, and ValueError for an
    invalid line."""
    parsed = _decoder.decode(line)
    if parsed.problem is not None:
        raise parsed.problem.to_error()
    event = (
        parsed.progress or parsed.receipt or parsed.undone or parsed.erased or parsed.preview or parsed.purged
    )
    if event is None:
        raise ValueError("a line without an event")
    return event
