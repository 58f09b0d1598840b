"""The authors who were erased from an archive, stored only as salted hashes of their names.

Their contributions are loaded without text and name, so that threads keep their structure and the same dump
is recognised when it is loaded again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b

from bot.domain.articles import DELETED, author_name
from bot.domain.dump import ParsedThread
from bot.domain.mentions import mentions, without_name
from bot.store.engine import Connection
from bot.store.ingest.upsert_comments import KeyedComment

ALL_ARCHIVES = -1
"""All archives, including future ones."""
MAX_CACHED_NAMES = 200_000
"""Maximum number of names in the cache of names that were not erased."""


class ErasedAuthors:
    """The set of erased authors of one archive; false if it is empty."""

    def __init__(self, db: Connection, archive: int) -> None:
        self._salt: bytes = db.execute("SELECT value FROM salt").fetchone()[0]
        sql = "SELECT author FROM forgotten WHERE archive IN (?, ?)"
        self._hashes = frozenset(author for (author,) in db.execute(sql, (archive, ALL_ARCHIVES)))
        self._other_names: set[str] = set()
        self._erased_names: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._hashes)

    def __contains__(self, name: str) -> bool:
        """Whether the author of this name was erased."""
        self._classify({name})
        return name in self._erased_names

    def redact_thread(self, thread: ParsedThread) -> ParsedThread:
        """The thread without the names and texts of erased authors."""
        self._classify({thread.submitter or DELETED, *(comment.author for comment in thread.comments)})
        if thread.submitter in self._erased_names:
            thread = _without_submitter(thread)
        if not any(comment.author in self._erased_names for comment in thread.comments):
            return thread
        comments = (
            comment._replace(author=DELETED, text=DELETED, link=None)
            if comment.author in self._erased_names
            else comment
            for comment in thread.comments
        )
        return replace(thread, comments=tuple(comments))

    def redact_comments(self, comments: Sequence[KeyedComment]) -> Sequence[KeyedComment]:
        """The comments, those of erased authors without text and name."""
        authors = {comment[3] for comment in comments}
        self._classify(authors)
        if self._erased_names.isdisjoint(authors):
            return comments
        names = self._erased_names
        return [
            (*comment[:3], DELETED, *comment[4:6], DELETED, comment[7]) if comment[3] in names else comment
            for comment in comments
        ]

    def _classify(self, names: set[str]) -> None:
        if len(self._other_names) > MAX_CACHED_NAMES:
            self._other_names.clear()
        for name in names - self._other_names - self._erased_names:
            is_erased = hash_name(self._salt, name) in self._hashes
            (self._erased_names if is_erased else self._other_names).add(name)


def _without_submitter(thread: ParsedThread) -> ParsedThread:
    name = author_name(thread.submitter or "") or DELETED
    own = is_text_post(thread.source, thread.link, thread.discussion)
    thread = replace(
        thread,
        submitter=DELETED,
        title=without_name(name, thread.title),
        source=thread.source and without_name(name, thread.source),
        subreddit=thread.subreddit and without_name(name, thread.subreddit),
        flair=thread.flair and without_name(name, thread.flair),
        link=None if mentions(name, thread.link) else thread.link,
    )
    if thread.key is None:  # a page: its text belongs to the site it was copied from
        return thread
    thread = replace(thread, paragraphs=(), withdrawn=True, discussion=None)
    if own:
        thread = replace(thread, title=DELETED if thread.title else thread.title, link=None)
    return thread


def is_text_post(source: str | None, link: str | None, discussion: str | None) -> bool:
    """Whether a submission is its submitter's own text ("self.subreddit", or itself) and not a link."""
    return (source or "").lower().startswith("self.") or (discussion is not None and link == discussion)


def name_spellings(name: str) -> tuple[str, ...]:
    """The spellings of this name in sources: pages may have it as Reddit displays it."""
    return name, f"u/{name}", f"/u/{name}"


def hash_name(salt: bytes, name: str) -> int:
    """The salted hash of a name in any of its spellings, signed as SQLite's integers are; ignores the case of
    ASCII letters, like the index."""
    folded = name.strip().encode("utf-8", "surrogatepass").lower().removeprefix(b"/").removeprefix(b"u/")
    return int.from_bytes(blake2b(folded, key=salt, digest_size=8).digest(), "big", signed=True)
