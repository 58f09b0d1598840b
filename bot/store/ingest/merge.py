"""Maps threads to rows, and merges a newer capture into the rows of an older one. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, TypeAlias

from bot.clock import to_unix
from bot.domain.articles import DELETED, GONE
from bot.domain.dump import ParsedComment, ParsedThread
from bot.store.corpus import deduplication
from bot.store.corpus.rows import (
    WITHDRAWN,
    ArticleRow,
    CommentRow,
    key_number,
    pack_paragraphs,
)

_ARTICLE_SHOWN = attrgetter(
    *("title", "source", "submitter", "posted_at", "inferred", "link", "subreddit", "score", "flair"),
    *("over_18", "body", "furniture", "stated", "known", "discussion"),
)
"""The columns whose change counts as an update of the article."""
_ARTICLE_REPLACED = (
    *("fingerprint", "title", "source", "link", "address", "subreddit", "score", "flair", "stated"),
    "discussion",
)
"""The columns in which the newer capture wins, if it has a value."""
LANGUAGE_CHARACTERS = 1_000
"""The number of characters by which a load guesses the language of an article, until search learns it: those
that are read to see that a text is plainly English."""
_ARTICLE_OWN = ("id", "key", "comments", "language", "grams", "known")
"""The columns that are no capture's."""
_HEADLINE_COLUMNS = ("fingerprint", "title", "link", "address", "discussion")
"""The columns that are removed with a headline: Reddit's links repeat its words."""
_LANGUAGE, _BIGRAMS = ArticleRow._fields.index("language"), ArticleRow._fields.index("grams")
_COMMENT_BIGRAMS = CommentRow._fields.index("grams")
_COMMENT_SHOWN = attrgetter("parent", "author", "posted_at", "score", "text", "link")


TextFunction: TypeAlias = Callable[[str], str | None]
TextsFunction: TypeAlias = Callable[[Sequence[str]], Sequence[str | None]]


def _nothing(text: str) -> None:
    return None


def _nothings(texts: Sequence[str]) -> Sequence[None]:
    return [None] * len(texts)


@dataclass(frozen=True, slots=True)
class Annotator:
    """The text layer's functions for the search index: the languages of texts, and the bigrams of a text's
    unspaced scripts."""

    languages: TextsFunction = _nothings
    bigrams: TextFunction = _nothing

    def annotate(self, articles: Iterable[tuple[str, str]]) -> list[tuple[str | None, str | None]]:
        """Language and bigrams of each article, from its title and body."""
        texts = [f"{title}\n\n{body}" for title, body in articles]
        languages = self.languages([text[:LANGUAGE_CHARACTERS] for text in texts])
        return list(zip(languages, map(self.bigrams, texts), strict=True))


class UnfitThreadError(ValueError):
    """Raised for a thread that has neither a title nor a key."""


@dataclass(slots=True)
class IncomingThread:
    """A thread as rows without ids."""

    thread: ParsedThread
    article: ArticleRow
    comments: tuple[CommentRow, ...]
    repeated: int
    """The number of its comments that are left away, as their keys occurred before."""

    identities: Sequence[tuple[str, int]]
    """Columns and their values. Two threads that share none are never the same article."""


def incoming_thread(thread: ParsedThread) -> IncomingThread:
    """Maps the thread to rows. The title may only be empty with a key: then its comments were loaded first.
    Of comments with the same key the first is used. Raises UnfitThreadError, BadKeyError or
    UnicodeEncodeError."""
    read = len(thread.comments)
    thread = _without_repeats(thread)
    key = key_number(thread.key, "t3")
    title = thread.title.strip() or None
    if title is None and key is None:
        raise UnfitThreadError
    comments = tuple(map(_comment, thread.comments))
    given = None if thread.inferred or thread.posted_at is None else to_unix(thread.posted_at)
    earliest = min((comment.posted_at for comment in comments), default=None) if title else None
    body, furniture = ("", WITHDRAWN) if thread.withdrawn else pack_paragraphs(thread.paragraphs)
    article = ArticleRow(
        id=0,
        key=key,
        fingerprint=deduplication.title_fingerprint(title) if title else 0,
        title=title,
        source=thread.source or None,
        submitter=thread.submitter or None,
        posted_at=earliest if given is None else given,
        inferred=int(given is None and earliest is not None),
        link=thread.link or None,
        address=deduplication.link_hash(thread.link),
        subreddit=thread.subreddit or None,
        score=thread.score,
        flair=thread.flair or None,
        over_18=int(thread.over_18),
        body=body,
        furniture=furniture,
        captured=thread.captured,
        stated=thread.stated,
        known=thread.known,
        discussion=thread.discussion,
    )
    return IncomingThread(thread, article, comments, read - len(comments), _identities(article))


def _identities(article: ArticleRow) -> Sequence[tuple[str, int]]:
    if article.key is not None:
        return [("key", article.key)]
    page = deduplication.page_hash(article.link)
    return [("fingerprint", article.fingerprint), *([] if page is None else [("address", page)])]


def _without_repeats(thread: ParsedThread) -> ParsedThread:
    if not thread.comments:
        return thread
    keys = [comment.key for comment in thread.comments if comment.key is not None]
    if len(set(keys)) == len(keys):
        return thread
    once: dict[object, ParsedComment] = {}
    for comment in thread.comments:
        once.setdefault(comment.key or object(), comment)
    return replace(thread, comments=tuple(once.values()))


def _comment(comment: ParsedComment) -> CommentRow:
    author, posted_at, text, key, parent, score, captured, link = comment
    keys = key_number(key, "t1"), key_number(parent, "t1")
    return CommentRow(0, 0, *keys, author or DELETED, to_unix(posted_at), score, text, None, captured, link)


def is_older(new: ArticleRow | CommentRow, old: ArticleRow | CommentRow) -> bool:
    """Whether a row is of an older capture than the stored one."""
    return is_older_time(new.captured, old.captured)


def is_older_time(new: int | None, old: int | None) -> bool:
    """Whether one value of `ParsedThread.captured` is older than a stored one. Captures of unknown times are
    taken to be loaded in their order."""
    if not old or new is None or (not new and old > 0):
        return False
    return abs(new) < abs(old)


def merge_article(old: ArticleRow, new: ArticleRow, earliest: int | None) -> ArticleRow:
    """Merges two captures of an article, in whatever order they are loaded: the newer one's values replace
    the other's, values that it lacks are kept, and a removed text or headline stays removed. Without a given
    time, the time is that of the earliest comment, stored or incoming (`earliest`)."""
    known = [number for number in (old.known, new.known) if number is not None]
    old = old._replace(known=max(known, default=None))
    if new.title is None:
        return old if old.title is None else _with_inferred_time(old, earliest)
    if old.title is None:
        filled = new._replace(id=old.id, comments=old.comments, known=old.known)
        source, submitter = filled.source or old.source, _merge_author(old.submitter, filled.submitter)
        return _with_inferred_time(filled._replace(source=source, submitter=submitter), earliest)
    if is_older(new, old):
        same = {name: getattr(old, name) for name in _ARTICLE_OWN}
        return _with_inferred_time(_newer_over_older(new, old)._replace(**same), earliest)
    return _with_inferred_time(_newer_over_older(old, new), earliest)


def _newer_over_older(old: ArticleRow, new: ArticleRow) -> ArticleRow:
    changes: dict[str, Any] = {
        name: value
        for name in _ARTICLE_REPLACED
        if (value := getattr(new, name)) is not None
        and not (old.title == DELETED and name in _HEADLINE_COLUMNS)
    }
    if new.key is not None:
        changes["over_18"] = new.over_18
    if not new.inferred and new.posted_at is not None:
        changes.update(posted_at=new.posted_at, inferred=0)
    if new.furniture == WITHDRAWN or (
        old.furniture != WITHDRAWN and (new.body or (not old.body and new.furniture))
    ):
        changes.update(body=new.body, furniture=new.furniture)
    return old._replace(
        submitter=_merge_author(old.submitter, new.submitter),
        captured=new.captured or old.captured,
        **changes,
    )


def _with_inferred_time(row: ArticleRow, earliest: int | None) -> ArticleRow:
    if row.posted_at is not None and not row.inferred:
        return row
    return row._replace(posted_at=earliest, inferred=int(earliest is not None))


def merge_comment(old: CommentRow, new: CommentRow) -> CommentRow:
    """Merges two captures of a comment, in whatever order they are loaded. With a key, its text may change;
    without, the text identifies it and is kept. The time is always kept."""
    if is_older(new, old):
        older = new._replace(id=old.id, article=old.article, posted_at=old.posted_at, grams=old.grams)
        return merge_comment(older, old)
    changes: dict[str, Any] = {
        "author": _merge_author(old.author, new.author) or DELETED,
        "captured": new.captured or old.captured,
    }
    if new.score is not None:
        changes["score"] = new.score
    if old.key is not None:
        changes["parent"] = old.parent if new.parent is None else new.parent
        # As for authors: deleted text stays deleted.
        if new.text and old.text not in GONE:
            changes["text"] = new.text
        if new.link and changes.get("text", old.text) not in GONE:
            changes["link"] = new.link
    return old._replace(**changes)


def _merge_author(old: str | None, new: str | None) -> str | None:
    return DELETED if old == DELETED else new or old


def article_changed(old: ArticleRow, new: ArticleRow) -> bool:
    """Whether any displayed value differs."""
    return bool(_ARTICLE_SHOWN(old) != _ARTICLE_SHOWN(new))


def is_repeated(new: CommentRow, old: CommentRow) -> bool:
    """Whether a comment is the stored one without any change."""
    return new[2:_COMMENT_BIGRAMS] == old[2:_COMMENT_BIGRAMS] and (
        new[_COMMENT_BIGRAMS + 1 :] == old[_COMMENT_BIGRAMS + 1 :]
    )


def comment_changed(old: CommentRow, new: CommentRow) -> bool:
    """Whether any displayed value differs."""
    return bool(_COMMENT_SHOWN(old) != _COMMENT_SHOWN(new))


def previous_values(old: ArticleRow | CommentRow, new: ArticleRow | CommentRow) -> dict[str, Any]:
    """The old values of the columns that differ, except the count of comments, which is maintained
    separately. A time that is inferred from now on may change unrecorded, even if it does not differ yet."""
    differ = {name for name, was, now in zip(old._fields, old, new, strict=True) if was != now}
    if "inferred" in differ:
        differ.add("posted_at")
    return {name: was for name, was in old._asdict().items() if name in differ - {"comments"}}


def new_articles(
    articles: Sequence[tuple[int, ArticleRow, int]], annotator: Annotator
) -> list[tuple[object, ...]]:
    """The rows of new articles, given with their ids and numbers of comments."""
    notes = annotator.annotate((article.title or "", article.body) for _, article, _ in articles)
    # Slices: `_replace` takes several times as long as all the rest.
    return [
        (
            *(number, *article[1:_LANGUAGE], language, comments, *article[_LANGUAGE + 2 : _BIGRAMS]),
            *(bigrams, *article[_BIGRAMS + 1 :]),
        )
        for (number, article, comments), (language, bigrams) in zip(articles, notes, strict=True)
    ]


def new_comment(comment: CommentRow, number: int, article: int, annotator: Annotator) -> tuple[object, ...]:
    """The row of a new comment."""
    bigrams = annotator.bigrams(comment.text)
    if bigrams is not None:
        comment = comment._replace(grams=bigrams)
    return number, article, *comment[2:]


def pair_comments(stored: Sequence[CommentRow], new: Sequence[CommentRow]) -> list[CommentRow | None]:
    """For each incoming comment the stored one that it matches, or None: by key, or by the rules of
    `bot.store.corpus.deduplication`."""
    if len(stored) == len(new) and all(map(is_repeated, new, stored)):
        return list(stored)
    keyed = {comment.key: comment for comment in stored if comment.key is not None}
    keyless = iter(
        deduplication.pair_comments(
            [comment for comment in stored if comment.key is None],
            [comment for comment in new if comment.key is None],
        )
    )
    return [next(keyless) if comment.key is None else keyed.get(comment.key) for comment in new]
