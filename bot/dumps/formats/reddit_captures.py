"""Reads when a record of Reddit was retrieved, which tells its newest capture, whatever is loaded last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import msgspec

from bot.dumps.formats.reddit_times import all_valid_seconds, unix_seconds
from bot.dumps.rejections import Rejected


class Meta(msgspec.Struct, gc=False):
    """What a dump adds to a record of Reddit."""

    removal_type: str | None = None
    was_deleted_later: bool | None = None
    retrieved_2nd_on: Any = None


class Captured(msgspec.Struct, gc=False):
    """The fields of a comment or submission that tell it, of any type: a record is not rejected for them."""

    retrieved_on: Any = None
    retrieved_utc: Any = None
    edited: Any = None
    meta: Meta | None = msgspec.field(name="_meta", default=None)


def capture_times(records: Sequence[Captured]) -> list[int | None]:
    """`ParsedThread.captured` of each record."""
    # By column where that gives all, as it does for most dumps: this runs for every comment.
    times = [record.retrieved_on for record in records]
    if (
        all_valid_seconds(times)
        and [record.retrieved_utc for record in records].count(None) == len(times)
        and [record.meta for record in records].count(None) == len(times)
    ):
        return cast("list[int | None]", times)
    return [capture_time(record) for record in records]


def capture_time(record: Captured) -> int | None:
    """`ParsedThread.captured`: the latest of the times at which a record was retrieved, or that of its last
    edit."""
    second = None if record.meta is None else record.meta.retrieved_2nd_on
    times = [record.retrieved_on, record.retrieved_utc, second]
    known = [seconds for value in times if value is not None and (seconds := _seconds(value))]
    if known:
        return max(known)
    return 0 if record.edited is False else -_seconds(record.edited) or None


def _seconds(value: object) -> int:
    """The time, 0 for none and for what is no time: that is no reason to reject a record."""
    if not value or isinstance(value, bool) or not isinstance(value, int | float | str):
        return 0
    try:
        return unix_seconds(value)
    except Rejected:
        return 0
