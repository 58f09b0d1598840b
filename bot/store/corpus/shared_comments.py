"""Finds the comments that several threads of a story have in common: the same comment in two captures.

Comments with the same key are one. One without a key, as pages have them, is the same as one of another
thread, posted in the same minute with the same text (ignoring white space), by the same author, or where one
of the authors is `[deleted]`; the n-th such comment of a thread is the n-th of the other. The newest capture
is shown. One that has lost its text or its author is shown unless it is known to be the older one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from math import inf
from typing import NamedTuple

from bot.domain.articles import DELETED
from bot.store.corpus.groups import Groups
from bot.store.engine import Connection


class CapturedComment(NamedTuple):
    """A comment of a thread without its words; `parent` is the id of what it answers, if that is stored, and
    `missing_parent` its key if this article has it not."""

    id: int
    article: int
    key: int | None
    parent: int | None
    posted_at: int
    score: int | None
    captured: int | None
    author: str
    has_text: bool
    missing_parent: int | None


_CAPTURES = """SELECT c.id, c.article, c.key, p.id, c.posted_at, c.score, c.captured, c.author,
    c.text NOT IN ('[deleted]', '[removed]'), CASE WHEN p.id IS NULL THEN c.parent END
    FROM comment c LEFT JOIN comment p ON p.article = c.article AND p.key = c.parent
    WHERE c.article {} ORDER BY c.posted_at, c.id"""


def read_captures(db: Connection, articles: Sequence[int]) -> list[CapturedComment]:
    """All comments of these articles, oldest first. What a reply answers may be in another one of them."""
    selected = db.execute(_CAPTURES.format(db.in_list), (db.list_value(articles),))
    captures = [CapturedComment(*row) for row in selected]
    if len(articles) < 2 or all(capture.missing_parent is None for capture in captures):
        return captures
    by_key = {capture.key: capture.id for capture in captures if capture.key is not None}
    return [
        capture
        if capture.missing_parent is None
        else capture._replace(parent=by_key.get(capture.missing_parent))
        for capture in captures
    ]


def shared_comments(db: Connection, captures: Sequence[CapturedComment], article: int) -> dict[int, int]:
    """For each comment that is not shown, because a capture of it in another thread is, that other one. Of
    captures that are equally good the one of `article` is shown."""
    if len({capture.article for capture in captures}) < 2:
        return {}
    same = [*_same_keys(captures), *_same_words(db, captures)]
    by_id = {capture.id: capture for group in same for capture in group}
    groups = Groups(by_id)
    for group in same:
        for capture in group[1:]:
            groups.join(group[0].id, capture.id)
    members: dict[int, list[CapturedComment]] = defaultdict(list)
    for number, capture in by_id.items():
        members[groups.first(number)].append(capture)
    shown: dict[int, int] = {}
    for group in members.values():
        best = max(group, key=lambda capture: _preference(capture, article))
        shown |= {capture.id: best.id for capture in group if capture is not best}
    return shown


def without_shared(captures: Iterable[CapturedComment], shown: dict[int, int]) -> Iterator[CapturedComment]:
    """The comments that are shown, with what they answer."""
    for capture in captures:
        if capture.id not in shown:
            parent = capture.parent
            yield capture if parent not in shown else capture._replace(parent=shown[parent])


def _preference(capture: CapturedComment, article: int) -> tuple[float, bool, bool, bool, int]:
    is_whole = capture.has_text and capture.author != DELETED
    captured = abs(capture.captured) if capture.captured else 0 if is_whole else inf
    is_known = capture.key is not None
    return captured, not is_whole, is_known, capture.article == article, -capture.id


def _same_keys(captures: Iterable[CapturedComment]) -> Iterator[list[CapturedComment]]:
    by_key: dict[int, list[CapturedComment]] = defaultdict(list)
    for capture in captures:
        if capture.key is not None:
            by_key[capture.key].append(capture)
    return (group for group in by_key.values() if len(group) > 1)


def _same_words(db: Connection, captures: Sequence[CapturedComment]) -> Iterator[list[CapturedComment]]:
    if all(capture.key is not None for capture in captures):
        return
    possible = _possible(captures)
    words = {
        number: " ".join(text.split())
        for number, text in db.execute(
            f"SELECT id, text FROM comment WHERE id {db.in_list}",
            (db.list_value(capture.id for capture in possible),),
        )
    }
    texts: dict[tuple[int, str], list[CapturedComment]] = defaultdict(list)
    for capture in possible:
        texts[capture.posted_at // 60, words[capture.id]].append(capture)
    for group in texts.values():
        authors = {capture.author for capture in group}
        several = len(authors - {DELETED}) > 1
        for author in authors if several else [None]:
            yield from _pairs([capture for capture in group if author in (None, capture.author)])


def _possible(captures: Iterable[CapturedComment]) -> list[CapturedComment]:
    """The comments that can be the same as another one by their time and author."""
    groups: dict[tuple[int, str], list[CapturedComment]] = defaultdict(list)
    deleted = {
        capture.posted_at // 60 for capture in captures if capture.has_text and capture.author == DELETED
    }
    for capture in captures:
        minute = capture.posted_at // 60
        if capture.has_text:
            groups[minute, "" if minute in deleted else capture.author].append(capture)
    return [
        capture
        for group in groups.values()
        if any(capture.key is None for capture in group) and len({capture.article for capture in group}) > 1
        for capture in group
    ]


def _pairs(captures: Iterable[CapturedComment]) -> Iterator[list[CapturedComment]]:
    """The first of each thread, the second of each, and so on; two with different keys are two comments."""
    threads: dict[int, list[CapturedComment]] = defaultdict(list)
    for capture in captures:
        threads[capture.article].append(capture)
    for column in zip_longest(*threads.values()):
        group = [capture for capture in column if capture is not None]
        keys = {capture.key for capture in group} - {None}
        if len(group) > 1 and len(keys) < 2:
            yield group
