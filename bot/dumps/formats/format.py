"""What a dump format is, and what its reader is asked for.

A new format is a module with a `Format` of its own, and a line in `bot.dumps.formats.registry`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.dumps.containers.streams import Budget
from bot.dumps.containers.walk import Member
from bot.dumps.formats.records import Item, RecordFilter


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What a reader is asked for beside its file. `offset` (bytes) and `line` are where a resumable format
    begins; they are 0 for the others."""

    budget: Budget
    filters: RecordFilter
    offset: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of text file that can be loaded. `matches` judges a file by the text of its first bytes;
    `read` yields what it holds, or raises Rejected. A `resumable` format yields blocks and can begin at the
    end of any of them."""

    matches: Callable[[str], bool]
    read: Callable[[Member, ReadRequest], Iterator[Item]]
    resumable: bool = False


class DumpChangedError(Exception):
    """Raised where a file does not hold what it held when the position to begin at was taken."""
