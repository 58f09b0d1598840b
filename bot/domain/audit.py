"""The audit list: who did what in a server, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.domain.loads import Person

AuditKind = Literal["loads", "privacy", "settings", "digests"]
AuditAction = Literal[
    "load",
    "load-paused",
    "load-resumed",
    "undo",
    "export",
    "forget",
    "request-declined",
    "purge",
    "setting",
    "digest-created",
    "digest-edited",
    "digest-paused",
    "digest-resumed",
    "digest-deleted",
    "digest-run",
    "follow-filters",
]
KINDS: Mapping[AuditKind, tuple[AuditAction, ...]] = {
    "loads": ("load", "load-paused", "load-resumed", "undo", "export"),
    "privacy": ("forget", "request-declined", "purge"),
    "settings": ("setting",),
    "digests": (
        *("digest-created", "digest-edited", "digest-paused"),
        *("digest-resumed", "digest-deleted", "digest-run", "follow-filters"),
    ),
}
"""The actions of each kind."""

RETENTION = timedelta(days=365)
"""How long entries are kept."""
MAX_ENTRIES = 2000
"""The most entries of one server; the oldest ones are deleted first."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One action: `guild` is None for the shared archive. `detail` has what the action is about, such as the
    number of a load; never the name of an erased author."""

    id: int
    guild: int | None
    at: datetime
    by: Person
    action: AuditAction
    detail: Mapping[str, Any]
