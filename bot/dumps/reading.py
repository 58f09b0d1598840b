"""Reads whole dumps: everything that the containers hold, by the reader that fits its content.

A new format is a kind in `sniff` and a reader in `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bot.dumps.containers import Member, size_on_disk, walk
from bot.dumps.page import parse_page
from bot.dumps.rejected import ACCEPTED, Reason, Rejected
from bot.dumps.sniff import NAMES, Kind
from bot.dumps.streams import Budget, Limits
from bot.models import ParsedThread, Rejection

Reader = Callable[[Member, Limits], Iterator[ParsedThread | Rejection]]


class Dump:
    """One dump, or several to be loaded together; iterate it once. `done` and `total` count bytes on disk."""

    def __init__(self, paths: Sequence[Path], limits: Limits, names: Sequence[str | None]) -> None:
        self._paths = tuple(zip(paths, names, strict=True))
        self._budget = Budget(limits)
        self.total = sum(size_on_disk(path) for path in paths)

    @property
    def done(self) -> int:
        return self._budget.done

    def __iter__(self) -> Iterator[ParsedThread | Rejection]:
        """Threads and rejections in the order of the dump; one bad member never ends it."""
        for path, name in self._paths:
            for item in walk(path, self._budget.limits, budget=self._budget, name=name):
                if isinstance(item, Rejection):
                    yield item
                else:
                    yield from self._read(item)
            if self._budget.stopped:
                return

    def _read(self, member: Member) -> Iterator[ParsedThread | Rejection]:
        try:
            yield from READERS.get(member.kind, _refuse)(member, self._budget.limits)
        except Rejected as rejected:
            yield rejected.at(member.where)


def read_dump(
    path: Path | Sequence[Path], limits: Limits | None = None, *, names: Sequence[str | None] | None = None
) -> Dump:
    """What `path` (or each of several) holds. `names` are shown in place of the paths' own, as for an
    attachment that lies in a temporary file."""
    paths = (path,) if isinstance(path, Path) else tuple(path)
    return Dump(paths, limits or Limits(), names or (None,) * len(paths))


def _page(member: Member, limits: Limits) -> Iterator[ParsedThread | Rejection]:
    yield parse_page(member.read(limits.single), member.where)


def _refuse(member: Member, limits: Limits) -> Iterator[ParsedThread | Rejection]:
    if member.kind == "empty":
        raise Rejected("empty", "That file is empty.", 1)
    reason: Reason = "not-a-page" if member.kind in ("json", "html") else "binary"
    raise Rejected(reason, f"That file is not a page: it is {NAMES[member.kind]}. {ACCEPTED}", 1)


READERS: dict[Kind, Reader] = {"text": _page}
"""Which reader takes which kind; every other kind is refused by its name."""
