"""The files of loads in a table, where the processes of other machines find them too."""

from __future__ import annotations

from collections.abc import Iterator

from bot.store.engine import Connection
from bot.store.load_files import PART_BYTES

_HOLD_LOCKS = int.from_bytes(b"NDF1")
"""The class of the advisory locks of those who hold names."""


class TableFiles:
    """Implements `bot.store.load_files.SharedFiles`. Each row has a part of a file, and where it starts."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def names(self) -> list[str]:
        """See `LoadFiles.names`."""
        with self._db.user_errors():
            rows = self._db.execute("SELECT name FROM load_file WHERE start = 0 ORDER BY name").fetchall()
        return [str(name) for (name,) in rows]

    def size(self, name: str) -> int:
        """See `LoadFiles.size`."""
        sql = "SELECT start + octet_length(content) FROM load_file WHERE name = ? ORDER BY start DESC LIMIT 1"
        with self._db.user_errors():
            last = self._db.execute(sql, (name,)).fetchone()
        return int(last[0]) if last else 0

    def parts(self, name: str) -> Iterator[bytes]:
        """See `LoadFiles.parts`."""
        sql = "SELECT content FROM load_file WHERE name = ? AND start = ?"
        start = 0
        while True:
            with self._db.user_errors():
                row = self._db.execute(sql, (name, start)).fetchone()
            if row is None:
                return
            part = bytes(row[0])
            yield part
            start += len(part)

    def append(self, name: str, content: bytes) -> None:
        """See `LoadFiles.append`."""
        size = self.size(name)
        sql = "INSERT INTO load_file (name, start, content) VALUES (?, ?, ?)"
        with self._db.user_errors():
            for start in range(0, len(content), PART_BYTES):
                self._db.execute(sql, (name, size + start, content[start : start + PART_BYTES]))

    def truncate(self, name: str, size: int) -> None:
        """See `LoadFiles.truncate`."""
        cut = (
            "UPDATE load_file SET content = substr(content, 1, CAST(? - start AS integer))"
            " WHERE name = ? AND start + octet_length(content) > ?"
        )
        with self._db.user_errors():
            self._db.execute("DELETE FROM load_file WHERE name = ? AND start >= ?", (name, size))
            self._db.execute(cut, (size, name, size))

    def replace(self, name: str, content: bytes) -> None:
        """See `LoadFiles.replace`; not within a transaction."""
        with self._db.user_errors(), self._db.transaction():
            self.delete(name)
            self.append(name, content)

    def hold(self, name: str) -> bool:
        """See `SharedFiles.hold`. Two names may share a lock: one of them is then held a while longer."""
        with self._db.user_errors():
            sql = "SELECT pg_try_advisory_lock(?, hashtext(?))"
            return bool(self._db.execute(sql, (_HOLD_LOCKS, name)).fetchone()[0])

    def delete(self, name: str) -> None:
        """See `LoadFiles.delete`."""
        with self._db.user_errors():
            self._db.execute("DELETE FROM load_file WHERE name = ?", (name,))
