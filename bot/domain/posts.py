"""Messages that the bot posted, recorded so that they can be edited when their content is undone, erased, or
changed by a newer capture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.digests import DeliveryState

PostKind = Literal["delivery", "notice", "shared", "posted"]
"""A digest, a notice of follows, or a card that a member shared or posted. `ref` is the id of the delivery or
notice, or the route of the card."""

EDIT_TIMEOUT = timedelta(days=7)
"""How long an edit is retried while Discord is unreachable."""
GONE_RETENTION = timedelta(days=30)
"""How long the record of a message that no longer exists is kept, for reports about it."""
RETENTION = timedelta(days=365)
"""How long posts, sent notices and deliveries are kept, each since it was sent, last edited or left behind in
a server: so long a digest or follow does not repeat an article, and a post is edited when its content
goes."""
UNSENT_RETENTION = timedelta(days=30)
"""How long deliveries and notices are kept that were not sent, for reports about them."""
LEFT = "bot-removed"
DELETED = "deleted"
"""Reasons why a post cannot be edited: the bot has left its server, or its message or channel was deleted."""
GONE = ("nothing-left", "message-gone", "channel-gone", LEFT)
"""Reasons, found when an edit was tried, that mean that the message no longer exists."""
ERASURE_GRACE_PERIOD = timedelta(minutes=15)
"""How long after an erasure all posts are checked again: erasing from a large archive takes time."""


@dataclass(frozen=True, slots=True)
class ThreadSnapshot:
    """The state of a thread when it was posted: its number of comments, and how many of these and of its own
    fields had lost their text or author. `there` is False if the thread is not in the archive or has no
    text. `rewritten` counts how often loads have changed its words or the names in it; None if unknown."""

    total: int
    gone: int
    there: bool = True
    rewritten: int | None = None


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """A posted message and the threads in it; `removed` are the ids of threads that no longer exist. It is
    open while an edit is pending; `reason` is the outcome of the edit."""

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
        """The address of the message."""
        place = "@me" if self.direct else str(self.guild)
        return f"https://discord.com/channels/{place}/{self.where}/{self.message}"
