"""Texts of cards about articles and comment digests, which the command line shows too."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.answers import CommentDigest, KeyTerms, Rest, Theme
from bot.domain.articles import CommentPage, Provenance
from bot.domain.stories import StoryCount, count_story, has_other_threads, thread_names
from bot.i18n import formats, msg
from bot.ui.kit.format import dotted
from bot.ui.kit.markdown import line
from bot.ui.kit.truncate import label, truncate

MAX_SUBJECT = 40
MAX_PLACE = 40
MAX_OPENING_WORDS = 3
MAX_OTHER_SUBJECTS = 5
"""The most words without a quote that are listed, each with its count."""

MIN_SHARE_ON_SUBJECTS = 0.5
"""If a smaller share of the comments mentions its words, a thread is not about them."""


def key_terms(terms: KeyTerms) -> list[str]:
    """Maren Oakes and Tobias Pell / Saltmere / 1 September: the people, the places, and each date; a weekday
    without a date says nothing to later readers."""
    dates = [date for date in terms.when if any(char.isdigit() for char in date)]
    return [*(formats.joined(names) for names in (terms.who, terms.where) if names), *dates]


def coverage(digest: CommentDigest) -> str:
    """Based on 45 of 48 comments (skipped 1 deleted, 1 bot and 1 very short) · from 3 threads · The archive
    has 48 of about 60 comments."""
    has_all = digest.known is None or digest.known <= digest.total
    known = "" if has_all else msg("comment-digest-known", count=digest.total, known=digest.known)
    count = count_story(digest.threads).threads
    threads = msg("comments-threads", count=count) if count > 1 else ""
    return dotted(_read_of_total(digest), threads, known)


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


def opening(digest: CommentDigest) -> str:
    """28 of 45 comments mention “rent”, “bus” or “roof”. Where they are fewer than half: No one subject
    dominates: 7 of 45 comments mention “rent”"""
    named, count = opening_words(digest)
    if not named:
        return msg("comments", count=digest.total)
    words = formats.alternatives(map(_quoted, named))
    if count < MIN_SHARE_ON_SUBJECTS * digest.read:
        return msg("comment-digest-opening-few", count=count, total=digest.read, words=words)
    return msg("comment-digest-opening", count=count, total=digest.read, words=words)


def opening_words(digest: CommentDigest) -> tuple[tuple[str, ...], int]:
    """Returns the words that most comments mention, at most MAX_OPENING_WORDS, and how many comments mention
    one of them."""
    named: tuple[str, ...] = ()
    mentioning: set[int] = set()
    for words, comments in _subjects(digest.themes, digest):
        if not named or len({*named, *words}) <= MAX_OPENING_WORDS:
            named = tuple(dict.fromkeys((*named, *words)))
            mentioning.update(comments)
    return named, len(mentioning)


def _subjects(
    themes: Sequence[Theme], digest: CommentDigest
) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
    """The words of the themes and the other ones that a digest mentions, with the comments that mention one
    of these; the largest first."""
    groups = [(theme.words, theme.mentioning) for theme in themes if theme.words]
    groups += [((group.subject,), group.comments) for group in digest.mentioned]
    return sorted(groups, key=lambda group: -len(group[1]))


def _quoted(word: str) -> str:
    return msg("quoted", text=truncate(word, MAX_SUBJECT))


def single_points_heading(digest: CommentDigest) -> str:
    """Also said; without quotes above, Among the comments"""
    return msg(
        "comment-digest-single-points" if digest.quotable_themes else "comment-digest-single-points-alone"
    )


def theme_mentions(theme: Theme) -> str:
    """9 comments mention “rent” or “money”; empty for one person's point"""
    if not theme.words:
        return ""
    words = formats.alternatives(map(_quoted, theme.words))
    return msg("comment-digest-theme-mentions", count=len(theme.mentioning), words=words)


def theme_counts(theme: Theme, *, mentions: bool = True) -> str:
    """9 comments mention “rent” or “money” · 5 others say much the same · 4 replies; without the first of
    these if `mentions` is false"""
    says, replies = len(theme.comments), len(theme.replies)
    return dotted(
        theme_mentions(theme) if mentions else "",
        msg("comment-digest-theme-says", count=says - 1) if says > 1 else "",
        msg("comment-digest-theme-replies", count=replies) if replies else "",
    )


def more_themes(themes: Sequence[Theme]) -> str:
    """4 more themes follow, with 30 comments"""
    if not themes:
        return ""
    comments = msg("comments", count=len({comment for theme in themes for comment in theme.every_comment}))
    return msg("comment-digest-more-themes", count=len(themes), comments=comments)


def other_subjects(digest: CommentDigest) -> str:
    """Also mentioned: “bus” or “tram” (8 comments) and “roof” (5 comments); without quotes above, Mentioned
    most: ..."""
    groups = _subjects([theme for theme in digest.themes if not theme.is_quotable], digest)
    subjects = [
        msg(
            "comment-digest-subject",
            words=formats.alternatives(map(_quoted, words)),
            comments=msg("comments", count=len(comments)),
        )
        for words, comments in groups[:MAX_OTHER_SUBJECTS]
    ]
    if not subjects:
        return ""
    key = "comment-digest-also-mentioned" if digest.quotable_themes else "comment-digest-mentioned-most"
    return msg(key, subjects=formats.joined(subjects))


def rest(digest: CommentDigest, quoted: Container[int], *, with_subjects: bool = False) -> str:
    """12 other comments, among them 2 questions and 1 joke: those that are neither `quoted` nor in a theme,
    without those that mention a word without a quote unless `with_subjects`."""
    left = [
        replace(group, comments=tuple(comment for comment in group.comments if comment not in quoted))
        for group in digest.rest
    ]
    groups = [group for group in left if group.comments]
    others = {comment for group in groups for comment in group.comments}
    if with_subjects:
        others |= _only_mentioning(digest, quoted)
    count, named = len(others), [group for group in groups if group.kind != "points"]
    if not count:
        return ""
    if not named:
        return msg("comment-digest-rest-only-points", count=count)
    is_all = sum(len(group.comments) for group in named) == count
    key = "comment-digest-rest" if is_all else "comment-digest-rest-among"
    return msg(key, count=count, groups=formats.joined(map(rest_counts, named)))


def _only_mentioning(digest: CommentDigest, quoted: Container[int]) -> set[int]:
    """Returns the comments that mention a word without a quote, without those of a theme with one."""
    unquoted = {
        comment for theme in digest.themes if not theme.is_quotable for comment in theme.every_comment
    }
    unquoted |= {comment for group in digest.mentioned for comment in group.comments}
    shown = {comment for theme in digest.quotable_themes for comment in theme.every_comment}
    return {comment for comment in unquoted - shown if comment not in quoted}


def rest_counts(group: Rest) -> str:
    """4 longer comments"""
    count = len(group.comments)
    match group.kind:
        case "mentions":
            return msg("comment-digest-rest-mentions", count=count, word=truncate(group.subject, MAX_SUBJECT))
        case "points":
            return msg("comment-digest-rest-points", count=count)
        case "questions":
            return msg("comment-digest-rest-questions", count=count)
        case "short":
            return msg("comment-digest-rest-short", count=count)
        case "jokes":
            return msg("comment-digest-rest-jokes", count=count)


def provenance(origin: Provenance, day: Callable[[datetime], str]) -> list[str]:
    """loaded 12 March 2024 from march.zip (load 3) · captured 11 March 2024 · updated by load 5"""
    name = line(label(origin.name, 60))
    parts = [msg("comment-loaded", day=day(origin.loaded_at), name=name, load=origin.load)]
    if origin.captured_at is not None:
        parts.append(msg("comment-captured", day=day(origin.captured_at)))
    if origin.edited_at is not None:
        parts.append(msg("comment-edited", day=day(origin.edited_at)))
    if origin.changed_by is not None:
        parts.append(msg("comment-changed-by", load=origin.changed_by))
    return parts


def order_text(page: CommentPage) -> str:
    """The order of a page of comments."""
    match page.order:
        case "thread":
            return msg("comments-in-thread")
        case "best":
            return msg("comments-best-first" if page.has_scores else "comments-most-answered-first")
        case "oldest":
            return msg("comments-oldest-first")
        case _:
            return msg("comments-newest-first")


def from_threads(page: CommentPage, shown: Callable[[str], str] = line) -> str:
    """from 3 threads, from 3 of 4 threads, or only r/harbour; empty if the article has no other thread with
    comments"""
    name = thread_names(page.threads).get(page.article.id)
    if page.one_thread and name and has_other_threads(page.threads, page.article.id, page.article.key):
        return msg("comments-one-thread", thread=shown(label(name, MAX_PLACE)))
    count = len(page.threads)
    if page.alone:
        return msg("comments-some-threads", count=count - page.alone, all=count)
    return msg("comments-threads", count=count) if count > 1 else ""


def comment_places(page: CommentPage) -> list[str]:
    """For each comment where it was posted; empty where all are from the article's own thread."""
    if page.one_thread or not has_other_threads(page.threads, page.article.id, page.article.key):
        return [""] * len(page.comments)
    names = thread_names(page.threads)
    return [names.get(place, "") for place in page.places or [comment.article for comment in page.comments]]


def other_reports(count: int) -> str:
    """2 other threads cover the same subject; empty for none"""
    return msg("comments-other-reports", count=count) if count else ""


def hidden_bots(page: CommentPage) -> str:
    """How many comments by programs are left out; empty if none are."""
    return msg("comments-bots-hidden", count=page.bots) if page.bots and page.hides_bots else ""


def story_size(count: StoryCount) -> str:
    """3 threads, 2 papers; empty for a thread without company"""
    if count.threads < 2:
        return ""
    if not count.papers:
        return msg("search-story-threads", count=count.threads)
    return msg("search-story", threads=count.threads, papers=count.papers)
