"""Stores the new ones of a batch of submissions in bulk; they have keys and, so far, no comments."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from bot.domain.articles import split_paragraphs
from bot.domain.dump import SubmissionRow
from bot.domain.loads import Counts
from bot.store.corpus import deduplication
from bot.store.corpus.receipts import LoadCounts
from bot.store.corpus.rows import WITHDRAWN, first_id, id_range, pack_paragraphs
from bot.store.engine import Connection
from bot.store.ingest.bulk_insert import insert_rows
from bot.store.ingest.merge import Annotator
from bot.store.ingest.pending_index import PendingIndex
from bot.store.ingest.upsert_threads import extend_extent, highest_key

_OWN = (
    *("key", "title", "source", "submitter", "posted_at", "score", "link", "subreddit", "flair", "over_18"),
    *("captured", "stated", "known"),
)
"""The columns that are as the submission has them."""


def insert_posts(
    db: Connection,
    load: int,
    archive: int,
    posts: Sequence[SubmissionRow],
    annotator: Annotator,
    pending: PendingIndex,
) -> tuple[LoadCounts, list[SubmissionRow]]:
    """Stores new submissions, inside the caller's transaction, which must be rolled back if this raises;
    returns those as well that are stored already or occur again, which it leaves."""
    new, others = _new(db, archive, posts)
    if not new:
        return LoadCounts(), others
    base = first_id(archive)
    (following,) = db.execute("SELECT next_article FROM archive WHERE no = ?", (archive,)).fetchone()
    numbers = range(base + following, base + following + len(new))
    columns = _columns(new, annotator)
    # A literal NULL costs less than a bound one, and many columns are empty.
    given = {name: values for name, values in columns.items() if values.count(None) < len(new)}
    values = list(chain.from_iterable(zip(numbers, *given.values(), strict=True)))
    insert_rows(db, f"article (id, {', '.join(given)})", values, len(given) + 1)
    extend_extent(db, load, "article", numbers[0], numbers[-1])
    db.execute("UPDATE archive SET next_article = next_article + ? WHERE no = ?", (len(new), archive))
    pending.add(len(new), sum(len(post.title) + len(post.text) for post in new))
    return LoadCounts(Counts(len(new)), Counts(), list(numbers)), others


def _new(
    db: Connection, archive: int, posts: Sequence[SubmissionRow]
) -> tuple[list[SubmissionRow], list[SubmissionRow]]:
    keys = [post.key for post in posts]
    known: set[int] = set()
    # Dumps are nearly sorted by id: submissions above the highest key are new without a lookup.
    if min(keys) <= highest_key(db):
        sql = f"SELECT key FROM article WHERE key {db.in_list} AND id BETWEEN ? AND ?"
        known = {key for (key,) in db.execute(sql, (db.list_value(keys), *id_range(archive)))}
    if not known and len(set(keys)) == len(keys):
        return list(posts), []
    new: list[SubmissionRow] = []
    others: list[SubmissionRow] = []
    for post in posts:
        (others if post.key in known else new).append(post)
        known.add(post.key)
    return new, others


def _columns(posts: Sequence[SubmissionRow], annotator: Annotator) -> dict[str, list[object]]:
    own = dict(zip(SubmissionRow._fields, map(list, zip(*posts, strict=True)), strict=True))
    bodies = [pack_paragraphs(split_paragraphs(post.text))[0] if post.text else "" for post in posts]
    languages, bigrams = zip(*annotator.annotate(zip(own["title"], bodies, strict=True)), strict=True)
    return {
        **{name: own[name] for name in _OWN},
        "fingerprint": [deduplication.title_fingerprint(post.title) for post in posts],
        "address": [deduplication.link_hash(post.link) for post in posts],
        "body": list(bodies),
        "furniture": [WITHDRAWN if post.gone else None for post in posts],
        "language": list(languages),
        "grams": list(bigrams),
    }
