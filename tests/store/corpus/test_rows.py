"""Rows and models turn into each other without loss."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import from_unix, to_unix
from bot.domain.articles import Paragraph
from bot.store.corpus import rows

numbers = st.integers(0, 36**12 - 1)


@given(numbers)
def test_keys_turn_into_numbers_and_back(number: int) -> None:
    key = rows.key_text(number, "t1")
    assert key is not None
    assert rows.key_number(key, "t1") == number
    assert rows.key_number(key.upper().replace("T1", "t1"), "t1") == number


def test_a_key_of_the_other_kind_is_none() -> None:
    assert rows.key_number("t3_abc", "t1") is None
    assert rows.key_number(None, "t1") is None


@pytest.mark.parametrize(
    "key", ["", "abc", "t1_", "t2_abc", "t1_a b", "t1_-1", "t1_٣", "t1_" + "z" * 13, "t1_ａ"]
)
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(rows.BadKeyError):
        rows.key_number(key, "t1")


@given(st.integers(0, 2**31 - 2), st.integers(0, 2**32 - 1))
def test_ids_know_their_archive(archive: int, sequence: int) -> None:
    number = rows.first_id(archive) + sequence
    assert rows.archive_of(number) == archive
    assert rows.first_id(archive) <= number <= rows.last_id(archive)


def test_no_archives_hold_no_rows() -> None:
    assert rows.in_archives(()) == ("false", [])


zones = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))


@given(st.integers(-(10**9), 10**11), zones)
def test_times_keep_their_moment(number: int, zone: timezone) -> None:
    when = datetime.fromtimestamp(number, zone)
    assert to_unix(when) == number
    assert from_unix(to_unix(when)) == when.astimezone(UTC)


def test_a_naive_time_is_a_bug() -> None:
    with pytest.raises(TypeError):
        to_unix(datetime(2024, 1, 1))  # noqa: DTZ001 - the point of the test


texts = st.text(st.sampled_from("ab \n\r«"), max_size=8)


@given(st.lists(st.builds(Paragraph, texts, st.booleans())))
def test_packed_paragraphs_stay_as_they_are_once_packed(paragraphs: list[Paragraph]) -> None:
    once = rows.unpack_paragraphs(*rows.pack_paragraphs(paragraphs))
    assert rows.unpack_paragraphs(*rows.pack_paragraphs(once)) == once
    for kind in (True, False):
        before, after = (
            " ".join(one.text for one in some if one.furniture is kind).split() for some in (paragraphs, once)
        )
        assert after == before


def test_furniture_keeps_its_place() -> None:
    paragraphs = (
        Paragraph("CLICK HERE", furniture=True),
        Paragraph("One."),
        Paragraph("SCROLL", furniture=True),
        Paragraph("READ MORE", furniture=True),
        Paragraph("Two."),
        Paragraph("END", furniture=True),
    )
    body, furniture = rows.pack_paragraphs(paragraphs)
    assert body == "One.\n\nTwo."
    assert rows.unpack_paragraphs(body, furniture) == paragraphs


def test_a_paragraph_with_blank_lines_becomes_several() -> None:
    packed = rows.pack_paragraphs([Paragraph("One.\n\n\n\nTwo.\nStill two."), Paragraph(" \n\n ")])
    assert rows.unpack_paragraphs(*packed) == (Paragraph("One."), Paragraph("Two.\nStill two."))
