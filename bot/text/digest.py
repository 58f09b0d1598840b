"""What a thread says: themes with their share, quotes that show them, an honest count of what was read."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models import Article, Comment, CommentDigest
from bot.text import themes
from bot.text.quotes import Voice, whole
from bot.text.reading import Reading, read_thread
from bot.text.vectors import Vectors
from bot.text.wording import Stems

FEW = 8
"""A thread with fewer readable comments is shown as those comments."""


def digest(article: Article, comments: Sequence[Comment], vectors: Vectors | None = None) -> CommentDigest:
    """The digest of `comments`, all those stored under `article`, in any order. Deterministic; every quote is
    a piece of a comment to the character. Takes a second or more of CPU for thousands of comments."""
    reading = read_thread(comments)
    scored = bool(comments) and all(c.score is not None for c in comments)
    if len(reading.read) < FEW:
        return _few(article, len(comments), reading, scored=scored)
    voices = [Voice.of(comment) for comment in reading.read]
    stems = Stems.of([voice.words for voice in voices], article.language)
    for voice in voices:
        voice.stems = stems.all(voice.words)
    found, grouping = themes.find(voices, stems, vectors)
    themed = sum(len(theme.voices) for theme in found)
    return CommentDigest(
        article=article.id,
        title=article.title,
        total=len(comments),
        read=len(reading.read),
        deleted=reading.deleted,
        themes=tuple(themes.show(found, grouping, stems, scored=scored)),
        other=len(reading.read) - themed,
        bots=reading.bots,
        copies=reading.copies,
        brief=len(reading.brief),
        scored=scored,
    )


def _few(article: Article, total: int, reading: Reading, *, scored: bool) -> CommentDigest:
    shown = sorted((*reading.read, *reading.brief), key=lambda c: (c.posted_at, c.id))
    return CommentDigest(
        article=article.id,
        title=article.title,
        total=total,
        read=len(shown),
        deleted=reading.deleted,
        themes=(),
        other=0,
        few=tuple(whole(comment) for comment in shown),
        bots=reading.bots,
        copies=reading.copies,
        scored=scored,
    )
