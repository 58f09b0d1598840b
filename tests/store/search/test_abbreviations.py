"""Abbreviations and words of the same letters are told apart, and both are found as news spells them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.domain.search import Filters
from bot.store.search import search_run
from bot.store.search.index import SearchIndex
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_engines import corpus_at, only_sqlite
from tests.support.corpus_rows import Said, Thread, fill


async def _full(data: Path, query: str) -> set[str]:
    index = SearchIndex.open(corpus_at(data), Analyzer())
    page = await index.search((0,), parse_query(query), limit=50)
    await index.close()
    return {hit.title for hit in page.hits[: page.full]}


async def test_texts_with_the_pronoun_do_not_count_as_having_the_abbreviation(tmp_path: Path) -> None:
    titles = ["Ask us about boats", "U.S. boats leave", "It rains, say IT workers", "It rains"]
    fill(tmp_path, [Thread(title, "") for title in titles])
    fill(tmp_path, [Thread("Un bateau", "Un succès.", language="fr"), Thread("UN boats", "")], archive=1)
    assert await _full(tmp_path, "US boats") == {"U.S. boats leave"}
    assert await _full(tmp_path, "IT") == {"It rains, say IT workers"}
    assert await _full(tmp_path, "US BOATS") == {"Ask us about boats", "U.S. boats leave"}
    assert await _full(tmp_path, "tell us boats") == set()
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    page = await index.search((1,), parse_query("UN"))
    hits = await index.hits_of((0,), parse_query("US"), Filters(), "both", range(1, 9))
    await index.close()
    assert [hit.title for hit in page.hits[: page.full]] == ["UN boats"]
    assert [hit.title for hit in hits] == ["U.S. boats leave"]


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("boats -US", {"Ask us about boats", "IT boats", "It boats", "Boats"}),
        ("boats -U.S.", {"Ask us about boats", "IT boats", "It boats", "Boats"}),
        ("boats -us", {"U.S. boats", "IT boats", "It boats", "Boats"}),
        ("BOATS -US", {"Ask us about boats", "IT boats", "It boats", "Boats"}),
        (
            "boats -IT",
            {"Ask us about boats", "The US boats", "U.S. boats", "US-led boats", "It boats", "Boats"},
        ),
        ("boats -US -IT", {"Ask us about boats", "It boats", "Boats"}),
        ("boats -title:US", {"Ask us about boats", "IT boats", "It boats", "Boats"}),
        (
            "title:boats -(US led)",
            {"Ask us about boats", "The US boats", "U.S. boats", "IT boats", "It boats", "Boats"},
        ),
        ("boats -(boats -US)", {"The US boats", "U.S. boats", "US-led boats"}),
        ("source:courier.example -US", {"Ask us about boats", "IT boats", "It boats", "Boats"}),
    ],
)
async def test_an_excluded_abbreviation_leaves_the_pronoun(
    tmp_path: Path, query: str, left: set[str]
) -> None:
    titles = [
        "Ask us about boats",
        "The US boats",
        "U.S. boats",
        "US-led boats",
        "IT boats",
        "It boats",
        "Boats",
    ]
    fill(tmp_path, [Thread(title, "", comments=[Said("Boats of theirs.")]) for title in titles])
    assert await _full(tmp_path, query) == left


async def test_an_abbreviation_is_excluded_in_comments_and_where_it_is_no_word(tmp_path: Path) -> None:
    comments = ["They told us of boats.", "Boats of the US."]
    fill(
        tmp_path,
        [Thread(f"News {number}", "", comments=[Said(text)]) for number, text in enumerate(comments)],
    )
    fill(tmp_path, [Thread("Barcos us", "", language="es"), Thread("Barcos", "", language="es")])
    assert await _full(tmp_path, "boats -US") == {"News 0"}
    assert await _full(tmp_path, "barcos -US") == {"Barcos"}


async def test_what_was_not_checked_for_an_excluded_abbreviation_is_left_out_and_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, [Thread(f"Boats {number}", "") for number in range(50)])
    monkeypatch.setattr(search_run, "CAPITALS_SHARE", 0)
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    page = await index.search((0,), parse_query("boats -US"), limit=60)
    await index.close()
    assert (page.hits, page.capped, page.cut) == ((), True, True)


async def test_the_heading_and_the_trend_count_the_abbreviation_and_not_the_pronoun(tmp_path: Path) -> None:
    bodies = ["Ask us.", "The US went.", "U.S. boats.", "The US-led boats."]
    fill(tmp_path, [Thread("News", body, comments=[Said("They told us."), Said("US!")]) for body in bodies])
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())

    async def counts(query: str) -> dict[str, int]:
        page = await index.search((0,), parse_query(query))
        return {count.word: count.texts for count in page.counts}

    async def total(query: str) -> int:
        return (await index.trend((0,), parse_query(query))).total

    assert await counts("US") == {"us": 7}
    assert await counts("US boats") == {"us": 7, "boats": 2}
    assert await counts("boats OR US") == {"boats": 2, "us": 7}
    assert await counts('"US boats"') == {"us boats": 1}
    assert await total("US") == 7
    assert await total("boats US") == 2
    assert await total("ask -US") == 1
    assert await total("went -US") == 0
    assert await total("(score:>=0 OR US) went") == 1
    await index.close()


@pytest.mark.parametrize(
    ("query", "matching"),
    [
        ('"US tariffs"', {"U.S. tariffs", "US tariffs"}),
        ('"U.S. tariffs"', {"U.S. tariffs", "US tariffs"}),
        ('"US tar"*', {"U.S. tariffs", "US tariffs"}),
        ('title:"US tariffs"', {"U.S. tariffs", "US tariffs"}),
        ('boats -"US tariffs"', {"U.S.-led boats", "US-led boats"}),
        ("US-led", {"U.S.-led boats", "US-led boats"}),
        ("U.S.-led", {"U.S.-led boats", "US-led boats"}),
        ('"US"', {"U.S. tariffs", "US tariffs", "U.S.-led boats", "US-led boats"}),
        ('"us"', {"US tariffs", "US-led boats", "Ask us"}),
        ('"COVID19 ward"', {"Covid-19 ward"}),
    ],
)
async def test_phrases_are_found_in_the_spellings_of_their_words(
    tmp_path: Path, query: str, matching: set[str]
) -> None:
    titles = ["U.S. tariffs", "US tariffs", "U.S.-led boats", "US-led boats", "Ask us", "Covid-19 ward"]
    fill(tmp_path, [Thread(title, "") for title in titles])
    assert await _full(tmp_path, query) == matching


_TITLES = [
    "U.S. tariffs",
    "US tariffs",
    "They gave us tariffs",
    "U.K. and US",
    "They told us so",
    "IT tariffs",
]


@pytest.mark.parametrize(
    ("query", "matching"),
    [
        ("tariffs -us -IT", {"U.S. tariffs"}),
        ("TARIFFS -US -IT", {"They gave us tariffs"}),
        ("TARIFFS GAVE THEY -(US so)", {"They gave us tariffs"}),
        ("US OR UK", {"U.S. tariffs", "US tariffs", "U.K. and US"}),
        ("US AND UK", {"U.K. and US"}),
        ("US UK -IT", {"U.K. and US"}),
        ("IT US", set()),
        ("US TARIFFS", {"U.S. tariffs", "US tariffs", "They gave us tariffs"}),
        ("US OR SPARROWS", {"U.S. tariffs", "US tariffs", "U.K. and US"}),
        ("SPARROWS | US", {"U.S. tariffs", "US tariffs", "U.K. and US"}),
        ("US TARIFFS -IT", {"U.S. tariffs", "US tariffs", "They gave us tariffs"}),
        ("THEY GAVE US TARIFFS", {"They gave us tariffs"}),
    ],
)
async def test_only_words_that_are_no_abbreviations_show_that_capitals_say_nothing(
    tmp_path: Path, query: str, matching: set[str]
) -> None:
    fill(tmp_path, [Thread(title, "") for title in _TITLES])
    assert await _full(tmp_path, query) == matching


@pytest.mark.parametrize(
    ("query", "matching", "counts"),
    [
        ('"US tariffs"', {"U.S. tariffs", "US tariffs"}, {"us tariffs": 2}),
        ('"gave US tariffs"', set(), {"gave us tariffs": 0}),
        ('"us tariffs"', {"US tariffs", "They gave us tariffs"}, {"us tariffs": 2}),
        ('tariffs -"US tariffs"', {"They gave us tariffs", "IT tariffs"}, {"tariffs": 4}),
        ("US-tariffs", {"U.S. tariffs", "US tariffs"}, {"us tariffs": 2}),
        ('gave -"US tariffs" -"tariffs US"', {"They gave us tariffs"}, {"gave": 1}),
        (
            "US OR told",
            {"U.S. tariffs", "US tariffs", "U.K. and US", "They told us so"},
            {"us": 3, "told": 1},
        ),
        ("(US OR telling)", {"U.S. tariffs", "US tariffs", "U.K. and US"}, {"us": 3, "telling": 0}),
        ("US OR tariff", {*_TITLES} - {"They told us so"}, {"us": 3, "tariff": 4}),
        ("US OR tar*", {*_TITLES} - {"They told us so"}, {"us": 3, "tar*": 4}),
        ('"US tariffs" OR IT', {"U.S. tariffs", "US tariffs", "IT tariffs"}, {"us tariffs": 2, "it": 1}),
    ],
)
async def test_abbreviations_in_phrases_and_alternatives_are_told_from_words(
    tmp_path: Path, query: str, matching: set[str], counts: dict[str, int]
) -> None:
    fill(tmp_path, [Thread(title, "") for title in _TITLES])
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    page = await index.search((0,), parse_query(query), limit=50)
    trend = await index.trend((0,), parse_query(query))
    await index.close()
    rows = {hit.title for hit in page.hits[: page.full]}
    assert (rows if matching else set(), trend.total) == (matching, len(matching))
    assert {count.word: count.texts for count in page.counts} == counts


async def test_a_phrase_with_a_word_of_another_language_stays_as_typed(tmp_path: Path) -> None:
    fill(tmp_path, [Thread("Un bateau", "Voici un succès.", language="fr"), Thread("UN boats", "")])
    assert await _full(tmp_path, '"un succès"') == {"Un bateau"}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("source:courier.example", 6),
        ("source:courier.example -told", 5),
        ("source:courier.example -tar*", 2),
        ("source:courier.example -(gave tariffs)", 5),
        ("source:courier.example -US", 3),
        ("author:ann -told", 1),
        ("-told", 0),
        ("-US", 0),
    ],
)
async def test_a_trend_without_words_leaves_out_what_is_excluded(
    tmp_path: Path, query: str, count: int
) -> None:
    fill(tmp_path, [Thread(title, "") for title in _TITLES])
    comments = [Said("They told lies.", author="ann"), Said("Boats!", author="ann")]
    fill(tmp_path, [Thread("News", "", source="other.example", comments=comments)])
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    trend = await index.trend((0,), parse_query(query))
    await index.close()
    assert trend.total == count


@only_sqlite  # only what limits the time differs
async def test_what_was_found_stays_when_the_capitals_cannot_all_be_checked_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = ["Ask us about boats", "U.S. boats leave", *(f"Tell us {number}" for number in range(50))]
    fill(tmp_path, [Thread(title, "") for title in titles])
    monkeypatch.setattr(search_run, "CAPITALS_SHARE", 0)
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    page = await index.search((0,), parse_query("US"), limit=60)
    assert {hit.title for hit in page.hits} == set(titles)
    assert (page.capped, page.cut) == (True, True)

    def interrupt(*_: object) -> None:
        error = sqlite3.OperationalError("interrupted")
        error.sqlite_errorcode = sqlite3.SQLITE_INTERRUPT
        raise error

    monkeypatch.setattr(search_run, "split_by_capitals", interrupt)
    page = await index.search((0,), parse_query("US"), limit=60)
    await index.close()
    assert {hit.title for hit in page.hits} == set(titles)
    assert (page.capped, page.cut) == (True, True)
