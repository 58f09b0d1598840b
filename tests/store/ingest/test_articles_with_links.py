"""Articles from outside Reddit: known again by their link, else by title, source and day."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.dump import ParsedThread
from bot.domain.loads import Counts
from bot.dumps.formats.article import ArticleRecord
from bot.dumps.formats.article_times import article_time
from bot.dumps.rejections import Rejected
from tests.support.corpus_loads import assert_sound, load_into, query

DAY = datetime(2021, 5, 4, 6, tzinfo=UTC)
LINK = "https://www.tidings.example/2021/lamp?id=7"


def article(
    title: str = "Lamp relit", text: str = "The lamp burns.\n\nNo one cheered.", **more: object
) -> ParsedThread:
    fields = {"source": "tidings.example", "posted_at": DAY, "link": LINK} | more
    return ArticleRecord(title, text, **fields).to_thread()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, Counts(unchanged=1)),
        ({"link": LINK.replace("https://www.", "http://") + "&utm_source=x"}, Counts(updated=1)),
        ({"title": "Lamp relit at last", "posted_at": None}, Counts(updated=1)),
        ({"link": None}, Counts(unchanged=1)),
        ({"link": LINK.replace("7", "8")}, Counts(new=1)),
        ({"link": None, "posted_at": datetime(2021, 5, 5, 6, tzinfo=UTC)}, Counts(new=1)),
        ({"link": None, "source": "gazette.example"}, Counts(new=1)),
        ({"link": None, "title": "Lamp unlit"}, Counts(new=1)),
        ({"text": "", "summary": "A lamp."}, Counts(unchanged=1)),
    ],
)
def test_an_article_is_known_by_its_link_or_by_title_source_and_day(
    tmp_path: Path, changes: dict[str, object], counts: Counts
) -> None:
    load_into(tmp_path, article())
    assert load_into(tmp_path, article(**changes)).articles == counts  # type: ignore[arg-type]
    assert query(tmp_path, "SELECT body FROM article WHERE id = 1") == ["The lamp burns.\n\nNo one cheered."]
    assert_sound(tmp_path)


def test_a_link_to_a_whole_site_identifies_no_article(tmp_path: Path) -> None:
    site = {"link": "https://tidings.example/"}
    both = [article("Lamp relit", **site), article("Gulls leave", **site)]
    assert load_into(tmp_path, *both).articles == Counts(new=2)
    assert load_into(tmp_path, *both).articles == Counts(unchanged=2)


def test_a_text_replaces_a_summary(tmp_path: Path) -> None:
    load_into(tmp_path, article(text="", summary="A lamp."))
    assert load_into(tmp_path, article()).articles == Counts(updated=1)
    assert query(tmp_path, "SELECT body FROM article") == ["The lamp burns.\n\nNo one cheered."]


@pytest.mark.parametrize(
    "text",
    [
        "First.\n\nSecond.",
        "First.\nSecond.",
        "<p>First.</p><script>x = '<p>';</script><p>Second.</p>",
        "<div>First.<br/>Second.</div>",
        "First&#46;\r\n\r\nSecond.",
    ],
)
def test_texts_keep_their_paragraphs_in_any_form(text: str) -> None:
    thread = ArticleRecord("A &amp; B", text, link="https://www.tidings.example/x").to_thread()
    assert [paragraph.text for paragraph in thread.paragraphs] == ["First.", "Second."]
    assert (thread.title, thread.source) == ("A & B", "tidings.example")


@pytest.mark.parametrize("title", ["", " \n", "<p></p>", "word " * 1000])
def test_an_article_without_a_usable_title_is_rejected(title: str) -> None:
    with pytest.raises(Rejected):
        ArticleRecord(title, "Text.").to_thread()


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2021-05-04", "2021-05-04T00:00"),
        ("2021-05-04 06:30:00", "2021-05-04T06:30"),
        ("2021-05-04 06:30:00 UTC", "2021-05-04T06:30"),
        ("2021-05-04T08:30:00+02:00", "2021-05-04T06:30"),
        ("2021-05-04T06:30:00.000Z", "2021-05-04T06:30"),
        ("Tue, 04 May 2021 06:30:00 GMT", "2021-05-04T06:30"),
        ("May 4, 2021", "2021-05-04T00:00"),
        (" May 4th, 2021 at 6:30 pm", "2021-05-04T18:30"),
        ("4 May 2021", "2021-05-04T00:00"),
        ("04-May-2021", "2021-05-04T00:00"),
        ("Published Tuesday, 4 September 2021", "2021-09-04T00:00"),
        (1620109800, "2021-05-04T06:30"),
        ("1620109800000", "2021-05-04T06:30"),
        ("1620109800.0", "2021-05-04T06:30"),
        (20210504, "2021-05-04T00:00"),
        ("20210504063000", "2021-05-04T06:30"),
        ("20210504T063000Z", "2021-05-04T06:30"),
        ("2021/05/04", "2021-05-04T00:00"),
        ("25/12/2020", "2020-12-25T00:00"),
        ("12/25/2020 7:05", "2020-12-25T07:05"),
        ("1912-04-16", "1912-04-16T00:00"),
        ("3/4/2020", None),
        ("2 days ago", None),
        ("", None),
        (None, None),
        ("9" * 400, None),
        ("nan", None),
        ("31 February 2020", None),
        ("9999-12-31T23:59:59-12:00", None),
    ],
)
def test_times_are_read_in_any_form_and_never_guessed(text: object, time: str | None) -> None:
    expected = None if time is None else datetime.fromisoformat(time).replace(tzinfo=UTC)
    assert article_time(text) == expected
