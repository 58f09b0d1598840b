"""Counts the articles of archives by source, subreddit, flair, day or month."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.articles import Scope, ValueField
from bot.domain.browsing import Facet, FacetPage, FacetValue
from bot.store.corpus import rows, title_completion
from bot.store.corpus.corpus_store import CorpusStore
from bot.store.engine import Connection

MAX_VALUES = 5_000
"""The most values of a facet that can be paged through."""


class FacetReader(CorpusStore):
    """What the archives of a scope can be browsed by."""

    async def complete(self, scope: Scope, field: ValueField, text: str, limit: int) -> tuple[str, ...]:
        """See `bot.store.corpus.title_completion.complete_values`."""
        return await self._read(
            scope,
            lambda db, archives: title_completion.complete_values(
                db, archives, field, text, limit, adult=scope.adult
            ),
        )

    async def facets(self, scope: Scope, by: Facet, limit: int, offset: int = 0) -> FacetPage:
        """At most `limit` values from `offset` on; names that differ by capitals are one. Articles without a
        value are not counted."""
        return await self._read(
            scope,
            lambda db, archives: _read_facets(db, archives, by, limit, offset, adult=scope.adult),
        )


def _read_facets(
    db: Connection, archives: Sequence[int], by: Facet, limit: int, offset: int, *, adult: bool
) -> FacetPage:
    # All columns are in one index, so that no row with its text is read.
    inside, bounds = rows.in_archives(archives, "+id")
    order = "2 DESC, 1"
    if by == "day" or by == "month":
        column, value, order = "posted_at", db.utc_date("posted_at", by), "1 DESC"
    elif by == "flair":
        column = value = by
    else:
        column, value = by, f"{by} {db.ignoring_case}"
    counted = db.execute(
        f"SELECT min({value}), count(*) FROM article {db.read_by('article_place')} WHERE title IS NOT NULL"
        f" AND {inside} AND {column} IS NOT NULL AND (? = 1 OR over_18 = 0) GROUP BY {value}"
        f" ORDER BY {order} LIMIT ?",
        (*bounds, adult, MAX_VALUES),
    ).fetchall()
    shown = counted[max(0, offset) : max(0, offset) + max(0, limit)]
    return FacetPage(by, tuple(FacetValue(*row) for row in shown), max(0, offset), len(counted))
