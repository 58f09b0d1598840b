"""Made-up records of Hacker News, Lemmy and Discourse, in the forms of their APIs."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]
AT = 1_600_000_000


# Hacker News.


def story(number: int = 7100, **fields: Any) -> Record:
    """An item of the API itself."""
    return {
        "by": "lampwright",
        "descendants": 3,
        "id": number,
        "kids": [7101, 7104],
        "score": 41,
        "time": AT,
        "title": "A lamp that burns for a century",
        "type": "story",
        "url": "https://lantern.example/century",
        **fields,
    }


def answer(number: int, parent: int, text: str = "Ours lasted a week.", **fields: Any) -> Record:
    """A comment as an item."""
    return {
        "by": f"keeper{number}",
        "id": number,
        "parent": parent,
        "text": text,
        "time": AT + number,
        "type": "comment",
        **fields,
    }


ITEMS = [
    story(),
    answer(
        7101,
        7100,
        '&gt; a century<p>Says <i>who</i>? <a href="https:&#x2F;&#x2F;oil.example&#x2F;proof"'
        ' rel="nofollow">https:&#x2F;&#x2F;oil.example&#x2F;pr...</a>',
    ),
    answer(7102, 7101),
    answer(7103, 7102, "So did ours."),
    {"deleted": True, "id": 7104, "parent": 7100, "time": AT + 7104, "type": "comment"},
]


def algolia_tree() -> Record:
    """The same thread as Algolia gives it: `/api/v1/items/7100`."""

    def node(item: Record) -> Record:
        is_story = item["type"] == "story"
        return {
            "id": item["id"],
            "created_at": "2020-09-13T12:26:40.000Z",
            "created_at_i": item["time"],
            "type": item["type"],
            "author": item.get("by"),
            "title": item.get("title"),
            "url": item.get("url"),
            "text": item.get("text"),
            "points": item.get("score"),
            "parent_id": item.get("parent"),
            "story_id": 7100,
            "options": [],
            "children": [node(one) for one in ITEMS if one.get("parent") == item["id"]],
            **({} if is_story else {"title": None}),
        }

    return node(ITEMS[0])


def algolia_hits() -> Record:
    """A search answer with a story and a comment on another."""
    shared = {"title": None, "url": None, "story_text": None, "comment_text": None, "points": None}
    return {
        "hits": [
            {
                **shared,
                "created_at": "2020-09-13T12:26:40Z",
                "created_at_i": AT,
                "title": "A lamp that burns for a century",
                "url": "https://lantern.example/century",
                "author": "lampwright",
                "points": 41,
                "num_comments": 3,
                "story_id": 7100,
                "children": [7101, 7104],
                "objectID": "7100",
                "_tags": ["story", "author_lampwright", "story_7100"],
                "_highlightResult": {"title": {"value": "A <em>lamp</em>", "matchLevel": "full"}},
            },
            {
                **shared,
                "created_at": "2020-09-14T12:26:40Z",
                "created_at_i": AT + 86400,
                "author": "trimmer",
                "comment_text": "Wicks need care.",
                "story_id": 8000,
                "story_title": "Ask HN: How do you trim a wick?",
                "story_url": None,
                "parent_id": 8000,
                "objectID": "8005",
                "_tags": ["comment", "author_trimmer", "story_8000"],
            },
        ],
        "nbHits": 2,
        "page": 0,
        "hitsPerPage": 20,
        "query": "lamp",
    }


def bigquery_rows() -> list[Record]:
    """The same items as rows of `hacker_news.full`, in which numbers are texts."""
    return [
        {
            "title": item.get("title"),
            "url": item.get("url"),
            "text": item.get("text"),
            "dead": None,
            "by": item.get("by"),
            "score": None if item.get("score") is None else str(item["score"]),
            "time": str(item["time"]),
            "timestamp": "2020-09-13 12:26:40 UTC",
            "type": item["type"],
            "id": str(item["id"]),
            "parent": None if item.get("parent") is None else str(item["parent"]),
            "descendants": "3" if item["type"] == "story" else None,
            "ranking": None,
            "deleted": item.get("deleted"),
        }
        for item in ITEMS
    ]


# Lemmy.


def lemmy_post(instance: str = "lemmy.moth.example", number: int = 31, **fields: Any) -> Record:
    return {
        "id": number,
        "name": "Moths return to the harbour",
        "url": "https://gazette.example/moths",
        "body": "They were gone for **years**.\n\n> Not gone, resting.",
        "creator_id": 5,
        "community_id": 2,
        "removed": False,
        "locked": False,
        "published": "2023-07-01T09:00:00.123456Z",
        "deleted": False,
        "nsfw": False,
        "ap_id": f"https://{instance}/post/{number}",
        "local": True,
        "language_id": 0,
        **fields,
    }


def _people(instance: str) -> Record:
    return {
        "creator": {"id": 5, "name": "wingnut", "actor_id": f"https://{instance}/u/wingnut", "local": True},
        "community": {
            "id": 2,
            "name": "harbour",
            "title": "Harbour",
            "local": True,
            "actor_id": f"https://{instance}/c/harbour",
        },
    }


def post_view(instance: str = "lemmy.moth.example", **fields: Any) -> Record:
    counts = {"post_id": 31, "comments": 2, "score": 12, "upvotes": 13, "downvotes": 1}
    return {"post": lemmy_post(instance, **fields), **_people(instance), "counts": counts, "saved": False}


def comment_view(
    number: int, path: str, text: str = "I saw one.", instance: str = "lemmy.moth.example", **fields: Any
) -> Record:
    comment = {
        "id": number,
        "creator_id": 5,
        "post_id": 31,
        "content": text,
        "removed": False,
        "published": "2023-07-01T10:00:00Z",
        "deleted": False,
        "ap_id": f"https://{instance}/comment/{number}",
        "local": True,
        "path": path,
        "distinguished": False,
        **fields,
    }
    counts = {"comment_id": number, "score": 4, "upvotes": 4, "downvotes": 0, "child_count": 0}
    return {"comment": comment, "post": lemmy_post(instance), **_people(instance), "counts": counts}


def comment_list(instance: str = "lemmy.moth.example") -> Record:
    reply = comment_view(92, "0.91.92", "> I saw one.\n\nSo did I.", instance)
    return {"comments": [reply, comment_view(91, "0.91", instance=instance)]}


# Discourse.


def discourse_post(place: int, cooked: str, site: str | None = "talk.oar.example", **fields: Any) -> Record:
    picture = f"/user_avatar/{site}/rower{place}/{{size}}/7_2.png" if site else "/letter_avatar/r/{size}.png"
    return {
        "id": 500 + place,
        "name": "",
        "username": f"rower{place}",
        "avatar_template": picture,
        "created_at": f"2022-05-0{place}T08:00:00.000Z",
        "cooked": cooked,
        "post_number": place,
        "post_type": 1,
        "reply_to_post_number": None,
        "topic_id": 64,
        "topic_slug": "which-oars",
        "actions_summary": [{"id": 2, "count": place}],
        "score": 33.4,
        **fields,
    }


QUOTE = (
    '<aside class="quote no-group" data-username="rower1" data-post="1" data-topic="64">\n'
    '<div class="title"><div class="quote-controls"></div><img src="/u.png" class="avatar"> rower1:</div>\n'
    "<blockquote><p>Ash or spruce?</p></blockquote></aside>\n"
    '<p>Ash, see <a href="/t/ash/12">this topic</a>. <a class="mention" href="/u/rower1">@rower1</a></p>'
)


def topic(site: str | None = "talk.oar.example", **fields: Any) -> Record:
    """`/t/64.json`."""
    event = discourse_post(4, "", site, post_type=3, action_code="closed.enabled")
    posts = [
        discourse_post(1, "<p>Ash or spruce?</p>\n<p>For rough water.</p>", site),
        discourse_post(2, QUOTE, site),
        discourse_post(3, "<p>Spruce.</p>", site, reply_to_post_number=2),
        event,
    ]
    return {
        "post_stream": {"posts": posts, "stream": [501, 502, 503, 504]},
        "id": 64,
        "title": "Which oars?",
        "fancy_title": "Which oars?",
        "posts_count": 3,
        "created_at": "2022-05-01T08:00:00.000Z",
        "slug": "which-oars",
        "category_id": 4,
        **fields,
    }


def topic_list(site: str | None = "talk.oar.example") -> Record:
    """`/latest.json`."""
    user = {"id": 9, "username": "rower1", "avatar_template": f"/user_avatar/{site}/rower1/{{size}}/7_2.png"}
    listed = {
        "id": 64,
        "title": "Which oars?",
        "slug": "which-oars",
        "posts_count": 3,
        "created_at": "2022-05-01T08:00:00.000Z",
        "posters": [{"extras": None, "description": "Original Poster", "user_id": 9}],
    }
    return {"users": [user], "primary_groups": [], "topic_list": {"per_page": 30, "topics": [listed]}}


def latest_posts(site: str | None = "talk.oar.example") -> Record:
    """`/posts.json`."""
    post = discourse_post(3, "<p>Spruce.</p>", site, reply_to_post_number=2, topic_title="Which oars?")
    return {"latest_posts": [post]}
