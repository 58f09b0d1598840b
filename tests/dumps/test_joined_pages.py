"""Pages that were joined into one file are named, and what only looks like another page is text."""

from __future__ import annotations

import pytest

from bot.dumps.formats.page import parse_page
from bot.dumps.rejections import Rejected
from tests.support.dump_pages import NOON, page, thread


def test_pages_joined_into_one_file_are_rejected_rather_than_mixed() -> None:
    joined = page(comments=thread(2)) + "\n\n" + page(comments=thread(1))
    with pytest.raises(Rejected) as caught:
        parse_page(joined)
    assert (caught.value.reason, caught.value.line) == ("several-pages", 20)


def test_joined_pages_without_images_or_comments_are_rejected_too() -> None:
    pages = [page(title=f"Bell {number} rings", image=None, comments=()) for number in range(3)]
    with pytest.raises(Rejected) as caught:
        parse_page("\n\n".join(pages))
    assert caught.value.reason == "several-pages"


@pytest.mark.parametrize("body", [["The bell rang."], ["9 bells rang."], []])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_joined_pages_with_comments_and_without_images_are_rejected(body: list[str], between: str) -> None:
    pages = [
        page(title=f"Bell {number} rings", image=None, body=body, comments=thread(number))
        for number in (3, 2, 1)
    ]
    with pytest.raises(Rejected) as caught:
        parse_page(between.join(pages))
    assert caught.value.reason == "several-pages"


def test_a_byline_without_a_submitter_is_part_of_the_article() -> None:
    body = ["A long time ago.", "Authored by Jo Brine", "The bell rang."]
    assert [part.text for part in parse_page(page(body=body)).paragraphs if not part.furniture][1] == body[1]


@pytest.mark.parametrize(
    "sentence",
    [
        "Authored by Senator Scott Wiener and submitted by the committee in March, the bill passed.",
        "Authored by Brine and submitted by Gull.",
        "Authored by two keepers and submitted by Gull.",
        "Authored by brine.example and submitted by a keeper.",
    ],
)
def test_a_paragraph_that_begins_as_a_byline_is_part_of_the_article(sentence: str) -> None:
    parsed = parse_page(page(body=["A long time ago.", sentence, "The bell rang."], comments=thread(3)))
    assert sentence in [part.text for part in parsed.paragraphs]
    assert len(parsed.comments) == 3


@pytest.mark.parametrize("source", [" gull.example", ""])
def test_a_byline_that_names_a_submitter_starts_another_page(source: str) -> None:
    byline = f"Authored by{source} and submitted by bo"
    with pytest.raises(Rejected) as caught:
        parse_page(page(body=["A long time ago.", "The bell", byline, "It rang."]))
    assert caught.value.reason == "several-pages"


def test_a_byline_quoted_in_a_comment_is_text() -> None:
    byline = "Authored by a.example and submitted by bo"
    for text in (
        f"It said:\n\n{byline}\n\nand nothing else.",
        f"Why does it write\n\n{byline}\n\nabove each article?",
        f"The head is:\n{byline}",
        f"{byline}\n\nis all that I see.",
        f"Is this a joke?\n{byline}\nI think so.",
        f"Look.\n\nI copied the old page.\n{byline}",
    ):
        assert parse_page(page(comments=[("ann", NOON, text), ("bo", NOON, "Yes.")])).comments[0].text == text
