"""Nothing that a spoiler hides is shown uncovered, wherever a text is cut."""

from __future__ import annotations

import re

import pytest

from bot.text.language.markup import head, own_spans, plain
from bot.ui.articles.few_comments import first_sentences
from bot.ui.kit import source_text

TEXTS = [
    "The film is good. The end >!is a GULLA. Then GULLB dies. And GULLC too!< was odd. I liked it.",
    "The film is good. The end &gt;!is a GULLA. Then GULLB dies. And GULLC too!&lt; was odd. I liked it.",
    "The film is good. The end [is a GULLA. Then GULLB dies. And GULLC too](/spoiler) was odd. I liked it.",
    "The film is good. The end >!is a GULLA.\n\nThen GULLB dies.\n\nAnd GULLC too!< was odd. I liked it.",
    "The film is good.\n>!is a GULLA. Then GULLB dies. And GULLC too\nwas odd. I liked it.",
    "The film is good.\n> it >!is a GULLA.\nThen GULLB dies. And GULLC too!< was odd. I liked it.",
    ">!GULLA. Then GULLB dies. And GULLC too!< was odd. I liked it.",
    "The film is good. >!GULLA dies. > GULLB &gt; more >> GULLC!< I liked it.",
]
_COVERED = re.compile(r"\|\|.*?\|\|", re.DOTALL)


def shows(markdown: str) -> bool:
    return "GULL" in _COVERED.sub("", markdown.replace("\\", ""))


@pytest.mark.parametrize("text", TEXTS)
def test_no_cut_uncovers_a_spoiler(text: str) -> None:
    for limit in range(3, len(text) + 2):
        for piece in (head(text, limit), first_sentences(text, limit)):
            assert not shows(source_text.markdown(piece)), (limit, piece)
            assert "GULL" not in plain(piece), (limit, piece)
        assert not shows(source_text.excerpt(text, limit)), limit
        if limit > 40:
            assert not any(map(shows, source_text.pages(text, limit))), limit


@pytest.mark.parametrize("text", TEXTS)
def test_no_stretch_of_the_authors_own_begins_within_a_spoiler(text: str) -> None:
    assert not any(shows(source_text.markdown(text[start:end])) for start, end in own_spans(text))


def test_a_cut_adds_nothing_to_a_text_without_a_spoiler() -> None:
    text = "The mayor spoke for a long time > and left! <b>"
    assert [head(text, size) for size in range(len(text))] == [text[:size] for size in range(len(text))]


def test_the_sentences_before_and_after_a_spoiler_are_kept() -> None:
    assert first_sentences(TEXTS[0], 30) == "The film is good."
    assert first_sentences(TEXTS[0], 90).endswith("!< was odd.")
