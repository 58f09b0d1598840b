"""Texts of cards about articles and comment digests, which the command line shows too."""

from __future__ import annotations

from bot.domain.answers import CommentDigest, KeyTerms
from bot.i18n import formats, msg
from bot.ui.kit.format import dotted


def key_terms(terms: KeyTerms) -> list[str]:
    """Maren Oakes and Tobias Pell / Saltmere / 1 September: the people, the places, and each date; a weekday
    without a date says nothing to later readers."""
    dates = [date for date in terms.when if any(char.isdigit() for char in date)]
    return [*(formats.joined(names) for names in (terms.who, terms.where) if names), *dates]


def coverage(digest: CommentDigest) -> str:
    """Based on 45 of 48 comments (skipped 1 deleted, 1 bot and 1 very short) · The archive has 48 of about 60
    comments."""
    has_all = digest.known is None or digest.known <= digest.total
    known = "" if has_all else msg("comment-digest-known", count=digest.total, known=digest.known)
    return dotted(_read_of_total(digest), known)


def _read_of_total(digest: CommentDigest) -> str:
    if not digest.total:
        return msg("comments-none")
    skipped = []
    if digest.deleted:
        skipped.append(msg("comment-digest-skipped-deleted", count=digest.deleted))
    if digest.bots:
        skipped.append(msg("comment-digest-skipped-bots", count=digest.bots))
    if digest.copies:
        skipped.append(msg("comment-digest-skipped-copies", count=digest.copies))
    if digest.brief and digest.read < digest.total:
        skipped.append(msg("comment-digest-skipped-brief", count=digest.brief))
    if digest.unread:
        skipped.append(msg("comment-digest-skipped-unread", count=digest.unread))
    if not skipped:
        return msg("comment-digest-coverage-all", total=digest.total)
    return msg(
        "comment-digest-coverage", read=digest.read, total=digest.total, skipped=formats.joined(skipped)
    )
