"""The time by which the state's retention periods are judged, which a wrong clock cannot carry far ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clock import from_unix, to_unix
from bot.services.key_value import KeyValueService

KEY = "retention-time"
"""The key of the time that was last used, in unix seconds."""
MAX_ADVANCE = timedelta(days=7)
"""The most that this time moves on in a day. A bot that was off for a year deletes what is old over two
months, and one whose clock is a year ahead for a day loses a week of its oldest records, not all of them."""


async def advance_retention_time(key_value: KeyValueService, now: datetime, *, again: bool) -> datetime:
    """Returns the time to judge by, and stores it: now, or if that is earlier, the time last used plus
    `MAX_ADVANCE`. With `again`, nothing is added to the time last used."""
    stored = await key_value.get(KEY)
    last = from_unix(int(stored)) if stored is not None else None
    time = now if last is None else min(now, last if again else last + MAX_ADVANCE)
    await key_value.set(KEY, str(to_unix(time)))
    return time
