"""The piece of a text that is shown, and what is marked in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.search import Term
from bot.text.search.excerpt import MAX_CHARACTERS, TermMatcher, excerpt
from bot.text.search.query import parse_query

FILLER = "Nothing of note was said here by anyone at all. " * 12


def shown(text: str, query: str, forms: dict[str, list[str]] | None = None) -> tuple[str, list[str]]:
    terms = [term for group in parse_query(query).groups for term in group]
    found = excerpt(text, TermMatcher(terms, lambda word: (forms or {}).get(word, [])))
    piece = text[found.start : found.end]
    return piece, [piece[start:end] for start, end in found.matches]


def test_the_densest_place_is_shown_from_its_sentence_on() -> None:
    text = f"A market. {FILLER}The market moved to the old rail yard. {FILLER}"
    piece, matches = shown(text, "market rail yard")
    assert piece.startswith("The market moved to the old rail yard.")
    assert matches == ["market", "rail", "yard"]


def test_it_stays_within_one_paragraph() -> None:
    piece, _ = shown(
        "First about fish.\n\nThen about a market of fish.\n\nLast about nothing.", "fish market"
    )
    assert piece == "Then about a market of fish."


@pytest.mark.parametrize(
    ("text", "query", "matches"),
    [
        ("Markets and MARKET", "market", ["MARKET"]),
        ("The naïve, NAÏVE and naive", "naive", ["naïve", "NAÏVE", "naive"]),
        ("marketing marked", "mark*", ["marketing", "marked"]),
        ("a rail in the yard, the rail yard", '"rail yard"', ["rail yard"]),
        ("at t, AT&T, at&t", "AT&T", ["at t", "AT&T", "at&t"]),
        ("東京大学と京都", "京大 京都", ["京大", "京都"]),
        ("nothing", "market", []),
    ],
)
def test_what_is_marked(text: str, query: str, matches: list[str]) -> None:
    assert shown(text, query)[1] == matches


def test_other_forms_are_marked_but_not_for_quoted_words() -> None:
    forms = {"market": ["market", "markets"]}
    assert shown("Markets, a market", "market", forms)[1] == ["Markets", "market"]
    assert shown("Markets, a market", '"market"', forms)[1] == ["market"]


def test_a_text_without_spaces_is_cut_between_characters() -> None:
    piece, matches = shown("語" * 500 + "東京大学" + "話" * 500, "東京大学")
    assert matches == ["東京大学"]
    assert len(piece) <= MAX_CHARACTERS


words = st.sampled_from(["market", "rail", "yard", "東京", "fish.", "\n\n", "x" * 300, "é", " ", "A"])


@given(st.lists(words, max_size=60).map(" ".join), st.lists(words, max_size=4))
def test_an_excerpt_is_a_piece_with_its_matches_in_order(text: str, wanted: list[str]) -> None:
    terms = [term for group in parse_query(" ".join(wanted)).groups for term in group]
    found = excerpt(text, TermMatcher(terms))
    assert 0 <= found.start <= found.end <= len(text)
    assert found.end - found.start <= MAX_CHARACTERS
    assert not re.search(r"\n\s*\n", text[found.start : found.end])
    places = [place for span in found.matches for place in span]
    assert places == sorted(places)
    assert all(place <= found.end - found.start for place in places)
    assert bool(found.terms) == bool(found.matches)


def test_no_terms_show_the_beginning() -> None:
    found = excerpt("  The beginning.", TermMatcher([Term(("nowhere",))]))
    assert (found.start, found.end, found.matches) == (2, 16, ())


@given(
    st.lists(
        st.sampled_from(["rail", "Yard", "rails", "a_rail", "yard's", "rail-yard", "x1", "rail."]),
        max_size=12,
    ),
    st.sampled_from(["rail", '"rail yard"', "rai*", "yard rail*", '"yard s" rail', "x1 OR rails"]),
)
def test_plain_letters_match_as_all_others_do(words: list[str], query: str) -> None:
    terms = [term for group in parse_query(query).groups for term in group]
    matcher = TermMatcher(terms, lambda word: ["rails"] if word == "rail" else [])
    text = " ".join(words)
    assert text.isascii()
    assert matcher.find(text) == matcher.find(f"{text} é")
