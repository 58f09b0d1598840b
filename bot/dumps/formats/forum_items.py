"""Posts and comments of sites other than Reddit, before they are put together as threads.

Sites number their posts alike, so an item's key is a hash of its site and number, below zero, where no key of
Reddit is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from bot.domain.books import RecordKind
from bot.dumps.rejections import Rejected


@dataclass(frozen=True, slots=True)
class ForumPost:
    """The post that a thread is about. `discussion` is the address of the thread, `link` what the post links
    to, itself by default. Without an author it stands in other records only as what they answer."""

    key: int
    title: str
    author: str | None = None
    posted_at: datetime | None = None
    text: str = ""
    link: str | None = None
    discussion: str | None = None
    score: int | None = None
    community: str | None = None
    over_18: bool = False
    gone: bool = False
    comments: int | None = None
    """How many the site shows."""


@dataclass(frozen=True, slots=True)
class ForumComment:
    """A comment that answers `parent`, a post or a comment. Where `thread` is None, only the parents lead to
    the post, which is so for some records of a site with `follows_parents`."""

    key: int
    thread: int | None
    parent: int
    author: str
    posted_at: datetime
    text: str
    score: int | None = None
    link: str | None = None
    follows_parents: bool = False


ForumItem = ForumPost | ForumComment


@dataclass(frozen=True, slots=True)
class BadItem:
    """A record that is no post or comment, or a bad one, and what it is, if that shows."""

    rejected: Rejected
    kind: RecordKind | None = None


def forum_key(site: str, *number: object) -> int:
    """The key of an item that has this number on this site."""
    name = "/".join([site.lower(), *map(str, number)])
    return -1 - (int.from_bytes(blake2b(name.encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 2)
