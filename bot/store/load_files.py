"""The files that belong to loads, rejected lines and attached files, wherever an engine keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

PART_BYTES = 1 << 20
"""Size of the parts in which a file is read and stored."""


class LoadFiles(Protocol):
    """Files by their paths in the data folder, such as `rejects/7.ndjson`; one that does not exist is like an
    empty one. Methods raise UserError("disk-full" | "disk-error") and what `StateConnection.user_errors`
    raises. Within a transaction of the connection that they have, changes are a part of that."""

    def names(self) -> list[str]:
        """The names of all."""
        ...

    def size(self, name: str) -> int:
        """The bytes of a file."""
        ...

    def parts(self, name: str) -> Iterator[bytes]:
        """A file in parts of at most PART_BYTES."""
        ...

    def append(self, name: str, content: bytes) -> None:
        """Adds to the end of a file."""

    def truncate(self, name: str, size: int) -> None:
        """Removes what a file has behind so many bytes."""

    def replace(self, name: str, content: bytes) -> None:
        """Replaces a file by another one, at once."""

    def delete(self, name: str) -> None:
        """Deletes a file."""


class SharedFiles(LoadFiles, Protocol):
    """Those of a database, which the processes of several machines use."""

    def hold(self, name: str) -> bool:
        """Holds a name until the connection is closed, or the process ends; False if another connection holds
        it."""
        ...


def beginning(files: LoadFiles, name: str, size: int) -> bytes:
    """At most so many bytes of a file, from its beginning."""
    content = bytearray()
    for part in files.parts(name):
        content += part
        if len(content) >= size:
            break
    return bytes(content[:size])
