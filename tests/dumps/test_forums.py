"""Hacker News, Lemmy and Discourse: threads with their trees, votes, times, texts and addresses."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.dump import ParsedComment, ParsedThread, Rejection
from bot.dumps import read_dump
from bot.dumps.formats.records import Block, RecordFilter
from tests.support import forum_records as forum


class Content:
    """All that a file holds."""

    def __init__(self, data: bytes, filters: RecordFilter = RecordFilter()) -> None:  # noqa: B008 - frozen
        self.threads: list[ParsedThread] = []
        self.reasons: list[str] = []
        self.left_out = 0
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "dump"
            path.write_bytes(data)
            for item in read_dump(path, filters=filters):
                if isinstance(item, Block):
                    assert not item.submissions
                    assert not item.comments
                    self.threads += item.articles
                    self.reasons += [rejected.reason for *_, rejected in item.rejections]
                    self.left_out += sum(item.left_out.values())
                elif isinstance(item, Rejection):
                    self.reasons.append(item.reason)

    @property
    def thread(self) -> ParsedThread:
        """The only thread; comments in another block come as the rest of one, without a title."""
        [thread] = [thread for thread in self.threads if thread.title] or self.threads
        assert {thread.key} == {other.key for other in self.threads}
        return thread

    def comment(self, link: str) -> ParsedComment:
        [comment] = [one for thread in self.threads for one in thread.comments if one.link == link]
        return comment

    def tree(self) -> list[tuple[str | None, str | None]]:
        """Each comment's link, and that of what it answers."""
        links = {one.key: one.link for thread in self.threads for one in thread.comments}
        posts = {thread.key: thread.discussion for thread in self.threads if thread.title}
        return sorted(
            (one.link, links[one.parent_key] if one.parent_key else posts[thread.key])
            for thread in self.threads
            for one in thread.comments
        )


def document(value: object, **how: Any) -> bytes:
    return json.dumps(value, **how).encode()


def lines(*values: object) -> bytes:
    return b"\n".join(map(document, values))


HN = "https://news.ycombinator.com/item?id="
HN_TREE = [
    (f"{HN}7101", f"{HN}7100"),
    (f"{HN}7102", f"{HN}7101"),
    (f"{HN}7103", f"{HN}7102"),
    (f"{HN}7104", f"{HN}7100"),
]


def table(rows: list[forum.Record]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


HN_FORMS = {
    "a list": document(forum.ITEMS),
    "an indented list": document(forum.ITEMS, indent=1),
    "one a line": lines(*forum.ITEMS),
    "newest first": lines(*forum.ITEMS[::-1]),
    "a tree": document(forum.algolia_tree()),
    "BigQuery": lines(*forum.bigquery_rows()),
    "a table": table(forum.bigquery_rows()),
}


@pytest.mark.parametrize("form", HN_FORMS)
def test_hacker_news_threads_are_the_same_in_every_form(form: str) -> None:
    content = Content(HN_FORMS[form])
    assert not content.reasons
    assert content.tree() == HN_TREE
    thread = content.thread
    assert (thread.title, thread.submitter) == ("A lamp that burns for a century", "lampwright")
    assert (thread.source, thread.link) == ("lantern.example", "https://lantern.example/century")
    assert (thread.discussion, thread.score) == (f"{HN}7100", 41)
    assert thread.posted_at == datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)
    first = content.comment(f"{HN}7101")
    assert first.text == "> a century\n\nSays who? https://oil.example/proof"
    assert first.author == "keeper7101"
    assert (content.comment(f"{HN}7104").author, content.comment(f"{HN}7104").text) == ("[deleted]",) * 2


def test_a_text_post_links_to_itself() -> None:
    asked = forum.story(title="Ask HN: Which oil?", text="Whale?<p>Or <b>rape</b>?", url=None)
    thread = Content(document(asked)).thread
    assert (thread.link, thread.source) == (f"{HN}7100", "news.ycombinator.com")
    assert [paragraph.text for paragraph in thread.paragraphs] == ["Whale?", "Or rape?"]


def test_search_answers_bring_stories_and_comments_with_the_titles_of_their_stories() -> None:
    content = Content(document(forum.algolia_hits()))
    assert [(thread.title, thread.link) for thread in content.threads] == [
        ("A lamp that burns for a century", "https://lantern.example/century"),
        ("Ask HN: How do you trim a wick?", f"{HN}8000"),
    ]
    assert content.tree() == [(f"{HN}8005", f"{HN}8000")]
    assert content.threads[1].submitter is None


def test_polls_and_their_options() -> None:
    poll = forum.story(9, type="poll", parts=[10], url=None)
    option = {
        "by": "a",
        "id": 10,
        "poll": 9,
        "score": 5,
        "text": "Whale",
        "time": forum.AT,
        "type": "pollopt",
    }
    assert Content(document([poll, option])).thread.comments[0].score == 5


LEMMY = "https://lemmy.moth.example"


@pytest.mark.parametrize(
    "answer",
    [
        {"posts": [forum.post_view()], "next_page": None},
        {"post_view": forum.post_view(), "community_view": {"community": {}}, "cross_posts": []},
        forum.post_view(),
    ],
    ids=["a list", "one post", "a view"],
)
def test_lemmy_posts(answer: object) -> None:
    thread = Content(document(answer)).thread
    assert (thread.title, thread.submitter) == ("Moths return to the harbour", "wingnut")
    assert (thread.source, thread.link) == ("gazette.example", "https://gazette.example/moths")
    assert (thread.discussion, thread.score, thread.subreddit) == (f"{LEMMY}/post/31", 12, "harbour")
    assert thread.paragraphs[1].text == "> Not gone, resting."


@pytest.mark.parametrize("answer", [forum.comment_list(), {"comment_view": forum.comment_view(91, "0.91")}])
def test_lemmy_comments_bring_what_they_say_of_their_post(answer: Any) -> None:
    content = Content(document(answer))
    assert (content.thread.title, content.thread.submitter) == ("Moths return to the harbour", None)
    first = content.comment(f"{LEMMY}/comment/91")
    assert (first.author, first.text, first.score) == ("wingnut", "I saw one.", 4)
    expected = [(f"{LEMMY}/comment/91", f"{LEMMY}/post/31"), (f"{LEMMY}/comment/92", f"{LEMMY}/comment/91")]
    assert content.tree() == expected[: len(content.tree())]


def test_the_same_numbers_on_two_instances_are_two_things() -> None:
    content = Content(lines(forum.comment_list(), forum.comment_list("feddit.gull.example")))
    assert not content.reasons
    keys = [thread.key for thread in content.threads]
    keys += [comment.key for thread in content.threads for comment in thread.comments]
    assert len(keys) == len(set(keys)) == 6


def test_a_comment_without_its_post_waits_for_it() -> None:
    lone = forum.comment_view(92, "0.91.92")
    del lone["post"]
    post, comment = Content(document({"posts": [forum.post_view()]})), Content(document({"comments": [lone]}))
    assert comment.thread.key == post.thread.key
    assert not comment.thread.title


def test_removed_and_deleted_posts_and_comments_of_lemmy_have_no_text() -> None:
    gone = Content(document({"posts": [forum.post_view(deleted=True)]})).thread
    assert (gone.withdrawn, gone.paragraphs) == (True, ())
    views = [forum.comment_view(1, "0.1", removed=True), forum.comment_view(2, "0.2", deleted=True)]
    assert [one.text for one in Content(document({"comments": views})).thread.comments] == [
        "[removed]",
        "[deleted]",
    ]


def test_communities_and_adult_posts_are_filtered() -> None:
    whole = {"posts": [forum.post_view(nsfw=True)]}
    content = Content(document(whole))
    assert (content.threads, content.left_out) == ([], 1)
    comments = document(forum.comment_list())
    assert Content(comments, RecordFilter(frozenset({"harbour"}))).left_out == 0
    assert Content(comments, RecordFilter(frozenset({"inland"}))).left_out == 3


OAR = "https://talk.oar.example/t/which-oars/64"


def test_discourse_topics() -> None:
    content = Content(document(forum.topic()))
    thread = content.thread
    assert (thread.title, thread.submitter, thread.score) == ("Which oars?", "rower1", 1)
    assert (thread.link, thread.discussion, thread.source) == (OAR, OAR, "talk.oar.example")
    assert [paragraph.text for paragraph in thread.paragraphs] == ["Ash or spruce?", "For rough water."]
    assert content.tree() == [(f"{OAR}/2", OAR), (f"{OAR}/3", f"{OAR}/2")]
    second = content.comment(f"{OAR}/2")
    assert second.text == (
        "> Ash or spruce?\n\nAsh, see [this topic](https://talk.oar.example/t/ash/12). @rower1"
    )
    assert (second.author, second.score) == ("rower2", 2)
    assert second.posted_at == datetime(2022, 5, 2, 8, tzinfo=UTC)
    assert not content.reasons


def test_lists_of_topics_and_of_posts_are_of_the_same_topic() -> None:
    whole, listed, posts = (
        Content(document(answer)).thread
        for answer in (forum.topic(), forum.topic_list(), forum.latest_posts())
    )
    assert whole.key == listed.key == posts.key
    assert (listed.submitter, posts.submitter) == ("rower1", None)
    assert listed.link == posts.link == OAR
    assert posts.comments[0].key == whole.comments[1].key


def test_the_same_topic_number_on_two_sites_is_two_topics() -> None:
    content = Content(lines(forum.topic(), forum.topic("forum.sail.example")))
    assert len({thread.key for thread in content.threads}) == 2
    assert content.threads[1].link == "https://forum.sail.example/t/which-oars/64"


def test_a_topic_of_an_unknown_site_has_no_link() -> None:
    content = Content(document(forum.topic(None)))
    assert content.thread.link is content.thread.discussion is content.thread.comments[0].link is None
    assert "this topic" in content.thread.comments[0].text
    assert "https" not in content.thread.comments[0].text
    assert len(content.thread.comments) == 2
    assert Content(document(forum.latest_posts(None))).reasons == ["bad-id"]


def test_the_site_shows_in_links_to_itself_too() -> None:
    links = {
        "links": [
            {"url": "https://talk.oar.example/t/ash/12", "internal": True},
            {"url": "https://other.example/t/x/1", "internal": False},
        ]
    }
    assert Content(document(forum.topic(None, details=links))).thread.link == OAR


BROKEN: list[tuple[Callable[[], object], list[str]]] = [
    (lambda: [forum.story(), None, 7, {"id": 8}], ["not-a-record"] * 2),
    (lambda: [forum.story(), forum.story("x")], ["bad-id"]),  # type: ignore[arg-type]
    (lambda: [forum.story(), forum.story(8, time="soon")], ["bad-time"]),
    (lambda: [forum.story(), forum.story(8, title=" ")], ["no-title"]),
    (lambda: [forum.story(), {"by": "a", "id": 4, "type": "comment", "time": forum.AT}], ["bad-id"]),
    (lambda: {"posts": [forum.post_view(), {}, forum.post_view(ap_id="x")]}, ["not-a-record", "bad-id"]),
    (lambda: {"comments": [forum.comment_view(1, "0.1"), forum.comment_view(-2, "0.2")]}, ["bad-id"]),
    (
        lambda: forum.topic(post_stream={"posts": [None, forum.discourse_post(1, "<p>Oar</p>")]}),
        ["not-a-record"],
    ),
]


@pytest.mark.parametrize(("value", "reasons"), BROKEN)
def test_what_cannot_be_read_is_named_and_the_rest_is_read(
    value: Callable[[], object], reasons: list[str]
) -> None:
    content = Content(document(value()))
    assert content.reasons == reasons
    assert content.threads


FORMS = [
    *forum.ITEMS,
    forum.algolia_tree(),
    forum.algolia_hits(),
    forum.bigquery_rows(),
    forum.comment_list(),
    {"posts": [forum.post_view()]},
    forum.topic(),
    forum.topic_list(),
    forum.latest_posts(),
]
odd = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.lists(st.integers())


def _paths(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, child in inner for found in _paths(child, (*path, key)))]


@given(st.sampled_from(FORMS), st.lists(st.tuples(st.integers(0, 10_000), odd), min_size=1, max_size=4))
@settings(max_examples=150)
def test_any_change_to_an_answer_ends_in_threads_or_named_rejections(
    answer: object, changes: list[tuple[int, object]]
) -> None:
    changed = json.loads(json.dumps(answer))
    paths = _paths(changed)[1:]
    for place, value in changes:
        *above, last = paths[place % len(paths)]
        node = changed
        try:
            for key in above:
                node = node[key]
            node[last] = value
        except (TypeError, KeyError, IndexError):
            continue  # replaced before
    content = Content(document(changed))
    assert content.threads or content.reasons or content.left_out or not forum_has_content(changed)


def forum_has_content(answer: object) -> bool:
    """Whether an answer lists anything; one with empty lists is as good as none."""
    return '"id"' in json.dumps(answer)
