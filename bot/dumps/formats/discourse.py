"""Reads answers of Discourse's API: topics with their posts, lists of topics, and lists of posts.

An answer does not say which site gave it. Pictures of its users and links to its own pages do; without any, a
topic is known by its number and time, has no link, and posts without their topic are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from bot.domain.articles import DELETED
from bot.dumps.formats.forum_fields import (
    Record,
    author_of,
    count_of,
    number_of,
    score_of,
    text_of,
    time_of,
    title_of,
)
from bot.dumps.formats.forum_items import BadItem, ForumComment, ForumItem, ForumPost, forum_key
from bot.dumps.formats.html_text import html_text
from bot.dumps.rejections import Rejected

_LIKE: Final = 2
_EVENT_TYPES: Final = (2, 3)
"""Posts of moderators and of the site that record what happened to a topic; most have no text."""
_AVATAR: Final = re.compile(
    r"(?:https?://[\w.:-]{1,253})?(?P<folder>(?:/[\w-]{1,50})*)/user_avatar/(?P<host>[\w.-]{1,253}(?::\d{1,5})?)/",
    re.IGNORECASE,
)
_PAGE: Final = re.compile(r"(?P<folder>/(?:[\w-]{1,50}/)*?)t/")
_MAX_PICTURES: Final = 2_000
_SLUG: Final = re.compile(r"[\w%-]{1,300}")


def is_discourse(record: Record) -> bool:
    """Whether an object is an answer with topics or posts, or a post."""
    stream, topics = record.get("post_stream"), record.get("topic_list")
    if isinstance(stream, dict) and isinstance(stream.get("posts"), list):
        return True
    if isinstance(topics, dict) and isinstance(topics.get("topics"), list):
        return True
    return (
        isinstance(record.get("latest_posts"), list) or {"cooked", "post_number", "topic_id"} <= record.keys()
    )


def read_discourse(record: Record) -> Iterator[ForumItem | BadItem]:
    """Yields the topics and posts of an answer."""
    site = _site(record)
    topics = record.get("topic_list")
    if isinstance(topics, dict):
        yield from _listed(record, topics.get("topics"), site)
        return
    stream = record.get("post_stream")
    if isinstance(stream, dict):
        posts, topic = stream.get("posts"), record
    else:
        posts, topic = record.get("latest_posts", [record]), {}
    if not posts and topic.get("title"):
        yield from _listed({}, [topic], site)
    for post in posts if isinstance(posts, list) else ():
        if not isinstance(post, dict):
            yield BadItem(Rejected("not-a-record", "rejected-not-a-forum-record"))
            continue
        try:
            yield from _items(post, topic, site)
        except Rejected as rejected:
            yield BadItem(rejected, "articles" if post.get("post_number") == 1 else "comments")


def _site(record: Record) -> str | None:
    """The address of the site, without a slash at its end."""
    people: list[Any] = []
    for part in (record.get("post_stream"), record):
        for name in ("posts", "latest_posts", "users"):
            values = part.get(name) if isinstance(part, dict) else None
            people += values[:_MAX_PICTURES] if isinstance(values, list) else []
    for person in [record, *people]:
        picture = person.get("avatar_template") if isinstance(person, dict) else None
        match = _AVATAR.match(picture) if isinstance(picture, str) else None
        if match:
            return f"https://{match['host'].lower()}{match['folder']}"
    return next(filter(None, map(_site_of_links, [record.get("details"), *people])), None)


def _site_of_links(part: object) -> str | None:
    values = part.get("links") or part.get("link_counts") if isinstance(part, dict) else None
    for link in values if isinstance(values, list) else ():
        if not isinstance(link, dict) or link.get("internal") is not True:
            continue
        try:
            parts = urlsplit(text_of(link.get("url")))
            page = _PAGE.match(parts.path)
            if parts.scheme in ("http", "https") and parts.hostname and page:
                return f"{parts.scheme}://{parts.netloc.lower()}{page['folder'].rstrip('/')}"
        except ValueError:
            continue
    return None


def _listed(record: Record, topics: object, site: str | None) -> Iterator[ForumItem | BadItem]:
    users = record.get("users")
    names = {
        user["id"]: user.get("username")
        for user in (users if isinstance(users, list) else ())
        if isinstance(user, dict) and isinstance(user.get("id"), int)
    }
    for topic in topics if isinstance(topics, list) else ():
        try:
            if not isinstance(topic, dict):
                raise Rejected("not-a-record", "rejected-not-a-forum-record")
            posters = topic.get("posters")
            # The first of them is the topic's author; the words that say so are the site's language.
            first = posters[0] if isinstance(posters, list) and posters else None
            number = first.get("user_id") if isinstance(first, dict) else None
            author = names.get(number) if isinstance(number, int) else None
            yield _topic(topic, site, author, score_of(topic.get("op_like_count")))
        except Rejected as rejected:
            yield BadItem(rejected, "articles")


def _items(post: Record, topic: Record, site: str | None) -> Iterator[ForumItem]:
    place = number_of(post.get("post_number"))
    number = number_of(post.get("topic_id") or topic.get("id"))
    key = _topic_key(site, number, topic)
    text = html_text(text_of(post.get("cooked")), f"{site}/" if site else "")
    if post.get("post_type") in _EVENT_TYPES and not text.strip():
        return
    gone = post.get("user_deleted") is True or post.get("deleted_at") is not None
    if place == 1:
        slug = post.get("topic_slug")
        about = {"id": number, "title": post.get("topic_title"), "slug": slug, **topic}
        about["created_at"] = about.get("created_at") or post.get("created_at")
        yield _topic(about, site, author_of(post.get("username")), _likes(post), text, key=key, gone=gone)
        return
    title = topic.get("title") or post.get("topic_title")
    if title:
        about = {"id": number, "title": title, "slug": post.get("topic_slug"), **topic}
        yield _topic(about, site, None, None, key=key)
    above = post.get("reply_to_post_number")
    yield ForumComment(
        key=forum_key("discourse", key, place),
        thread=key,
        parent=key if above in (None, 1) else forum_key("discourse", key, number_of(above)),
        author=DELETED if gone else author_of(post.get("username")),
        posted_at=time_of(post.get("created_at")),
        text=DELETED if gone else text,
        score=_likes(post),
        link=_address(site, post.get("topic_slug") or topic.get("slug"), number, place),
    )


def _topic(
    topic: Record,
    site: str | None,
    author: str | None,
    score: int | None,
    text: str = "",
    *,
    key: int | None = None,
    gone: bool = False,
) -> ForumPost:
    number = number_of(topic.get("id"))
    given = topic.get("created_at")
    count = count_of(topic.get("posts_count"))
    return ForumPost(
        key=key or _topic_key(site, number, topic),
        title=title_of(topic.get("title")),
        author=author,
        posted_at=time_of(given) if given else None,
        text=text,
        discussion=_address(site, topic.get("slug"), number),
        score=score,
        gone=gone,
        comments=count - 1 if count else None,
    )


def _topic_key(site: str | None, number: int, topic: Record) -> int:
    if site is not None:
        return forum_key("discourse", site.partition("://")[2], number)
    if not topic.get("created_at"):
        raise Rejected("bad-id", "rejected-forum-site")
    return forum_key("discourse", "", number, topic["created_at"])


def _address(site: str | None, slug: object, number: int, place: int | None = None) -> str | None:
    if site is None:
        return None
    name = slug if isinstance(slug, str) and _SLUG.fullmatch(slug) else "-"
    return f"{site}/t/{name}/{number}{f'/{place}' if place else ''}"


def _likes(post: Record) -> int | None:
    actions = post.get("actions_summary")
    if not isinstance(actions, list):
        return score_of(post.get("like_count"))
    likes = (item.get("count") for item in actions if isinstance(item, dict) and item.get("id") == _LIKE)
    return score_of(next(likes, 0))
