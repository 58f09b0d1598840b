"""The limit on the size of a server's own archive, measured while it is written."""

from __future__ import annotations

from bot.domain.loads import ServerLimits
from bot.errors import BadInput
from bot.store.corpus.rows import ID_SHIFT
from bot.store.engine import Connection


class SizeLimit:
    """Measures an archive once, and then only the rows that were added since."""

    def __init__(self, db: Connection, archive: int, limits: ServerLimits) -> None:
        self._db = db
        self._limits = limits
        self._last = dict.fromkeys(("article", "comment"), archive << ID_SHIFT)
        self._end = (archive + 1) << ID_SHIFT
        self._articles = self._bytes = 0
        self._measure()

    def check_room(self) -> None:
        """Raises BadInput("archive-full-articles" | "archive-full-size") if nothing more fits."""
        self._check(1)

    def check(self) -> None:
        """Raises the same if the rows added since are more than fit."""
        self._measure()
        self._check(0)

    def _check(self, more: int) -> None:
        articles, size = self._limits.articles, self._limits.megabytes * 1_000_000
        if articles and self._articles + more > articles:
            raise BadInput("archive-full-articles", most=articles)
        if size and self._bytes + more > size:
            raise BadInput("archive-full-size", most=self._limits.megabytes)

    def _measure(self) -> None:
        for table, count, text in (
            ("article", "count(title)", "coalesce(title, '') || body"),
            ("comment", "0", "text"),
        ):
            rows, size, last = self._db.execute(
                f"SELECT {count}, coalesce(sum({self._db.byte_length.format(text)}), 0), max(id) FROM {table}"
                " WHERE id > ? AND id < ?",
                (self._last[table], self._end),
            ).fetchone()
            self._articles += rows
            self._bytes += size
            self._last[table] = last or self._last[table]
