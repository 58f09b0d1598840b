"""Maps models to database rows and back: ids, keys, times, paragraphs, receipts."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast

import msgspec

from bot.clock import from_unix
from bot.domain.articles import GONE, Article, Comment, Paragraph, TitleMatch
from bot.domain.base36 import base36
from bot.domain.books import Books, LeftOutReason
from bot.domain.dump import Rejection
from bot.domain.loads import Counts, LoadState, Person, Receipt
from bot.domain.source_links import reddit_comment, reddit_thread
from bot.domain.stored_message import StoredMessage
from bot.store.engine import Connection

ID_SHIFT = 32
"""Ids of articles and comments are `(archive << ID_SHIFT) + sequence`: an archive is one contiguous range of
ids, so that no query needs a join to find a row's archive. The shared archive is number 0, so its ids are
small numbers."""
SEQUENCES = 1 << ID_SHIFT


class ArticleRow(NamedTuple):
    """A row of `article`, in the order of its columns."""

    id: int
    key: int | None
    fingerprint: int
    title: str | None = None
    source: str | None = None
    submitter: str | None = None
    posted_at: int | None = None
    inferred: int = 0
    link: str | None = None
    address: int | None = None
    subreddit: str | None = None
    score: int | None = None
    flair: str | None = None
    over_18: int = 0
    language: str | None = None
    comments: int = 0
    body: str = ""
    furniture: str | None = None
    grams: str | None = None
    captured: int | None = None
    stated: int | None = None
    known: int | None = None
    discussion: str | None = None


class CommentRow(NamedTuple):
    """A row of `comment`, in the order of its columns."""

    id: int
    article: int
    key: int | None
    parent: int | None
    author: str
    posted_at: int
    score: int | None
    text: str
    grams: str | None = None
    captured: int | None = None
    link: str | None = None


ARTICLE = ", ".join(ArticleRow._fields)
COMMENT = ", ".join(CommentRow._fields)
MATCH = "id, title, source, posted_at"


def read_articles(db: Connection, ids: Iterable[int]) -> list[ArticleRow]:
    """The rows with these ids that exist, in the given order."""
    rows = (db.execute(f"SELECT {ARTICLE} FROM article WHERE id = ?", (number,)).fetchone() for number in ids)
    return [ArticleRow(*row) for row in rows if row is not None]


def read_comments(db: Connection, ids: Iterable[int]) -> list[CommentRow]:
    """The rows with these ids that exist, in the given order."""
    rows = (db.execute(f"SELECT {COMMENT} FROM comment WHERE id = ?", (number,)).fetchone() for number in ids)
    return [CommentRow(*row) for row in rows if row is not None]


class BadKeyError(ValueError):
    """A key of a source that is not `t1_...` or `t3_...`, or `x1_...` or `x3_...`, with a base-36 number."""


# Ids.


def first_id(archive: int) -> int:
    """The lowest row id of an archive."""
    return archive << ID_SHIFT


def last_id(archive: int) -> int:
    """The highest row id of an archive."""
    return (archive << ID_SHIFT) + SEQUENCES - 1


def id_range(archive: int) -> tuple[int, int]:
    """The lowest and the highest row id of an archive."""
    return first_id(archive), last_id(archive)


def archive_of(row: int) -> int:
    """The archive of a row id."""
    return row >> ID_SHIFT


def loads_of_comments(db: Connection, comments: Iterable[int]) -> dict[int, int]:
    """The load that added each of these comments, as far as it is known. The extents are read once for each
    archive: no index finds the one with a comment, and every load of every server has some."""
    ids_of: dict[int, list[int]] = {}
    for comment_id in comments:
        ids_of.setdefault(archive_of(comment_id), []).append(comment_id)
    loads: dict[int, int] = {}
    for ids in ids_of.values():
        extents = db.execute(
            "SELECT first, last, load FROM extent WHERE kind = 'comment' AND first <= ? AND last >= ?"
            " ORDER BY first",
            (max(ids), min(ids)),
        ).fetchall()
        firsts = [first for first, *_ in extents]
        for comment_id in ids:
            place = bisect_right(firsts, comment_id) - 1
            if place >= 0 and comment_id <= extents[place][1]:
                loads[comment_id] = extents[place][2]
    return loads


def in_archives(archives: Sequence[int], column: str = "id") -> tuple[str, list[int]]:
    """An SQL condition that selects the rows of these archives, and its parameters."""
    if not archives:
        return "false", []
    inside = " OR ".join([f"{column} BETWEEN ? AND ?"] * len(archives))
    return f"({inside})", [bound for archive in archives for bound in id_range(archive)]


def count_waiting(db: Connection, archives: Sequence[int]) -> int:
    """The number of comments in these archives whose article is not there, in little time."""
    inside, bounds = in_archives(archives)
    index = db.read_by("article_waiting") if archives else ""
    sql = f"SELECT coalesce(sum(comments), 0) FROM article {index} WHERE {inside} AND title IS NULL"
    return int(db.execute(sql, bounds).fetchone()[0])


# Keys.


def key_number(key: str | None, kind: str) -> int | None:
    """The number in a key of this kind ("t1" or "t3"), below zero for sites other than Reddit ("x1", "x3");
    None for None and for keys of the other kind."""
    if key is None:
        return None
    prefix, _, digits = key.partition("_")
    if (
        prefix not in ("t1", "t3", "x1", "x3")
        or not digits.isascii()
        or not digits.isalnum()
        or len(digits) > 12
    ):
        raise BadKeyError(key)
    number = int(digits, 36) if prefix[1] == kind[1] else None
    return -number if number and prefix[0] == "x" else number


def key_text(number: int | None, kind: str) -> str | None:
    """The reverse of `key_number`."""
    if number is None:
        return None
    return f"{kind}_{base36(number)}" if number >= 0 else f"x{kind[1]}_{base36(-number)}"


# Paragraphs.

WITHDRAWN = "[]"
"""The `furniture` of an article whose text was removed at its source: no older capture restores it."""


def pack_paragraphs(paragraphs: Iterable[Paragraph]) -> tuple[str, str | None]:
    """The columns `body` and `furniture`. Paragraphs are separated by blank lines: one that contains blank
    lines is split, and empty ones are dropped."""
    own: list[str] = []
    furniture: list[tuple[int, str]] = []
    for paragraph in paragraphs:
        for piece in paragraph.text.split("\n\n"):
            if not (text := piece.strip("\n")).strip():
                continue
            if paragraph.furniture:
                furniture.append((len(own) + len(furniture), text))
            else:
                own.append(text)
    packed = json.dumps(furniture, ensure_ascii=False, separators=(",", ":")) if furniture else None
    return "\n\n".join(own), packed


def unpack_paragraphs(body: str, furniture: str | None) -> tuple[Paragraph, ...]:
    """The reverse of `pack_paragraphs`."""
    paragraphs = [Paragraph(text) for text in body.split("\n\n")] if body else []
    for number, text in json.loads(furniture) if furniture else ():
        paragraphs.insert(number, Paragraph(text, furniture=True))
    return tuple(paragraphs)


# Rows to models.


def article(row: ArticleRow) -> Article:
    """The model of a row that has a title."""
    key = key_text(row.key, "t3")
    return Article(
        id=row.id,
        key=key,
        title=row.title or "",
        source=row.source,
        submitter=row.submitter,
        posted_at=from_unix(row.posted_at),
        inferred=bool(row.inferred),
        paragraphs=unpack_paragraphs(row.body, row.furniture),
        comment_count=row.comments,
        link=row.link,
        subreddit=row.subreddit,
        score=row.score,
        flair=row.flair,
        over_18=bool(row.over_18),
        language=row.language,
        known_comments=max(filter(None, (row.stated, row.known)), default=None),
        discussion=row.discussion,
        thread_link=row.discussion or reddit_thread(key, row.subreddit),
    )


def comment(row: Sequence[Any]) -> Comment:
    """The model of a row with the columns `COMMENT_SELECT`."""
    *columns, link, thread, subreddit = row
    number, article, key, author, posted_at, text, score, parent, replies_to = columns
    key = key_text(key, "t1")
    if text not in GONE:
        link = link or reddit_comment(key, key_text(thread, "t3"), subreddit)
    return Comment(number, article, key, author, from_unix(posted_at), text, score, parent, replies_to, link)


COMMENT_SELECT = """SELECT c.id, c.article, c.key, c.author, c.posted_at, c.text, c.score, p.id,
    CASE WHEN c.parent IS NOT NULL THEN coalesce(p.author, '') END, c.link, a.key, a.subreddit
    FROM comment c JOIN article a ON a.id = c.article
    LEFT JOIN comment p ON p.article = c.article AND p.key = c.parent"""


def match(row: Sequence[Any]) -> TitleMatch:
    """The model of a row with the columns `MATCH`."""
    number, title, source, posted_at = row
    return TitleMatch(number, title, source, from_unix(posted_at))


RECEIPT = [
    "id",
    "guild",
    "name",
    "by_id",
    "by_name",
    "state",
    "started_at",
    "seconds",
    "articles_new",
    "articles_updated",
    "articles_unchanged",
    "comments_new",
    "comments_updated",
    "comments_unchanged",
    "rejected",
    "ids",
    "problem",
    "skipped",
    "problem_message",
    "left_out",
    "comments_left_out",
    *("articles_read", "articles_older", "articles_rejected"),
    *("comments_read", "comments_older", "comments_rejected", "comments_waiting", "comments_missing"),
]
"""The columns of a load, and its archive's guild."""


def receipt(row: Sequence[Any], rejections: Iterable[Sequence[Any]] = (), *, ids: bool = True) -> Receipt:
    """The model of a row with the columns `RECEIPT`."""
    load = dict(zip(RECEIPT, row, strict=True))

    def values(kind: str, *columns: str) -> list[Any]:
        return [load.get(f"{kind}_{column}", 0) for column in columns]

    def counts(kind: str) -> Counts:
        return Counts(*values(kind, "new", "updated", "unchanged", "older"))

    left_out = Counter(json.loads(load["left_out"]))
    comments_left_out = Counter(json.loads(load["comments_left_out"]))

    def books(kind: str, omitted: Counter[LeftOutReason]) -> Books | None:
        read, waiting, rejected, missing = values(kind, "read", "waiting", "rejected", "missing")
        if read is None:
            return None
        did = counts(kind)
        outcomes = did.new - waiting, did.updated, did.unchanged, did.older, waiting
        return Books(read, *outcomes, rejected, omitted, missing)

    return Receipt(
        load=load["id"],
        guild=load["guild"] or None,
        name=load["name"],
        state=cast(LoadState, load["state"]),
        by=Person(load["by_id"], load["by_name"]),
        started_at=from_unix(load["started_at"]),
        seconds=load["seconds"],
        articles=counts("articles"),
        comments=counts("comments"),
        rejected=load["rejected"],
        rejections=tuple(
            Rejection(where, reason, detail, _message(message))
            for where, reason, detail, message in rejections
        ),
        ids=tuple(json.loads(load["ids"])) if ids else (),
        problem=load["problem"],
        skipped=load["skipped"],
        problem_message=_message(load["problem_message"]),
        left_out=left_out,
        article_books=books("articles", left_out - comments_left_out),
        comment_books=books("comments", comments_left_out),
    )


def message_json(message: StoredMessage | None) -> str | None:
    """A message as it is stored."""
    return None if message is None else msgspec.json.encode(message).decode()


def _message(stored: str | None) -> StoredMessage | None:
    return None if stored is None else msgspec.json.decode(stored, type=StoredMessage)
