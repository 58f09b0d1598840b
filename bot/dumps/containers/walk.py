"""Walks files, folders and nested archives, and yields their files one at a time.

Nothing is ever written to disk: a member's name is only displayed. Links are reported and not followed.
"""

from __future__ import annotations

import bz2
import io
import lzma
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from bot.domain.dump import Rejection
from bot.dumps.containers.decompressors import Gunzip, Unpacking, Zstd
from bot.dumps.containers.sniff import (
    CONTAINERS,
    HEAD_BYTES,
    MAX_DOCUMENT_MEMBERS,
    FileKind,
    document_kind,
    sniff,
)
from bot.dumps.containers.streams import (
    Budget,
    CountedFile,
    CountedUnpacking,
    EntryKind,
    Limits,
    Peekable,
    Readable,
    Seekable,
    megabytes,
    read_exactly,
)
from bot.dumps.containers.tar import tar_entries
from bot.dumps.containers.zip import ZipEntry, open_entry, zip_entries
from bot.dumps.rejections import Rejected

_SYSTEM_FILES = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
_MAX_NAME_CHARACTERS = 300


_Entry = tuple[str, EntryKind, Callable[[], Readable]]
"""An archive member: its name, its kind, and a function that opens it."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a dump. `stream` is valid until the next member; reading it raises Rejected on errors."""

    where: str
    kind: FileKind
    stream: Readable
    head: bytes
    """Its first HEAD_BYTES bytes, or all of them; reading `head` does not consume the stream."""

    def read(self, limit: int) -> bytes:
        """Reads the whole file; raises Rejected("too-large") if it has more than `limit` bytes."""
        data = read_exactly(self.stream, limit + 1)
        if len(data) > limit:
            raise Rejected("too-large", "rejected-large-page", megabytes=megabytes(limit))
        return data


def walk(
    path: Path,
    limits: Limits,
    *,
    budget: Budget | None = None,
    name: str | None = None,
    follow: bool = True,
) -> Iterator[Member | Rejection]:
    """Yields every file in `path` (a file, folder or archive, recursively), sorted by name in folders and in
    stored order in archives. Hidden files and system files are skipped; links, encrypted and broken members,
    and everything beyond `limits` are yielded as Rejections. `name` is displayed in place of the path's own;
    `budget` counts bytes for progress. The path itself may be a link only with `follow`."""
    walker = _Walker(budget or Budget(limits))
    yield from walker.top(path, display_name(name or path.name or str(path)), follow=follow)


def size_on_disk(path: Path) -> int:
    """Total bytes of a file, or of the files in a folder that `walk` would read; 0 if there are none."""
    if not os.path.isdir(path):
        return _file_size(path, follow=True)
    total = 0
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not _is_hidden(name)]
        visible = (os.path.join(folder, name) for name in names if not _is_hidden(name))
        total += sum(_file_size(path, follow=False) for path in visible)
    return total


def _file_size(path: Path | str, *, follow: bool) -> int:
    try:
        status = os.stat(path, follow_symlinks=follow)
    except (OSError, ValueError):
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def _link(where: str) -> Rejection:
    return Rejected("link", "rejected-link").at(where)


class _Walker:
    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._limits = budget.limits

    def top(self, path: Path, where: str, *, follow: bool) -> Iterator[Member | Rejection]:
        if not follow and os.path.islink(path):
            yield _link(where)
        elif os.path.isdir(path):
            nothing = Rejected("no-pages", "rejected-empty-folder")
            yield from self._at_least_one(self._folder(path, where), where, nothing)
        else:
            yield from self._file(path, where, follow=follow)

    def _folder(self, path: Path, where: str) -> Iterator[Member | Rejection]:
        """Walks depth first with an explicit stack: folders may be nested deeper than Python's recursion
        limit."""
        stack = [iter(self._entries(path, where))]
        while stack and not self._budget.stopped:
            item = next(stack[-1], None)
            if item is None:
                stack.pop()
                continue
            if isinstance(item, Rejection):
                yield item
                continue
            entry, place = item
            if entry.is_symlink():
                yield _link(place)
            elif entry.is_dir(follow_symlinks=False):
                stack.append(iter(self._entries(Path(entry.path), place)))
            else:
                yield from self._file(entry.path, place, follow=False)

    def _entries(self, path: Path, where: str) -> list[tuple[os.DirEntry[str], str] | Rejection]:
        try:
            with os.scandir(path) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            problem = error.strerror or str(error)
            return [Rejected("unreadable", "rejected-unreadable-folder", problem=problem).at(where)]
        return [
            (entry, f"{where}/{display_name(entry.name)}") for entry in entries if not _is_hidden(entry.name)
        ]

    def _file(self, path: Path | str, where: str, *, follow: bool) -> Iterator[Member | Rejection]:
        # Without O_NONBLOCK, opening a named pipe would block until another process writes to it.
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
        try:
            file = open(os.open(path, flags), "rb")  # noqa: SIM115 - closed below
        except (FileNotFoundError, ValueError):
            yield Rejected("missing", "rejected-missing").at(where)
            return
        except OSError as error:
            problem = error.strerror or str(error)
            yield Rejected("unreadable", "rejected-unreadable-file", problem=problem).at(where)
            return
        with closing(file):
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                yield Rejected("not-a-file", "rejected-device").at(where)
                return
            self._budget.begin_file(status.st_size)
            disk = CountedFile(file, self._budget)
            yield from self._open(lambda: disk, where, 0, disk)
            self._budget.end_file()

    def _at_least_one(
        self, items: Iterator[Member | Rejection], where: str, nothing: Rejected
    ) -> Iterator[Member | Rejection]:
        """Yields the items, or the rejection `nothing` if there are none."""
        any_yet = False
        for item in items:
            any_yet = True
            yield item
        if not any_yet:
            yield nothing.at(where)

    def _open(
        self, open_: Callable[[], Readable], where: str, depth: int, seekable: Seekable | None = None
    ) -> Iterator[Member | Rejection]:
        """Yields the contents of a stream, or a rejection if it cannot be read. `seekable` is the same data
        with random access, which zip needs."""
        try:
            yield from self._contents(open_(), where, depth, seekable)
        except Rejected as rejected:
            yield rejected.at(where)

    def _contents(
        self, source: Readable, where: str, depth: int, seekable: Seekable | None = None
    ) -> Iterator[Member | Rejection]:
        self._budget.member()
        stream = Peekable(source)
        head = stream.peek(HEAD_BYTES)
        wiped = 0
        while head and not head.strip(b"\0"):
            wiped += len(stream.read(HEAD_BYTES))
            head = stream.peek(HEAD_BYTES)
        if wiped and not head.lstrip(b"\0").startswith((b"{", b"[")):
            head = bytes(HEAD_BYTES)
        elif wiped:
            yield Rejected("not-json", "rejected-wiped", 1, count=wiped).at(where)
        kind = sniff(head)
        if kind not in CONTAINERS:
            yield Member(where, kind, stream, head)
        elif depth >= self._limits.depth:
            raise Rejected("too-deep", "rejected-too-deep", depth=self._limits.depth)
        elif kind == "zip":
            file = seekable or self._in_memory(stream)
            entries = _ReadAhead(zip_entries(file), MAX_DOCUMENT_MEMBERS)
            if document := document_kind({entry.name for entry in entries.first}):
                yield Member(where, document, stream, head)
                return
            zipped = (
                (entry.name, entry.kind, partial(open_entry, file, entry, self._budget)) for entry in entries
            )
            nothing = Rejected("no-pages", "rejected-empty-zip")
            yield from self._at_least_one(self._archive(zipped, where, depth + 1), where, nothing)
        elif kind == "tar":
            members = ((entry.name, entry.kind, entry.open) for entry in tar_entries(stream))
            nothing = Rejected("no-pages", "rejected-empty-archive")
            yield from self._at_least_one(self._archive(members, where, depth + 1), where, nothing)
        else:
            unpacked = CountedUnpacking(_decompressor(kind, stream, self._limits.zstd_window), self._budget)
            yield from self._contents(unpacked, where, depth + 1)

    def _in_memory(self, stream: Readable) -> Seekable:
        data = read_exactly(stream, self._limits.nested + 1)
        if len(data) > self._limits.nested:
            raise Rejected("too-large", "rejected-inner-zip", megabytes=megabytes(self._limits.nested))
        return io.BytesIO(data)

    def _archive(self, entries: Iterator[_Entry], where: str, depth: int) -> Iterator[Member | Rejection]:
        for name, kind, open_ in entries:
            if kind == "folder" or _is_hidden(name):
                continue
            if self._budget.file_stopped:
                return
            inner = f"{where}/{display_name(name)}"
            if kind == "link":
                yield _link(inner)
            elif kind == "special":
                yield Rejected("not-a-file", "rejected-special").at(inner)
            else:
                yield from self._open(open_, inner, depth)


class _ReadAhead:
    """The members of a zip, of which the first are read before. What is wrong behind these is raised after
    them."""

    def __init__(self, entries: Iterator[ZipEntry], count: int) -> None:
        self.first: list[ZipEntry] = []
        self._rest = entries
        self._damage: Rejected | None = None
        try:
            self.first.extend(islice(entries, count))
        except Rejected as damage:
            self._damage = damage

    def __iter__(self) -> Iterator[ZipEntry]:
        yield from self.first
        if self._damage is not None:
            raise self._damage
        yield from self._rest


def _decompressor(kind: FileKind, stream: Readable, max_window: int) -> Readable:
    if kind == "gzip":
        return Gunzip(stream)
    if kind == "bzip2":
        return Unpacking(stream, bz2.BZ2Decompressor, b"BZh")
    if kind == "xz":
        return Unpacking(stream, lzma.LZMADecompressor, b"\xfd7zXZ\0")
    return Zstd(stream, max_window)


def _is_hidden(name: str) -> bool:
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return any(part.startswith(".") or part.casefold() in _SYSTEM_FILES for part in parts)


def display_name(name: str) -> str:
    """A member's name for display: one line, printable, at most _MAX_NAME_CHARACTERS characters."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    line = "/".join(parts)
    if not line.isprintable():
        line = "".join(character if character.isprintable() else "?" for character in line)
    return line if len(line) <= _MAX_NAME_CHARACTERS else line[: _MAX_NAME_CHARACTERS - 1] + "…"
