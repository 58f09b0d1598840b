"""What the bot posted, stored so that it can be edited when what it shows is undone or erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.digests import DeliveryState

PostKind = Literal["delivery", "notice", "shared", "posted"]
"""A digest, a notice of follows, and cards that members shared or posted; `ref` is the number of the first
two, and the address of a card."""

EDIT_TIMEOUT = timedelta(days=7)
"""So long an edit is tried again while Discord cannot be reached."""
GONE_RETENTION = timedelta(days=30)
"""So long a post that is not there any more is remembered, for the accounts of it."""
LEFT_SERVER_RETENTION = timedelta(days=365)
"""So long posts are remembered in a server that the bot has left: invited again, it can edit them again."""
LEFT = "bot-removed"
DELETED = "deleted"
"""Reasons of posts that cannot be edited: their server is left, or somebody deleted them or their channel."""
GONE = ("nothing-left", "message-gone", "channel-gone", LEFT)
"""Reasons for which a message is not there any more, given when it was to be edited."""
ERASURE_GRACE_PERIOD = timedelta(minutes=15)
"""All posts are checked again for this long after an author was erased: a large archive takes its time."""


@dataclass(frozen=True, slots=True)
class ThreadSnapshot:
    """How a thread stood when it was shown: its comments, and how many of these, and of its own fields, had
    lost their words or their name. `there` is False where it is not in the archive, or has no words."""

    total: int
    gone: int
    there: bool = True


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """One message and the threads in it; `removed` are those that are not there any more. It is open while
    it is to be edited; `reason` names what became of that."""

    id: int
    guild: int
    where: int
    direct: bool
    message: int
    kind: PostKind
    ref: str
    by: int | None
    state: DeliveryState
    attempts: int
    posted_at: datetime
    due_at: datetime
    reason: str | None
    snapshots: tuple[tuple[int, ThreadSnapshot], ...]
    removed: tuple[int, ...]

    @property
    def link(self) -> str:
        """Where the message is, for those who may see it."""
        place = "@me" if self.direct else str(self.guild)
        return f"https://discord.com/channels/{place}/{self.where}/{self.message}"
