"""The state of the bot, its loads, posts and machine, as moderators and the operator see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.digests import Schedule
from bot.domain.loads import Receipt
from bot.domain.shards import ShardProcess

TroubleKind = Literal["loader", "disk", "database", "posts", "model", "backup", "token"]
BotState = Literal["connected", "disconnected", "stuck", "stopped"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that the operator has to mend, since when, and the fields of its message. `notified` is
    whether the operator was alerted."""

    kind: TroubleKind
    since: datetime
    fields: Mapping[str, str] = field(default_factory=dict)
    notified: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """The state of the bot, and since when it runs; `stuck` if its event loop no longer turns."""

    state: BotState
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class FailedMessage:
    """A digest, a follow's notice or an edit of a post that failed, by its number, and why. `guild` and
    `place` are where it belongs."""

    kind: Literal["digest", "notice", "edit"]
    number: int
    guild: int
    place: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """The numbers of messages that are due or being sent."""

    digests: int
    notices: int
    edits: int


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes: free, in all, and of the two databases with their write-ahead logs."""

    free: int
    total: int
    corpus: int
    state: int


@dataclass(frozen=True, slots=True)
class Model:
    """The language model, its host, and since when it has not answered."""

    name: str
    host: str
    unreachable_since: datetime | None


@dataclass(frozen=True, slots=True)
class Status:
    """The status of one server, or of all. The last backup is one that was tried with success. There
    are `processes` only of a bot that runs as several."""

    bot: Running
    loads: tuple[Receipt, ...]
    digests: tuple[Schedule, ...]
    failed: int
    failures: tuple[FailedMessage, ...]
    waiting: Waiting
    disk: Disk
    model: Model | None
    last_backup: datetime | None
    troubles: tuple[Trouble, ...]
    processes: tuple[ShardProcess, ...] = ()
