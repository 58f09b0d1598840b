"""Recognises Hacker News, Lemmy and Discourse in JSON documents, and forms threads of their posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from bot.domain.articles import split_paragraphs
from bot.domain.base36 import base36
from bot.domain.dump import ParsedComment, ParsedThread
from bot.dumps.formats.article import host_of
from bot.dumps.formats.discourse import is_discourse, read_discourse
from bot.dumps.formats.forum_fields import Record
from bot.dumps.formats.forum_items import BadItem, ForumComment, ForumItem, ForumPost
from bot.dumps.formats.hacker_news import is_hacker_news, read_hacker_news
from bot.dumps.formats.lemmy import is_lemmy, read_lemmy
from bot.dumps.formats.records import Block, RecordFilter
from bot.dumps.rejections import Rejected

_Reader = Callable[[Record], Iterator[ForumItem | BadItem]]
_SITES: Final[tuple[tuple[Callable[[Record], bool], _Reader], ...]] = (
    (is_hacker_news, read_hacker_news),
    (is_lemmy, read_lemmy),
    (is_discourse, read_discourse),
)
_MAX_LOOKED_AT: Final = 20
"""Members of a list in which a site is looked for: deleted items may be null."""


def forum_items(document: object) -> Iterator[ForumItem | BadItem] | None:
    """The posts and comments of a document, or of each member of a list; None if no forum is recognised."""
    if isinstance(document, list):
        known = any(_reader_of(member) for member in islice(document, _MAX_LOOKED_AT))
        return (item for member in document for item in _items_of(member)) if known else None
    return _items_of(document) if _reader_of(document) else None


def _reader_of(document: object) -> _Reader | None:
    if not isinstance(document, dict):
        return None
    return next((read for recognises, read in _SITES if recognises(document)), None)


def _items_of(document: object) -> Iterator[ForumItem | BadItem]:
    read = _reader_of(document)
    if read is None or not isinstance(document, dict):
        yield BadItem(Rejected("not-a-record", "rejected-not-a-forum-record"))
    else:
        yield from read(document)


def add_threads(block: Block, filters: RecordFilter) -> None:
    """Adds the threads of the block's forum items to the block: each with those of its comments that are
    here, without a title if its post is not. What other records say of a post stands in for it."""
    posts: dict[int, list[ForumPost]] = {}
    comments = [item for item in block.forum_items if isinstance(item, ForumComment)]
    for item in block.forum_items:
        if isinstance(item, ForumPost):
            copies = posts.setdefault(item.key, [])
            if copies and copies[0].author is None:
                copies[0] = item
            elif not copies or item.author is not None:
                copies.append(item)
    block.forum_items = []
    by_key = {comment.key: comment for comment in comments}
    by_thread: defaultdict[int, list[ForumComment]] = defaultdict(list)
    roots: dict[int, int] = {}
    for comment in comments:
        by_thread[_root(comment, by_key, roots)].append(comment)
    for key in dict.fromkeys([*posts, *by_thread]):
        first, *copies = posts.get(key) or [ForumPost(key, "")]
        thread = block.add_article(_thread(first, by_thread.get(key, [])), filters)
        if left_out := sum(n for reason, n in thread.left_out.items() if reason != "subreddit"):
            block.omitted[key] += left_out
        for copy in copies:
            block.add_article(_thread(copy, []), filters)


def _root(comment: ForumComment, comments: Mapping[int, ForumComment], roots: dict[int, int]) -> int:
    """The key of the thread, or of the topmost item that is not here."""
    path: list[int] = []
    key = comment.key
    while key not in roots and (at := comments.get(key)):
        path.append(key)
        roots[key] = key  # where comments answer one another in a circle, it ends here
        key = at.parent if at.thread is None else at.thread
    root = roots.get(key, key)
    roots.update(dict.fromkeys(path, root))
    return root


def _thread(post: ForumPost, comments: Iterable[ForumComment]) -> ParsedThread:
    link = post.link or post.discussion
    return ParsedThread(
        title=post.title,
        source=host_of(link or ""),
        submitter=post.author,
        posted_at=post.posted_at,
        inferred=False,
        paragraphs=split_paragraphs("" if post.gone else post.text),
        comments=tuple(_comment(comment, post.key) for comment in comments),
        key=_key_text("t3", post.key),
        link=link,
        subreddit=post.community,
        score=post.score,
        over_18=post.over_18,
        withdrawn=post.gone,
        stated=post.comments,
        known=post.comments,
        discussion=post.discussion,
        follows_parents=any(comment.follows_parents for comment in comments),
    )


def _comment(comment: ForumComment, thread: int) -> ParsedComment:
    return ParsedComment(
        author=comment.author,
        posted_at=comment.posted_at,
        text=comment.text,
        key=_key_text("t1", comment.key),
        parent_key=None if comment.parent == thread else _key_text("t1", comment.parent),
        score=comment.score,
        link=comment.link,
    )


def _key_text(kind: str, key: int) -> str:
    """A key as threads have it, marked as not Reddit's."""
    return f"x{kind[1]}_{base36(-key)}"
