"""The page reader: what a page says, in every shape that a page can have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.articles import DELETED
from bot.domain.dump import ParsedThread
from bot.dumps.formats.page import parse_page
from bot.dumps.rejections import Rejected
from tests.support.dump_pages import NOON, header, page, thread

FIXTURES = Path(__file__).parent / "fixtures"


def words(parsed: ParsedThread) -> list[str]:
    return [paragraph.text for paragraph in parsed.paragraphs if not paragraph.furniture]


def test_a_page_as_it_comes() -> None:
    parsed = parse_page((FIXTURES / "lamp-oil.txt").read_bytes())
    assert parsed.title == "Lighthouse keeper wins back pay for 14 foggy years"
    assert (parsed.source, parsed.submitter) == ("gullpost.example", "brineboy")
    assert words(parsed) == [
        "The keeper of the Old Skerry is owed 14 years of fog pay, the coast tribunal said on Monday.",
        '"I wrote it down every night," said the keeper, Ansa Holm, 61. "They said fog was not weather."',
        "The harbour office may appeal by the end of May.",
    ]
    assert [(p.text, number) for number, p in enumerate(parsed.paragraphs) if p.furniture] == [
        ("FERRY TIMETABLE THROWN OVERBOARD BY ANGRY GOOSE", 1),
        ("CLICK HERE TO READ MORE FROM THE GULL POST", 3),
    ]
    assert [(c.author, c.posted_at) for c in parsed.comments] == [
        ("tidewords", datetime(2024, 3, 13, 9, 14, tzinfo=UTC)),
        (DELETED, datetime(2024, 3, 12, 23, 59, tzinfo=UTC)),
        ("brine_boy-2", datetime(2024, 3, 12, 8, 1, tzinfo=UTC)),
    ]
    assert parsed.comments[0].text == (
        "Fourteen years. My father got nine.\n\n> They said fog was not weather.\n\nWhat is it then, mood?"
    )


def test_the_articles_time_is_inferred_from_the_earliest_comment() -> None:
    parsed = parse_page(page(comments=thread(3)))
    assert parsed.posted_at == NOON - timedelta(minutes=2)
    assert parsed.inferred
    without = parse_page(page())
    assert without.posted_at is None
    assert not without.inferred


@pytest.mark.parametrize(
    ("byline", "source", "submitter"),
    [
        ("Authored by a.example and submitted by bo", "a.example", "bo"),
        ("Authored by and submitted by bo", None, "bo"),
        ("Authored by  and submitted by bo", None, "bo"),
        ("Authored by a.example and submitted by", "a.example", None),
        ("Authored by and submitted by", None, None),
        ("Authored by The Harbour Ledger and submitted by [deleted]", "The Harbour Ledger", DELETED),
        ("  Authored by bücher.example and submitted by -_x_-  ", "bücher.example", "-_x_-"),
    ],
)
def test_bylines(byline: str, source: str | None, submitter: str | None) -> None:
    parsed = parse_page(page(byline=byline))
    assert (parsed.source, parsed.submitter) == (source, submitter)
    assert words(parsed) == ["The bell rang at four.", "Nobody was near it."]


@pytest.mark.parametrize("image", [None, "image for", "image for ", "image for Harbour bell rings by itself"])
@pytest.mark.parametrize("body", [(), ("The bell rang at four.",)])
@pytest.mark.parametrize("count", [0, 2])
def test_missing_lines_bodies_and_comments(image: str | None, body: tuple[str, ...], count: int) -> None:
    parsed = parse_page(page(image=image, body=body, comments=thread(count)))
    assert parsed.title == "Harbour bell rings by itself"
    assert [p.text for p in parsed.paragraphs] == list(body)
    assert [c.author for c in parsed.comments] == [f"voice{i}" for i in range(count)]


def test_without_a_byline_comments_or_the_image_line_show_that_it_is_a_page() -> None:
    parsed = parse_page(page(byline=None, comments=thread(1)))
    assert (parsed.title, parsed.source, parsed.submitter) == ("Harbour bell rings by itself", None, None)
    assert len(parsed.paragraphs) == 2
    assert parse_page(page(byline=None)).comments == ()
    assert parse_page(page(byline="Authored by a.example", comments=thread(1))).source == "a.example"


def test_a_missing_title_is_taken_from_the_image_line() -> None:
    assert parse_page(page(title="")).title == "Harbour bell rings by itself"


def test_what_stands_above_the_title_is_not_part_of_it() -> None:
    assert parse_page(page(title="Skip to content\n\nHarbour bell rings by itself")).title == (
        "Harbour bell rings by itself"
    )


def test_a_title_over_two_lines_is_one() -> None:
    parsed = parse_page(page(title="Harbour bell rings\n  by itself"))
    assert parsed.title == "Harbour bell rings by itself"
    assert words(parsed)[0] == "The bell rang at four."


@pytest.mark.parametrize("ending", ["st", "nd", "rd", "th", "ST", "", "er"])
def test_any_ordinal_after_any_day(ending: str) -> None:
    start = datetime(2024, 1, 31, 23, 30, tzinfo=UTC)
    comments = [("ann", start - timedelta(days=i), "So.") for i in range(31)]
    parsed = parse_page(page(comments=comments, ending=ending))
    assert [c.posted_at for c in parsed.comments] == [at for _, at, _ in comments]


@pytest.mark.parametrize(
    "author",
    [
        "a",
        "User-on-August",
        "-_x_-",
        "on",
        "at",
        DELETED,
        "Zoë",
        "ванна",
        "u/brineboy",
        "x" * 30,
        "12",
        "J.Smith",
    ],
)
def test_authors(author: str) -> None:
    assert [c.author for c in parse_page(page(comments=[(author, NOON, "So.")])).comments] == [author]


def test_an_author_whose_name_the_capture_lost_is_nobody() -> None:
    parsed = parse_page(page(comments=[("", NOON, "So."), ("ann", NOON - timedelta(1), "No.")]))
    assert [(c.author, c.text) for c in parsed.comments] == [(DELETED, "So."), ("ann", "No.")]


@pytest.mark.parametrize(
    "line",
    [
        "> bo on March 12th, 2024 at 11:00 UTC »",
        "    bo on March 12th, 2024 at 11:00 UTC »",
        "bo on February 30th, 2024 at 11:00 UTC »",
        "bo on March 12th, 2024 at 24:00 UTC »",
        "bo on March 12th, 2024 at 11:60 UTC »",
        "bo on Smarch 12th, 2024 at 11:00 UTC »",
        "bo on March 12th, 0024 at 11:00 UTC »",
        "bo on March 12th, 2024 at 11:00 UTC » said it first",
        "As bo on March 12th, 2024 at 11:00 UTC »",
        "bo on March 12th, 2024 at 11:00 UTC",
        "Read more »",
        "So it ends »",
        "first line\nbo on March 12th, 2024 at 11:00 UTC »\nlast line",
    ],
)
def test_text_that_only_looks_like_a_header_stays_text(line: str) -> None:
    text = f"Look:\n\n{line}\n\nThat is all."
    comments = [("ann", NOON, text), ("cy", NOON - timedelta(hours=2), "Yes.")]
    parsed = parse_page(page(comments=comments))
    assert [(c.author, c.text) for c in parsed.comments] == [("ann", text), ("cy", "Yes.")]


def test_a_quoted_header_of_a_comment_further_down_stays_text() -> None:
    quote = header("bo", NOON - timedelta(hours=3))
    comments = [
        ("ann", NOON, f"This one:\n\n{quote}\n\nis wrong."),
        ("cy", NOON - timedelta(hours=1), "Is it?"),
        ("bo", NOON - timedelta(hours=3), "I was there."),
    ]
    parsed = parse_page(page(comments=comments))
    assert [c.author for c in parsed.comments] == ["ann", "cy", "bo"]
    assert quote in parsed.comments[0].text


def test_a_header_out_of_an_otherwise_certain_order_stays_text() -> None:
    comments = thread(9)
    author, at, text = comments[2]
    quote = header("elsewhere", NOON - timedelta(days=40))
    comments[2] = (author, at, f"{text}\n\n{quote}\n\nFrom another thread.")
    parsed = parse_page(page(comments=comments))
    assert [c.author for c in parsed.comments] == [f"voice{i}" for i in range(9)]


def test_pages_in_another_order_keep_every_comment() -> None:
    oldest_first = list(reversed(thread(30)))
    mixed = thread(30)[10:20] + thread(30)[:10] + thread(30)[20:]
    for comments in (oldest_first, mixed):
        parsed = parse_page(page(comments=comments))
        assert [c.author for c in parsed.comments] == [author for author, _, _ in comments]


def test_two_comments_of_one_author_in_one_minute_are_two() -> None:
    comments = [("ann", NOON, "Twice."), ("ann", NOON, "Twice.")]
    assert len(parse_page(page(comments=comments)).comments) == 2


def test_several_thousand_comments() -> None:
    parsed = parse_page(page(comments=thread(5000)))
    assert len(parsed.comments) == 5000
    assert parsed.comments[4999].text == "Remark number 4999."


def test_comments_without_text_keep_their_place() -> None:
    comments = [("ann", NOON, ""), ("bo", NOON - timedelta(1), "Hm."), ("cy", NOON - timedelta(2), "")]
    parsed = parse_page(page(comments=comments))
    assert [(c.author, c.text) for c in parsed.comments] == [("ann", ""), ("bo", "Hm."), ("cy", "")]


def test_comments_keep_their_lines_and_lose_only_stray_blanks() -> None:
    text = "One  two \t\n    code : x , y\n\n\n\nLast ."
    (comment,) = parse_page(page(comments=[("ann", NOON, text)])).comments
    assert comment.text == "One  two\n    code : x , y\n\nLast ."


@pytest.mark.parametrize("apart", ["\n", "\n\n"])
@pytest.mark.parametrize("length", [1, 5])
def test_a_body_without_blank_lines_keeps_its_paragraphs(apart: str, length: int) -> None:
    body = [" ".join([sentence] * length) for sentence in ("The lamp went out.", "A keeper rowed over.")]
    text = page(body=["\n".join(body)], comments=[("ann", NOON, "First.\n\nSecond.")])
    head, _, rest = text.partition("\n\n" + body[0])
    whole = parse_page(head + apart + body[0] + rest)
    assert [paragraph.text for paragraph in whole.paragraphs] == (
        body if apart == "\n" or length > 1 else ["\n".join(body)]
    )


def test_a_paragraph_broken_to_a_width_stays_one() -> None:
    body = "The lamp was out by two and\na keeper rowed over to see\nwhat the gulls had done."
    text = page(body=[body], comments=[("ann", NOON, "First.")])
    assert [paragraph.text for paragraph in parse_page(text).paragraphs] == [body]


def test_a_page_that_lost_its_blank_lines() -> None:
    flat = page(comments=thread(3)).replace("\n\n", "\n")
    parsed = parse_page(flat)
    assert words(parsed) == ["The bell rang at four.", "Nobody was near it."]
    assert [c.text for c in parsed.comments] == [f"Remark number {i}." for i in range(3)]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings_and_line_breaks(newline: str, encoding: str) -> None:
    body = ("The café’s bell rang – twice – at four.", "“Nobody” was near it, it’s said.")
    text = page(body=body, comments=[("ann", NOON, "Naïve.\n\nTrès.")])
    parsed = parse_page(text.replace("\n", newline).encode(encoding))
    assert tuple(words(parsed)) == body
    assert parsed.comments[0].text == "Naïve.\n\nTrès."
    assert parsed.title == "Harbour bell rings by itself"


def test_latin_1_bytes_that_cp1252_lacks() -> None:
    assert (
        parse_page(page(body=("It was late.\x81",)).encode("latin-1")).paragraphs[0].text
        == "It was late.\x81"
    )


def test_a_torn_character_does_not_spoil_the_rest() -> None:
    data = page(body=("Ein schöner Tag für Möwen.",)).encode()
    torn = data.replace("ü".encode(), b"\xc3")
    assert parse_page(torn).paragraphs[0].text == "Ein schöner Tag f\ufffdr Möwen."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("the harbour , which", "the harbour, which"),
        ('"So it is ," she said .', '"So it is," she said.'),
        ("It cost .5 crowns and ran .NET .", "It cost .5 crowns and ran .NET."),
        ("Well . . . no", "Well . . . no"),
        ("Qui ? Lui ! Voilà : rien ; fin", "Qui ? Lui ! Voilà : rien ; fin"),
    ],
)
def test_blanks_left_by_removed_links_go_from_the_body(before: str, after: str) -> None:
    assert parse_page(page(body=(before,))).paragraphs[0].text == after


def test_other_languages() -> None:
    body = ("港の鐘が四時に鳴った。", "Колокол прозвонил в четыре часа.", "دقّ الجرس في الرابعة.")
    parsed = parse_page(
        page(title="港の鐘", image="image for 港の鐘", body=body, comments=[("ann", NOON, "なぜ？")])
    )
    assert tuple(words(parsed)) == body
    assert parsed.comments[0].text == "なぜ？"


@pytest.mark.parametrize(
    ("content", "reason", "line"),
    [
        (b"", "empty", 1),
        (b"\xef\xbb\xbf \r\n\t\n", "empty", 1),
        (b"\x00\x01\x02\x03" * 100, "binary", 1),
        (b"A title\n\n" + bytes(range(32)) * 4, "binary", 3),
        (b"Just some notes.\n\nNothing more.\n", "not-a-page", 1),
        (b"\n\n\nJust some notes.\n", "not-a-page", 4),
        (b"Authored by and submitted by bo\nimage for\n\nText.", "no-title", 1),
        (b"ann on March 12th, 2024 at 12:00 UTC \xc2\xbb\n\nHello.", "no-title", 1),
        (b"Essay\n\nAuthored by John Smith\n\nIt was late.", "not-a-page", 1),
        (b"\n" * 600_000 + b"x", "too-large", None),
    ],
)
def test_what_is_not_a_page_is_rejected_by_name(content: bytes, reason: str, line: int | None) -> None:
    with pytest.raises(Rejected) as caught:
        parse_page(content)
    assert (caught.value.reason, caught.value.line) == (reason, line)
    assert caught.value.at("notes.txt").where == ("notes.txt" if line is None else f"notes.txt:{line}")
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "heading",
    ["March 12, 2024", "12 March 2024", "Tuesday, March 12th, 2024", "2024-03-12", "World news, 12.3.2024"],
)
def test_an_edition_index_is_not_a_page(heading: str) -> None:
    text = (FIXTURES / "edition.txt").read_text("utf-8").replace("March 12, 2024", heading)
    with pytest.raises(Rejected) as caught:
        parse_page(text)
    assert caught.value.reason == "index-page"


def test_an_edition_index_with_one_item_or_without_bylines_is_still_one() -> None:
    text = (FIXTURES / "edition.txt").read_text("utf-8")
    first_item = text[: text.index("Goose closes")]
    no_bylines = text.replace("Authored by gullpost.example", "").replace(
        "Authored by harbourledger.example", ""
    )
    for content in (first_item, no_bylines):
        with pytest.raises(Rejected) as caught:
            parse_page(content)
        assert caught.value.reason == "index-page"


def test_a_page_whose_title_is_a_date_is_a_page() -> None:
    assert (
        parse_page(page(title="March 12, 2024", image="image for March 12, 2024")).title == "March 12, 2024"
    )
