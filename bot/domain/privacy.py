"""What members can ask about their own data, and what becomes of the data of servers that removed the bot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

MAX_REQUESTS = 3
REQUEST_PERIOD = timedelta(days=7)
"""A member can make so many requests in a server in this time."""
MAX_OPEN_REQUESTS = 50
"""The most undecided requests of one server."""
REQUEST_RETENTION = timedelta(days=90)
"""How long an undecided request is kept."""
MAX_NOTE = 500
"""Characters of a request's note."""

DataKind = Literal[
    "follows",
    "own_digests",
    "channel_follows",
    "digests",
    "shared",
    "messages",
    "searches",
    "visits",
    "requests",
    "tokens",
    "audit",
]
DELETABLE: tuple[DataKind, ...] = (
    *("follows", "own_digests", "channel_follows", "digests"),
    *("shared", "messages", "searches", "visits"),
)
"""The kinds that a member can have deleted; in follows of channels, digests and shared cards only who made
them, as others use those."""


@dataclass(frozen=True, slots=True)
class PrivacyPolicy:
    """The operator's settings: the text of the policy (None: the built-in one), whom to contact, and after
    how many days the data of a server that removed the bot are deleted (0: never)."""

    text: str | None = None
    contact: str | None = None
    purge_days: int = 30

    @property
    def purge_after(self) -> timedelta | None:
        return timedelta(days=self.purge_days) if self.purge_days else None


@dataclass(frozen=True, slots=True)
class PersonalData:
    """All records that have a member's id, by kind; `loads` is the number of loads that the member began."""

    records: Mapping[DataKind, tuple[Mapping[str, Any], ...]]
    loads: int = 0

    @property
    def can_delete(self) -> bool:
        return any(self.records[kind] for kind in DELETABLE)

    @property
    def is_empty(self) -> bool:
        return not self.loads and not any(self.records.values())


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """A member's request that an author, who they say they are, be erased from a server's archive."""

    id: int
    guild: int
    member: int
    author: str
    note: str
    made_at: datetime
