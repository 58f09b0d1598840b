"""Searches by meaning where words find little."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.search import SearchPage
from bot.store.search.index import SearchIndex
from bot.text.language.lazy_vectors import LazyVectors
from bot.text.language.word_vectors import SHIPPED
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_rows import Said, Thread, fill

pytestmark = pytest.mark.slow

CARS = Thread(
    "A car plant for the old harbour", "The cars are electric.", [Said("My car is older than you.")]
)
FERRY = Thread("Ferry takes vehicles again", "Vehicles wait at the pier. A lawyer missed it.")
DOCTOR = Thread("Doctor wins the prize", "The doctor saw 300 patients.")
STARS = Thread("Physicist dies at 90", "She counted stars.")
STREET = Thread("Strasse gesperrt", "Das Auto und der Arzt.", language="de")
ANALYZER = Analyzer(LazyVectors(SHIPPED))


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[SearchIndex]:
    data = tmp_path
    fill(data, [CARS, FERRY, DOCTOR, STARS], analysis=ANALYZER)
    fill(data, [Thread("Sedan parade", "A sedan is an automobile.")], 1, analysis=ANALYZER)
    opened = SearchIndex.open(corpus_at(data), ANALYZER)
    yield opened
    await opened.close()


async def search(index: SearchIndex, text: str, archive: int = 0, **options: object) -> SearchPage:
    return await index.search((archive,), parse_query(text), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "titles", "words"),
    [
        ("automobile", [CARS.title, FERRY.title], {"car", "cars", "vehicles"}),
        ("automobiles", [CARS.title, FERRY.title], {"car", "cars", "vehicles"}),
        ("title:automobile", [CARS.title, FERRY.title], {"car", "cars", "vehicles"}),
        ("physician", [DOCTOR.title], {"doctor"}),
        ("attorney pier", [FERRY.title], {"lawyer"}),
    ],
)
async def test_the_nearest_texts_are_found_where_no_text_has_the_words(
    index: SearchIndex, text: str, titles: list[str], words: set[str]
) -> None:
    page = await search(index, text)
    assert [hit.title for hit in page.hits] == titles
    assert (page.near, page.full, page.near_count, page.instead) == ((0, len(titles)), 0, len(titles), None)
    assert words <= set(page.near_words)
    for hit in page.hits:
        assert {hit.excerpt[start:end].lower() for start, end in hit.matches} & {*words, "pier"}


async def test_they_follow_what_has_the_words(index: SearchIndex) -> None:
    page = await index.search((1, 0), parse_query("automobile"))
    assert page.hits[0].title == "Sedan parade"
    assert page.near == (1, 3)
    assert page.full == 1
    newest = await index.search((1, 0), parse_query("automobile"), order="newest")
    assert newest.near == page.near


@pytest.mark.parametrize(
    "text", ["zeppelin", '"automobile"', "automobil*", "1844", "fsashion xqzt", "-car automobile"]
)
async def test_nothing_is_near_to_names_quotes_numbers_and_what_is_excluded(
    index: SearchIndex, text: str
) -> None:
    page = await search(index, text)
    assert all(hit.title != CARS.title for hit in page.hits)
    assert page.near is None or text.startswith("-car")


async def test_a_misspelt_word_is_corrected_before_meanings(index: SearchIndex) -> None:
    page = await search(index, "docter")
    assert (page.instead, page.near) == ("doctor", None)


async def test_alternatives_find_what_has_some_words_and_nothing_by_meaning(index: SearchIndex) -> None:
    page = await search(index, "(source:nowhere.example OR attorney) pier")
    assert [(hit.title, page.near, page.near_words) for hit in page.hits] == [(FERRY.title, None, ())]
    assert (await search(index, "source:nowhere.example OR attorney")).hits == ()


async def test_other_archives_lend_no_words(index: SearchIndex) -> None:
    assert (await search(index, "physician", 1)).hits == ()


async def test_languages_without_vectors_are_searched_by_words_alone(tmp_path: Path) -> None:
    fill(tmp_path, [STREET], analysis=ANALYZER)
    opened = SearchIndex.open(corpus_at(tmp_path), ANALYZER)
    try:
        assert (await search(opened, "automobile")).total == 0
    finally:
        await opened.close()


@pytest.mark.parametrize("text", ["title:ferri lawyer", "title:physicst telescope", "title:automobile older"])
async def test_comments_are_found_below_headlines_with_other_words(tmp_path: Path, text: str) -> None:
    stars = Thread("Physicist dies at 90", "She counted.", [Said("The telescope was hers.")])
    ferry = Thread("Ferry sails again", "It waits.", [Said("My lawyer missed it.")])
    fill(tmp_path, [CARS, ferry, stars], analysis=ANALYZER)
    opened = SearchIndex.open(corpus_at(tmp_path), ANALYZER)
    page = await search(opened, text)
    await opened.close()
    expected = {"ferri": ferry, "physicst": stars, "automobile": CARS}[text[6:].split()[0]]
    assert page.hits[0].title == expected.title
    assert page.hits[0].comment is not None
