"""Limits on the work of one search."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.store.engine import Connection, StatementBudget

MIN_SHARED_ROWS = 80
"""The rows of each archive that every one of several searches still takes."""


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """Limits on the work of one search. FTS5's ranking counts all rows of every word in all archives: beyond
    `max_ranked_rows` the newest matches are used instead, at a cost that does not depend on their number."""

    max_small_archive_articles: int = 1000
    """Articles of each archive, if FTS5 can rank all of them."""
    max_articles: int = 400
    max_comments: int = 200
    """Rows of each archive, if FTS5 ranks only some of them."""
    max_newest: int = 200
    """Newest rows of each archive, if FTS5 can rank none."""
    max_unranked_comments: int = 50
    """Comments that are read without being ranked by FTS5; if more match, FTS5's ranking or the time selects
    them."""
    max_ranked_rows: int = 4_000
    max_counted_rows: int = 400_000
    """Rows of common words, which FTS5 counts but does not have to rank, because the rare words are
    required."""
    max_listed_rows: int = 20_000
    """Comments of the rarest words, among which those with the most of them are found if the index cannot
    rank all words."""
    max_joined_rows: int = 4_000
    """Comments of the rarest words, among which those with the commoner ones are found."""
    max_ranked_words: int = 6
    """Number of rarest words to rank by if not all can be ranked: each word adds a cost per row."""
    max_compared_comments: int = 200
    """Comments that are compared by their words to select those that are scored."""
    max_filtered_rows: int = 2_000
    """Newest matches that are read if a filter or an order needs each row."""
    max_scored_comments: int = 40
    """Comments whose texts are read to score them: their term vectors are not stored."""
    statement_seconds: float = 0.008
    """Processor time of one statement, where the number of rows does not limit it."""
    usual_seconds: float = 0.03
    """Processor time of all statements that find rows; later ones have a fourth of their time left."""
    search_seconds: float = 1.0
    """Processor time of a search."""

    def share(self, parts: int) -> SearchLimits:
        """The limits of each of so many searches that together work as much as one."""
        return replace(
            self,
            max_articles=max(self.max_articles // parts, min(self.max_articles, MIN_SHARED_ROWS)),
            max_comments=max(self.max_comments // parts, min(self.max_comments, MIN_SHARED_ROWS)),
            max_scored_comments=-(-self.max_scored_comments // parts),
            usual_seconds=self.usual_seconds / parts,
            search_seconds=self.search_seconds / parts,
        )

    def budget(self, db: Connection, rows: int) -> StatementBudget:
        """The budget of one search in so many rows. If all can be ranked, only the time of the whole search
        is limited."""
        if rows <= self.max_ranked_rows:
            return db.budget(self.search_seconds, self.search_seconds)
        return db.budget(self.statement_seconds, self.search_seconds, self.usual_seconds)
