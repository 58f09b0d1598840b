"""Links cited and busy times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.articles import Comment
from bot.text.discussion.links_and_activity import MAX_BARS, activity_histogram, cited_links
from tests.support.comment_threads import START, comment, comments


def at(*minutes: float) -> list[Comment]:
    return [replace(comment(n, "x"), posted_at=START + timedelta(minutes=m)) for n, m in enumerate(minutes)]


def test_links_are_counted_by_comment_and_shown_by_host() -> None:
    found = cited_links(
        comments(
            "Minutes: https://www.saltmere.example/minutes/7.",
            "See (http://saltmere.example/minutes/7/#vote), and [this](https://b.example/a_(b)).",
            "> https://b.example/a_(b)\nThat one again?",
        )
    )
    assert [(link.host, link.comments) for link in found] == [
        ("saltmere.example", (1, 2)),
        ("b.example", (2,)),
    ]
    assert [link.url for link in found] == [
        "https://www.saltmere.example/minutes/7",
        "https://b.example/a_(b)",
    ]


def test_what_is_no_link_is_none() -> None:
    assert cited_links(comments("https:// http://localhost http://[::1 www.no.example")) == ()


def test_busy_counts_every_comment_in_steps_that_fit() -> None:
    found = activity_histogram(at(0, 10, 61, 62, 5 * 60))
    assert found is not None
    assert (found.start, found.step) == (START, timedelta(minutes=15))
    assert sum(found.counts) == 5
    assert found.counts[0] == 2
    assert found.counts[4] == 2


def test_long_threads_have_long_steps() -> None:
    found = activity_histogram(at(*(n * 60 * 24 for n in range(400))))
    assert found is not None
    assert found.step == timedelta(days=28)
    assert len(found.counts) <= MAX_BARS
    assert found.start.weekday() == 0
    assert sum(found.counts) == 400


def test_a_straggler_does_not_flatten_the_picture() -> None:
    found = activity_histogram(at(*range(0, 120, 3), 60 * 24 * 365))
    assert found is not None
    assert found.step < timedelta(hours=1)
    assert sum(found.counts) >= 38


def test_no_times_no_picture() -> None:
    assert activity_histogram([]) is None
    assert activity_histogram(at(5)) is None
    assert activity_histogram(at(5, 5, 5)) is None


def test_times_before_the_first_monday_are_times() -> None:
    old = [
        replace(each, posted_at=datetime(1969, 12, 31, 23, n * 20, tzinfo=UTC))
        for n, each in enumerate(at(0, 1))
    ]
    found = activity_histogram(old)
    assert found is not None
    assert sum(found.counts) == 2
