"""Reads whole dumps: everything in the containers, each file in the format of its content."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from bot.domain.dump import Rejection
from bot.dumps.containers.streams import Budget, DamagedArchive, Limits, read_exactly
from bot.dumps.containers.walk import Member, size_on_disk, walk
from bot.dumps.formats import json_lines, parquet, table
from bot.dumps.formats.format import DumpChangedError, ReadRequest
from bot.dumps.formats.records import Block, Item, RecordFilter
from bot.dumps.formats.reddit_dump import is_submission
from bot.dumps.formats.registry import format_of
from bot.dumps.formats.table import shown_columns
from bot.dumps.rejections import BrokenDumpError, Rejected

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Position:
    """A position between two items of a dump: before the `item`-th file or rejection of its `path`-th path,
    or within that file, at `offset` (bytes) after line `line`. `where` names that file, or the one before
    it."""

    path: int = 0
    item: int = 0
    where: str = ""
    offset: int = 0
    line: int = 0


class Observer(Protocol):
    """Follows the reading of a dump: its steps, and the place that is read next."""

    def beat(self) -> None: ...

    def at(self, place: str, /) -> None: ...


class _NoObserver:
    def beat(self) -> None:
        pass

    def at(self, place: str, /) -> None:
        pass


class Dump:
    """One dump, or several loaded together; can be iterated once. `done` and `total` count bytes on disk.

    `position` is the one after the last yielded item. A dump that starts there yields the items after it; if
    a path contains other files now, it yields all of that path.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        limits: Limits,
        names: Sequence[str | None],
        filters: RecordFilter,
        start: Position,
        *,
        follow: bool,
        observer: Observer,
    ) -> None:
        self._follow = follow
        self._observer = observer
        self._paths = tuple(zip(paths, names, strict=True))
        self._budget = Budget(limits, observer.beat)
        self._filters = filters
        self._sizes = [size_on_disk(path) for path in paths]
        self.total = sum(self._sizes)
        self.position = start

    @property
    def done(self) -> int:
        return self._budget.done

    def __iter__(self) -> Iterator[Item]:
        """Yields threads, rejections and blocks of records in the order of the dump. A bad member never ends
        the iteration; a broken stream of records does, with BrokenDumpError."""
        start = self.position
        self._budget.done = sum(self._sizes[: start.path])
        for number in range(start.path, len(self._paths)):
            yield from self._path(start if number == start.path else Position(number))
            if self._budget.stopped:
                return
            self.position = Position(number + 1)

    def _path(self, start: Position) -> Iterator[Item]:
        done = self._budget.done
        try:
            yield from self._items(start)
        except DumpChangedError:
            self._budget.done = done
            yield from self._items(Position(start.path))

    def _items(self, start: Position) -> Iterator[Item]:
        path, name = self._paths[start.path]
        self._observer.at(name or path.name)
        count = 0
        for item in walk(path, self._budget.limits, budget=self._budget, name=name, follow=self._follow):
            last = start.item if start.offset else start.item - 1
            if count == last and item.where != start.where:
                raise DumpChangedError
            count += 1
            if count <= start.item:
                continue
            after = Position(start.path, count, item.where)
            if isinstance(item, Rejection):
                self.position = after
                yield item
            else:
                inside = (start.offset, start.line) if count == start.item + 1 else (0, 0)
                yield from self._read(item, after, ReadRequest(self._budget, self._filters, *inside))
            self.position = after
        if count < start.item:
            raise DumpChangedError

    def _read(self, member: Member, after: Position, request: ReadRequest) -> Iterator[Item]:
        before = Position(after.path, after.item - 1, after.where)
        self._observer.at(member.where)
        member_format = None
        try:
            member_format = format_of(member)
            if member_format is None:
                raise _refusal(member, self._budget)
            is_empty = not request.offset
            for item in member_format.read(member, request):
                is_empty = is_empty and isinstance(item, Block) and item.is_empty
                self.position = after
                if isinstance(item, Block) and member_format.resumable:
                    self.position = replace(before, offset=item.offset, line=item.line)
                    self._observer.at(f"{member.where}:{item.line + 1}")
                yield item
            if is_empty:
                raise Rejected("not-a-listing", "rejected-not-a-listing")
        except BrokenDumpError as error:
            if isinstance(error.__cause__, DamagedArchive):
                # Neither the data unpacked just before the damage nor its length is reliable.
                self.position = before
            raise
        except Rejected as rejected:
            self.position = after
            yield table.named(rejected, member).at(member.where)
        except (DumpChangedError, OSError, MemoryError):
            raise
        except Exception:
            # A stream of records can be resumed once the fault is mended; a document is only left out.
            if member_format is None or member_format.resumable:
                raise
            _log.exception("%r is left out", member.where)
            self.position = after
            yield Rejected("unreadable", "rejected-fault").at(member.where)


def read_dump(
    path: Path | Sequence[Path],
    limits: Limits | None = None,
    *,
    names: Sequence[str | None] | None = None,
    filters: RecordFilter = RecordFilter(),  # noqa: B008 - frozen
    start: Position = Position(),
    follow: bool = True,
    observer: Observer = _NoObserver(),  # noqa: B008 - has no state
) -> Dump:
    """The contents of `path` (or of each of several) that pass the filters, from `start`. `names` are
    displayed in place of the paths' own, as for an attachment in a temporary file. A path that is itself a
    link is read only with `follow`; links below it never are."""
    paths = (path,) if isinstance(path, Path) else tuple(path)
    names = names or (None,) * len(paths)
    return Dump(paths, limits or Limits(), names, filters, start, follow=follow, observer=observer)


def submissions_first(paths: Sequence[Path]) -> list[Path]:
    """Sorts dumps of submissions before the others, so that the articles of comments are already stored."""
    return sorted(paths, key=lambda path: not _holds_submissions(path))


def _holds_submissions(path: Path) -> bool:
    if path.is_dir():
        return False
    members = walk(path, Limits())
    first = next(members, None)
    try:
        if isinstance(first, Member) and format_of(first) is table.FORMAT:
            return table.holds_titles(first)
        if isinstance(first, Member) and format_of(first) is json_lines.FORMAT:
            return is_submission(read_exactly(first.stream, json_lines.BLOCK_BYTES).partition(b"\n")[0])
    except Rejected:
        pass  # rejected when it is read
    return False


def _refusal(member: Member, budget: Budget) -> Rejected:
    if member.kind == "empty":
        return Rejected("empty", "rejected-empty", 1)
    if member.kind == "parquet" and (columns := parquet.columns(member.stream, budget)):
        return Rejected("binary", "rejected-parquet", 1, columns=shown_columns(columns))
    return Rejected("binary", "rejected-file-kind", 1, kind=member.kind)
