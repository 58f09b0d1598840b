"""The dates that people type."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.text.language.date_parser import parse_date

NOW = datetime(2024, 3, 31, 15, 30, tzinfo=UTC)  # a Sunday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-12", "2024-03-12"),
        ("2024/3/2", "2024-03-02"),
        ("12.3.2024", "2024-03-12"),
        ("12 Mar 2024", "2024-03-12"),
        ("12th of March, 2024", "2024-03-12"),
        ("March 12th 2024", "2024-03-12"),
        ("  sept.  1,  2023 ", "2023-09-01"),
        ("12 Mar", "2024-03-12"),
        ("1 april", "2023-04-01"),
        ("May", "2023-05-01"),
        ("March 2024", "2024-03-01"),
        ("2024-02", "2024-02-01"),
        ("2019", "2019-01-01"),
        ("today", "2024-03-31"),
        ("Yesterday", "2024-03-30"),
        ("friday", "2024-03-29"),
        ("sunday", "2024-03-24"),
        ("3 days ago", "2024-03-28"),
        ("a week ago", "2024-03-24"),
        ("last week", "2024-03-24"),
        ("1 month ago", "2024-02-29"),
        ("last year", "2023-03-31"),
        ("2 hours ago", "2024-03-31T13:30"),
        ("now", "2024-03-31T15:30"),
        ("2024-03-12T10:00:00Z", "2024-03-12T10:00"),
        ("2024-03-12 10:00+02:00", "2024-03-12T08:00"),
        ("2024-03-12T10:00", "2024-03-12T10:00"),
    ],
)
def test_a_date_is_the_beginning_of_what_it_names(text: str, expected: str) -> None:
    assert parse_date(text, NOW) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_days_begin_in_the_zone_of_the_asker() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    assert parse_date("2024-03-12", NOW, tokyo) == datetime(2024, 3, 11, 15, tzinfo=UTC)
    assert parse_date("today", NOW, tokyo) == datetime(2024, 3, 31, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "3/12/2024", "2024-13-01", "31 Feb 2024", "0000", "week", "99999 years ago", "12 Foo 2024"],
)
def test_what_is_no_date_or_two_dates_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_date(text, NOW)
    assert caught.value.key == "bad-date"


@given(st.text(max_size=40) | st.from_regex(r"\d{1,5} (days|months|years) ago", fullmatch=True))
def test_any_text_is_a_date_or_a_refusal(text: str) -> None:
    with suppress(BadInput):
        assert parse_date(text, NOW).tzinfo is UTC
