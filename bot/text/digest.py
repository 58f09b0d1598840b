"""What a thread says: themes with their share, quotes that show them, an honest count of what was read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.models import Article, Comment, CommentDigest, Quote, Theme
from bot.text.reading import own_words, read_thread

FEW = 8
"""A thread with fewer readable comments is shown as those comments."""

_WORD = re.compile(r"[^\W\d_]{4,}")
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+[\"'”’)\]]*|(?=\n)|$)")


def digest(article: Article, comments: Sequence[Comment]) -> CommentDigest:
    """The digest of `comments`, all those stored under `article`, in any order. Deterministic; every quote is
    a piece of a comment to the character."""
    reading = read_thread(comments)
    scored = bool(comments) and all(c.score is not None for c in comments)
    if len(reading.read) < FEW:
        shown = sorted((*reading.read, *reading.brief), key=lambda c: (c.posted_at, c.id))
        return CommentDigest(
            article=article.id,
            title=article.title,
            total=len(comments),
            read=len(shown),
            deleted=reading.deleted,
            themes=(),
            other=0,
            few=tuple(_whole(c) for c in shown),
            bots=reading.bots,
            copies=reading.copies,
            scored=scored,
        )
    themes = _themes(reading.read)
    themed = {c for theme in themes for c in theme.comments}
    questions = [q for c in reading.read for q in _sentences(c) if q.text.endswith("?")]
    return CommentDigest(
        article=article.id,
        title=article.title,
        total=len(comments),
        read=len(reading.read),
        deleted=reading.deleted,
        themes=themes,
        other=len(reading.read) - len(themed),
        questions=tuple(questions[:3]),
        bots=reading.bots,
        copies=reading.copies,
        brief=len(reading.brief),
        scored=scored,
    )


def _whole(comment: Comment) -> Quote:
    start = len(comment.text) - len(comment.text.lstrip())
    end = len(comment.text.rstrip())
    return _quote(comment, start, end)


def _quote(comment: Comment, start: int, end: int) -> Quote:
    return Quote(
        comment.id, comment.author, comment.posted_at, comment.text[start:end], start, end, comment.score
    )


def _sentences(comment: Comment) -> list[Quote]:
    quotes = []
    own = own_words(comment.text)
    for match in _SENTENCE.finditer(own):
        piece = match[0]
        start = match.start() + len(piece) - len(piece.lstrip())
        end = match.start() + len(piece.rstrip())
        if end - start >= 20:
            quotes.append(_quote(comment, start, end))
    return quotes


def _themes(comments: Sequence[Comment]) -> tuple[Theme, ...]:
    words = {c.id: set(_WORD.findall(own_words(c.text).casefold())) for c in comments}
    counts = Counter(word for said in words.values() for word in said)
    left = {c.id: c for c in comments}
    themes: list[Theme] = []
    usable = [
        w for w, n in sorted(counts.items(), key=lambda e: (-e[1], e[0])) if 2 <= n <= len(comments) / 3
    ]
    for word in usable[:200]:
        members = [c for c in left.values() if word in words[c.id]]
        if len(members) < max(2, len(comments) // 20) or len(themes) == 6:
            continue
        quotes = [q for c in members for q in _sentences(c) if word in q.text.casefold()]
        for c in members:
            del left[c.id]
        quotes.sort(key=lambda q: (abs(len(q.text) - 110), q.comment))
        themes.append(Theme(word.capitalize(), tuple(c.id for c in members), tuple(quotes[:2])))
    return tuple(themes)
