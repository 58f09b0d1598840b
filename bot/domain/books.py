"""The books of loads: what became of every record that a dump holds or names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal

LeftOutReason = Literal["subreddit", "after", "before", "min_score", "min_length", "over_18"]
"""Why a load's filter left out a row: the option that would let it in."""
RecordKind = Literal["articles", "comments"]


@dataclass(slots=True)
class ReadCounts:
    """What a reader counted of one kind of record, whatever became of the others: those that it `read`, and
    of these the `rejected` ones and those that the load's filter left out, by reason."""

    read: int = 0
    rejected: int = 0
    left_out: Counter[LeftOutReason] = field(default_factory=Counter)

    def add(self, other: ReadCounts) -> None:
        """Adds the counts of another part of the dump."""
        self.read += other.read
        self.rejected += other.rejected
        if other.left_out:
            self.left_out.update(other.left_out)


@dataclass(frozen=True, slots=True)
class Books:
    """The records of one kind in a load, by what became of each: `read` is the number of those in the dump,
    the sum of all others but `missing`: those known to exist that are neither in it nor in the archive.
    `waiting` are comments that were new and wait for their article; they are not in `new`."""

    read: int
    new: int
    updated: int
    unchanged: int
    older: int
    waiting: int
    rejected: int
    left_out: Mapping[LeftOutReason, int]
    missing: int

    def __add__(self, other: Books) -> Books:
        numbers = [name.name for name in fields(self) if name.name != "left_out"]
        left_out = Counter(self.left_out) + Counter(other.left_out)
        sums = {name: getattr(self, name) + getattr(other, name) for name in numbers}
        return Books(**sums, left_out=left_out)

    @property
    def total(self) -> int:
        """All records that the dump holds or names."""
        return self.read + self.missing

    @property
    def unaccounted(self) -> int:
        """The difference in the books, which is always 0 unless the program has a fault."""
        counted = self.new + self.updated + self.unchanged + self.older + self.waiting + self.rejected
        return self.read - counted - sum(self.left_out.values())
