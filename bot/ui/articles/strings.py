"""Texts of cards about articles, comments and comment digests."""

from __future__ import annotations

from bot.domain.answers import CommentDigest, KeyTerms, Summary
from bot.domain.articles import CommentPage
from bot.ui.kit.format import counted, dotted, item_range

HEADLINE_ONLY = "Only the headline: the archive has no text for this article."
NO_COMMENTS = "Nobody has commented on this in the archive."


def reading(summary: Summary, comments: int) -> str:
    """3 of 21 sentences · 4 min read · 38 comments"""
    parts = [
        f"{len(summary.sentences)} of {counted(summary.sentence_count, 'sentence')}",
        f"{summary.minutes} min read",
    ]
    return dotted(*(parts if summary.sentence_count else []), counted(comments, "comment"))


def key_terms(terms: KeyTerms) -> list[str]:
    """Who: Ines Pohl, Ada Marlowe / Where: Bell Harbour / When: Tuesday; one item for each kind of key term
    that is known."""
    kinds = (("Who", terms.who), ("Where", terms.where), ("When", terms.when))
    return [f"{kind}: {', '.join(names)}" for kind, names in kinds if names]


def listing(page: CommentPage) -> str:
    """1–5 of 47, newest first · 1 more is deleted"""
    gone = page.article.comment_count - page.total
    if not page.comments:
        return f"{counted(gone, 'comment')}, deleted" if gone > 0 else NO_COMMENTS
    shown = f"{item_range(page.offset, len(page.comments), page.total)}, newest first"
    return f"{shown} · {gone:,} more {'is' if gone == 1 else 'are'} deleted" if gone > 0 else shown


def coverage(digest: CommentDigest) -> str:
    """read 38 of 41 (3 deleted) · no scores in this dump"""
    kinds = (
        (digest.deleted, "deleted"),
        (digest.bots, "by bots"),
        (digest.copies, "repeated"),
        (0 if digest.few else digest.brief, "too short"),
    )
    unread = ", ".join(f"{count:,} {kind}" for count, kind in kinds if count)
    text = f"read {digest.read:,} of {digest.total:,}" + (f" ({unread})" if unread else "")
    return text if digest.scored else f"{text} · {unscored(digest)}"


def unscored(digest: CommentDigest) -> str:
    """Why a digest uses no scores, or not all of them: no scores in this dump"""
    quotes = [*digest.few, *digest.questions, *(quote for theme in digest.themes for quote in theme.quotes)]
    if any(quote.score is not None for quote in quotes):
        return "not every comment has a score"
    return "no scores in this dump"
