"""Identifies the languages of articles: loads only know them by stop words, as earlier versions did."""

from __future__ import annotations

from collections.abc import Sequence

from bot.store.engine import Connection
from bot.store.search.ports import TextAnalyzer

ARTICLES_PER_TRANSACTION = 500
"""Articles per transaction, which takes a fraction of a second."""
MAX_CHARACTERS = 4_000
"""The number of characters of an article's body that are read."""

SURE_LANGUAGE = "en"
"""Loads know it by the same rule: a new article that has it is not identified again."""

Article = tuple[int, str, str, str | None]
"""The id, title, body and language of an article."""


def identify_articles(db: Connection, analyzer: TextAnalyzer, articles: Sequence[Article]) -> list[Article]:
    """Returns articles with the languages that they now have, which it stores in the caller's transaction."""
    texts = [f"{title}\n\n{body[:MAX_CHARACTERS]}" for _, title, body, _ in articles]
    pairs = list(zip(articles, analyzer.identify_languages(texts), strict=True))
    db.executemany(
        "UPDATE article SET language = ? WHERE id = ?",
        [(language, article[0]) for article, language in pairs if language != article[3]],
    )
    return [(*article[:3], language) for article, language in pairs]


def identify_again(db: Connection, analyzer: TextAnalyzer, first: int) -> int | None:
    """Identifies the languages of some articles, by id from `first` on, in the caller's transaction. Returns
    the id to continue with; None after the last article. A trigger has those that change vectorized again."""
    articles = db.execute(
        f"SELECT id, title, substr(body, 1, {MAX_CHARACTERS}), language FROM article"
        " WHERE id >= ? AND title IS NOT NULL ORDER BY id LIMIT ?",
        (first, ARTICLES_PER_TRANSACTION),
    ).fetchall()
    identify_articles(db, analyzer, articles)
    last: int | None = articles[-1][0] if articles else None
    return None if last is None else last + 1
