"""Reads whole dumps: everything that the containers hold, by the reader that fits its content.

A new format is a kind in `sniff` and a reader in `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain.dump import ParsedThread, Rejection
from bot.dumps.containers.sniff import NAMES, Kind
from bot.dumps.containers.streams import Budget, Damaged, Limits, read_exactly
from bot.dumps.containers.walk import Member, size_on_disk, walk
from bot.dumps.formats.json_lines import CHUNK, read_blocks
from bot.dumps.formats.page import parse_page
from bot.dumps.formats.reddit_dump import Block, Filter, is_submission
from bot.dumps.formats.reddit_listing import MAX_LISTING, read_listing
from bot.dumps.formats.reddit_threads import kept
from bot.dumps.rejections import ACCEPTED, BrokenDumpError, Reason, Rejected

Item = ParsedThread | Rejection | Block
MANY_BAD_LINES = 100


@dataclass(frozen=True, slots=True)
class Position:
    """A place between two items of a dump: before the `item`-th file or rejection of its `path`-th path, or
    within that, at `offset` after line `line`. `where` names the file it is in, or the one before it."""

    path: int = 0
    item: int = 0
    where: str = ""
    offset: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """What a reader is told beside the file."""

    budget: Budget
    wanted: Filter
    offset: int = 0
    line: int = 0


Reader = Callable[[Member, Task], Iterator[Item]]


class _Changed(Exception):  # noqa: N818 - no error of the program
    """The path does not hold what it held when the position was taken."""


class Dump:
    """One dump, or several to be loaded together; iterate it once. `done` and `total` count bytes on disk.

    `position` is the place behind the item that was given last. A dump that begins there gives what came
    after it; where a path holds other files by now, it gives all of that path.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        limits: Limits,
        names: Sequence[str | None],
        wanted: Filter,
        start: Position,
        *,
        follow: bool,
    ) -> None:
        self._follow = follow
        self._paths = tuple(zip(paths, names, strict=True))
        self._budget = Budget(limits)
        self._wanted = wanted
        self._sizes = [size_on_disk(path) for path in paths]
        self.total = sum(self._sizes)
        self.position = start

    @property
    def done(self) -> int:
        return self._budget.done

    def __iter__(self) -> Iterator[Item]:
        """Threads, rejections and blocks of records in the order of the dump. One bad member never ends it,
        but a stream of records that breaks off does: BrokenDumpError."""
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
        except _Changed:
            self._budget.done = done
            yield from self._items(Position(start.path))

    def _items(self, start: Position) -> Iterator[Item]:
        path, name = self._paths[start.path]
        count = 0
        for item in walk(path, self._budget.limits, budget=self._budget, name=name, follow=self._follow):
            last = start.item if start.offset else start.item - 1
            if count == last and item.where != start.where:
                raise _Changed
            count += 1
            if count <= start.item:
                continue
            behind = Position(start.path, count, item.where)
            if isinstance(item, Rejection):
                self.position = behind
                yield item
            elif start.offset and count == start.item + 1:
                yield from self._read(
                    item, behind, Task(self._budget, self._wanted, start.offset, start.line)
                )
            else:
                yield from self._read(item, behind, Task(self._budget, self._wanted))
            self.position = behind
        if count < start.item:
            raise _Changed

    def _read(self, member: Member, behind: Position, task: Task) -> Iterator[Item]:
        try:
            for item in READERS.get(member.kind, _refuse)(member, task):
                self.position = behind
                if isinstance(item, Block) and member.kind == "lines":
                    before = replace(behind, item=behind.item - 1)
                    self.position = replace(before, offset=item.offset, line=item.line)
                yield item
        except BrokenDumpError as error:
            if isinstance(error.__cause__, Damaged):
                # What was unpacked before the damage was found is not to be relied on, nor is its length.
                self.position = replace(behind, item=behind.item - 1)
            raise
        except Rejected as rejected:
            self.position = behind
            yield rejected.at(member.where)


def read_dump(
    path: Path | Sequence[Path],
    limits: Limits | None = None,
    *,
    names: Sequence[str | None] | None = None,
    wanted: Filter = Filter(),  # noqa: B008 - frozen
    start: Position = Position(),
    follow: bool = True,
) -> Dump:
    """What `path` (or each of several) holds of what is `wanted`, from `start` on. `names` are shown in place
    of the paths' own, as for an attachment that lies in a temporary file. A path that is itself a link is
    read only if links are to be followed; links below it never are."""
    paths = (path,) if isinstance(path, Path) else tuple(path)
    return Dump(paths, limits or Limits(), names or (None,) * len(paths), wanted, start, follow=follow)


def submissions_first(paths: Sequence[Path]) -> list[Path]:
    """The paths with dumps of submissions before the others: comments whose articles are there already need
    not wait for them."""
    return sorted(paths, key=lambda path: not _holds_submissions(path))


def _holds_submissions(path: Path) -> bool:
    if path.is_dir():
        return False
    found = walk(path, Limits())
    first = next(found, None)
    try:
        if isinstance(first, Member) and first.kind == "lines":
            return is_submission(read_exactly(first.stream, CHUNK).partition(b"\n")[0])
    except Rejected:
        pass  # it will be told when it is read
    return False


def rejections_of(block: Block) -> list[Rejection]:
    """The block's rejections with their places."""
    return [
        Rejection(f"{block.where}:{line}", rejected.reason, rejected.detail)
        for line, _, rejected in block.rejections
    ]


def _page(member: Member, task: Task) -> Iterator[Item]:
    thread = parse_page(member.read(task.budget.limits.single), member.where)
    left = kept(thread, task.wanted)
    yield Block(where=member.where, skipped=1) if left is None else left


def _lines(member: Member, task: Task) -> Iterator[Item]:
    task.budget.streaming = True
    try:
        _skip(member, task.offset)
        first = not task.offset
        for block in read_blocks(member.stream, task.wanted, offset=task.offset, line=task.line):
            block.where = member.where
            if first:
                _recognise(block)
                first = False
            yield block
    except Rejected as rejected:
        if rejected.reason in ("broken-archive", "unreadable"):
            raise BrokenDumpError(rejected.at(member.where)) from rejected
        raise
    finally:
        task.budget.streaming = False


def _skip(member: Member, offset: int) -> None:
    while offset:
        data = member.stream.read(min(offset, CHUNK))
        if not data:
            raise _Changed
        offset -= len(data)


def _recognise(block: Block) -> None:
    """Raises Rejected where the first lines are JSON of something else, so that not every line need be."""
    if block.comments or block.submissions or block.skipped:
        return
    reasons = {rejected.reason for _, _, rejected in block.rejections}
    foreign = reasons == {"not-a-record"}
    if foreign or (len(block.rejections) > MANY_BAD_LINES and reasons <= {"not-a-record", "not-json"}):
        raise _other_json(block.rejections[0][2])


def _listing(member: Member, task: Task) -> Iterator[Item]:
    block = read_listing(member.read(MAX_LISTING), task.wanted)
    block.where = member.where
    _recognise(block)
    yield block


def _other_json(rejected: Rejected) -> Rejected:
    return Rejected("not-a-page", f"That file is JSON, but no Reddit dump. {rejected.detail} {ACCEPTED}", 1)


def _refuse(member: Member, task: Task) -> Iterator[Item]:
    if member.kind == "empty":
        raise Rejected("empty", "That file is empty.", 1)
    reason: Reason = "not-a-page" if member.kind == "html" else "binary"
    raise Rejected(reason, f"That file is not a page: it is {NAMES[member.kind]}. {ACCEPTED}", 1)


READERS: dict[Kind, Reader] = {"text": _page, "lines": _lines, "json": _listing}
"""Which reader takes which kind; every other kind is refused by its name."""
