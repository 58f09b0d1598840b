"""Lists the comments of an article, or of all threads of its story, in each order, with the replies below
each, and tells where a comment is from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.clock import from_unix
from bot.domain.articles import CommentOrder, Provenance, nested, replies_below
from bot.store.corpus.rows import loads_of_comments
from bot.store.corpus.shared_comments import (
    CapturedComment,
    read_captures,
    shared_comments,
    without_shared,
)
from bot.store.engine import Connection

BotTest = Callable[[str, str], bool]
"""Whether a program wrote a comment, by its author's name and its text."""


@dataclass(frozen=True, slots=True)
class ListRequest:
    """Which comments of an article to list. `is_bot` judges those that could be by a program; without it,
    none are. Only replies below the comment `under` are listed, if it is given. The place of the comment
    `around` is found, which need not have text."""

    order: CommentOrder = "newest"
    hides_bots: bool = False
    under: int | None = None
    is_bot: BotTest | None = None
    around: int | None = None


class ListedComment(NamedTuple):
    """A comment's place in a list: see `CommentPage`."""

    id: int
    depth: int
    replies: int


@dataclass(frozen=True, slots=True)
class CommentList:
    """All comments of a list, in order, and the threads that they are from; `position` is how many are listed
    before the requested one, and `under` is the capture that is shown of the one whose replies these are.
    `other_parents` has what comments answer, where only another capture of their thread has that. The other
    fields are as in `CommentPage`."""

    comments: tuple[ListedComment, ...]
    order: CommentOrder
    has_replies: bool
    has_scores: bool
    bots: int
    deleted: int
    articles: frozenset[int]
    other_parents: dict[int, CapturedComment]
    under: int | None = None
    position: int = 0


# What a program says of itself has one of these words: no other text need be read.
_AUTHORS = """SELECT id, author, CASE WHEN author LIKE '%bot%' OR text LIKE '%bot%' OR text LIKE '%boop%'
    OR text LIKE '%automatically%' THEN text END FROM comment
    WHERE article """


def list_comments(db: Connection, articles: Sequence[int], request: ListRequest) -> CommentList:
    """The comments of these articles that still have text, in the requested order, those that several have
    in common once. Without replies, the order of the thread is `newest`; so is `best` if nothing has a score
    or replies. The first article is preferred."""
    rows = read_captures(db, articles)
    shown_instead = shared_comments(db, rows, articles[0])
    rows = list(without_shared(rows, shown_instead))
    by_id = {row.id: row for row in rows} if len(articles) > 1 else {}
    parents = ((row, by_id.get(row.parent or 0)) for row in rows)
    other_parents = {row.id: parent for row, parent in parents if parent and parent.article != row.article}
    bots = _bots(db, articles, request.is_bot).difference(shown_instead)
    left_out = {row.id for row in rows if not row.has_text}
    shown_bots = len(bots - left_out)
    deleted = len(left_out)
    if request.hides_bots:
        left_out |= bots
    thread = nested((row.id, row.parent) for row in rows)
    under = None
    if request.under is not None:
        under = shown_instead.get(request.under, request.under)
        thread = _below(thread, under)
        inside = {comment for comment, _ in thread}
        rows = [row for row in rows if row.id in inside]
        shown_bots = len(bots & inside)
    has_replies = any(row.parent is not None for row in rows)
    has_scores = any(row.score is not None for row in rows)
    order = _possible(request.order, has_replies=has_replies, has_scores=has_scores)
    visible = [(comment, depth) for comment, depth in thread if comment not in left_out]
    replies = dict(zip((comment for comment, _ in visible), replies_below(visible), strict=True))
    position = 0
    if request.around is not None:
        around = shown_instead.get(request.around, request.around)
        every = [each.id for each in _in_order(order, rows, thread, dict.fromkeys(dict(thread), 0))]
        position = sum(comment in replies for comment in every[: every.index(around)])
    return CommentList(
        tuple(_in_order(order, rows, visible, replies)),
        order,
        has_replies,
        has_scores,
        shown_bots,
        deleted,
        frozenset(row.article for row in rows),
        other_parents,
        under,
        position,
    )


def provenance(db: Connection, comment: int) -> Provenance | None:
    """Which load added a comment, which one changed it last, and when it was captured; None if it is not
    known, as the load was of a version that kept no books."""
    row = db.execute(
        "SELECT load.id, load.name, load.started_at, c.captured,"
        " (SELECT load FROM version WHERE kind = 'comment' AND row = c.id ORDER BY id DESC LIMIT 1)"
        " FROM comment c JOIN load ON load.id = ? WHERE c.id = ?",
        (loads_of_comments(db, [comment]).get(comment), comment),
    ).fetchone()
    if row is None:
        return None
    load, name, loaded_at, captured, changed_by = row
    is_capture = captured is not None and captured > 0
    return Provenance(
        load,
        name,
        from_unix(loaded_at),
        changed_by,
        captured_at=from_unix(captured) if is_capture else None,
        edited_at=from_unix(-captured) if captured is not None and captured < 0 else None,
    )


def _bots(db: Connection, articles: Sequence[int], is_bot: BotTest | None) -> set[int]:
    if is_bot is None:
        return set()
    rows = db.execute(_AUTHORS + db.in_list, (db.list_value(articles),))
    by_name: dict[str, bool] = {}
    bots = set()
    for comment, author, text in rows:
        if text is None and author not in by_name:
            by_name[author] = is_bot(author, "")
        if by_name[author] if text is None else is_bot(author, text):
            bots.add(comment)
    return bots


def _below(thread: list[tuple[int, int]], comment: int) -> list[tuple[int, int]]:
    """The part of a thread below a comment, with depths from there."""
    places = {listed: place for place, (listed, _) in enumerate(thread)}
    start = places[comment]
    own = thread[start][1]
    part = []
    for listed, depth in thread[start + 1 :]:
        if depth <= own:
            break
        part.append((listed, depth - own - 1))
    return part


def _possible(order: CommentOrder, *, has_replies: bool, has_scores: bool) -> CommentOrder:
    if (order == "thread" and not has_replies) or (order == "best" and not (has_scores or has_replies)):
        return "newest"
    return order


def _in_order(
    order: CommentOrder, rows: list[CapturedComment], visible: list[tuple[int, int]], replies: dict[int, int]
) -> Iterable[ListedComment]:
    """The visible comments in an order; `rows` are oldest first."""
    if order == "thread":
        return (ListedComment(comment, depth, replies[comment]) for comment, depth in visible)
    shown = [row for row in rows if row.id in replies]
    if order == "newest":
        shown.sort(key=lambda row: (-row.posted_at, row.id))
    elif order == "best":
        shown.sort(key=lambda row: (row.score is None, -(row.score or 0), -replies[row.id]))
    return (ListedComment(row.id, 0, replies[row.id]) for row in shown)
