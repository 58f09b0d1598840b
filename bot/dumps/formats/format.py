"""The interface of a dump format.

A new format is a module with a `Format`, registered in `bot.dumps.formats.registry`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.dumps.containers.streams import Budget
from bot.dumps.containers.walk import Member
from bot.dumps.formats.records import Item, RecordFilter
from bot.dumps.rejections import BrokenDumpError, Rejected


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """Arguments of a reader besides its file. `offset` (bytes) and `line` are the position at which a
    resumable format starts; they are 0 for other formats."""

    budget: Budget
    filters: RecordFilter
    offset: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class Format:
    """A text format that can be loaded. `matches` recognises a file by the text of its first bytes; `read`
    yields its contents or raises Rejected. A `resumable` format yields blocks and can start at the end of any
    block."""

    matches: Callable[[str], bool]
    read: Callable[[Member, ReadRequest], Iterator[Item]]
    resumable: bool = False


@contextmanager
def reading_stream(member: Member, request: ReadRequest) -> Iterator[None]:
    """While a stream of records of any length is read. If it breaks, raises BrokenDumpError."""
    request.budget.streaming = True
    try:
        yield
    except Rejected as rejected:
        if rejected.reason in ("broken-archive", "unreadable"):
            raise BrokenDumpError(rejected.at(member.where)) from rejected
        raise
    finally:
        request.budget.streaming = False


class DumpChangedError(Exception):
    """Raised if a file has changed since the start position was recorded."""
