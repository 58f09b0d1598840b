"""Articles of a few paragraphs, and the sentences of their summaries."""

from __future__ import annotations

from bot.domain.articles import Article, Paragraph
from bot.text.summary.summarize import summarise


def article(
    *paragraphs: str | Paragraph, title: str = "Council moves market", language: str | None = "en"
) -> Article:
    return Article(
        id=4,
        key=None,
        title=title,
        source="courier.example",
        submitter=None,
        posted_at=None,
        inferred=False,
        paragraphs=tuple(Paragraph(p) if isinstance(p, str) else p for p in paragraphs),
        comment_count=0,
        language=language,
    )


def texts(given_article: Article, sentences: int = 3) -> list[str]:
    return [s.text for s in summarise(given_article, sentences).sentences]
