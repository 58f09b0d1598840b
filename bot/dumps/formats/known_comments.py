"""Counts the comments that Reddit's documents are known to have: those in them, and those only announced."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

from bot.dumps.formats.reddit_ids import id_numbers
from bot.dumps.formats.reddit_tree import MoreComments
from bot.dumps.rejections import Rejected


class KnownComments:
    """The comments of each submission in a part of a dump, by the submission's key."""

    def __init__(self) -> None:
        self._read: Counter[int] = Counter()
        self._announced: Counter[int] = Counter()
        self._uncounted: set[int] = set()
        self._last: int | None = None

    def add(self, record: object) -> None:
        """Counts a record, or comments that are left away; those whose submission is not named belong to the
        last."""
        if isinstance(record, MoreComments):
            key = self._last if record.submission is None else _key(record.submission)
            if key is not None:
                self._announced[key] += record.count
                self._uncounted |= set() if record.count else {key}
        elif isinstance(record, dict):
            is_comment = "link_id" in record
            self._last = key = _key(record.get("link_id" if is_comment else "id"))
            if key is not None:
                self._read[key] += is_comment

    def numbers(self) -> dict[int, int]:
        """The number of known comments, of submissions of which some comments are only announced. Where one
        announcement has no number, that which the submission states is better."""
        counted = self._announced.keys() - self._uncounted
        return {key: self._read[key] + self._announced[key] for key in sorted(counted)}


def _key(submission: object) -> int | None:
    if isinstance(submission, str):
        with suppress(Rejected):
            return id_numbers([submission.removeprefix("t3_")])[0]
    return None
