"""A search chooses words from the texts of its own archives: those of others neither show nor hide them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from string import ascii_lowercase

import pytest

from bot.domain.articles import Scope
from bot.domain.search import SearchPage
from bot.store.corpus import title_completion
from bot.store.corpus.reader import CorpusReader
from bot.store.search import query_expansion, scope_words
from bot.store.search.index import SearchIndex
from bot.store.search.limits import SearchLimits
from bot.store.search.statistics import update_statistics
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_loads import load_into, thread
from tests.support.corpus_rows import Said, Thread, fill

OWN, OTHER = 1, 2
HERE = [
    Thread("Obstetrik im Hafen", "Die Obstetrikerin spricht.", [Said("obwohl es regnet")]),
    Thread("Oberleitung gerissen", "Ein Obdachloser half.", [Said("Observatorium geschlossen")]),
    Thread("Zeppelin over the quay", "The harbur of Łomianki", [Said("a rare løgismose")]),
    *[Thread(f"Harbour notes {number}", "The council met.") for number in range(12)],
]
THERE = [
    *[Thread("Obama obeys", f"object obvious obtain obstacle obscure obey{number}") for number in range(40)],
    *[Thread("Harbour council", f"loch{chr(97 + number)} łoch{chr(97 + number)}") for number in range(26)],
    *[
        Thread("Harbour council", f"zeppelix{chr(97 + number)} zeppeli{chr(97 + number)}")
        for number in range(26)
    ],
]
QUERIES = (
    "ob*",
    "o*",
    "obs*",
    "title:ob*",
    "harbour -ob*",
    "lo*",
    "zepelin",
    "zeppelim",
    "harbur notes",
    "council zeppelin",
    "council OR zeppelin",
    "quay logismose",
    "council met harbour notes zeppelin quay rare",
    "harbour -zeppelin",
    "harbour source:courier.example",
    "harbour after:2000-01-01",
    "harbour comments:<5",
)


async def pages(data: Path, archives: Sequence[int], limits: SearchLimits) -> dict[str, SearchPage]:
    index = SearchIndex.open(corpus_at(data), Analyzer(), limits=limits)
    try:
        return {text: await index.search(archives, parse_query(text), limit=50) for text in QUERIES}
    finally:
        await index.close()


def sorted_hits(page: SearchPage) -> SearchPage:
    """Common words weigh less where others have them too, which may change the order of the hits."""
    return replace(page, hits=tuple(sorted(page.hits, key=lambda hit: hit.article)))


@pytest.mark.parametrize("characters", [400_000, 40])
async def test_what_another_server_has_changes_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, characters: int
) -> None:
    """Also if only the newest texts are read for their words, and the others are looked up."""
    monkeypatch.setattr(query_expansion, "MAX_PREFIX_ROWS", 60)
    monkeypatch.setattr(query_expansion, "MAX_PREFIX_WORDS", 8)
    monkeypatch.setattr(scope_words, "MAX_CHARACTERS", characters)
    limits = SearchLimits(max_ranked_rows=30, max_newest=4, max_articles=4)
    fill(tmp_path, HERE, OWN)
    alone = await pages(tmp_path, (OWN,), limits)
    assert len(alone["ob*"].hits) == 2
    assert alone["zeppelim"].instead == "zeppelin"
    fill(tmp_path, THERE, OTHER)
    beside = await pages(tmp_path, (OWN,), limits)
    for text, page in alone.items():
        assert sorted_hits(beside[text]) == sorted_hits(page), text


async def test_the_words_of_a_small_archive_are_found_beside_a_shared_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_expansion, "MAX_PREFIX_ROWS", 60)
    monkeypatch.setattr(query_expansion, "MAX_PREFIX_WORDS", 4)
    monkeypatch.setattr(scope_words, "MAX_CHARACTERS", 2_000)
    own = fill(tmp_path, HERE, OWN)
    fill(tmp_path, THERE, 0)
    page = (await pages(tmp_path, (0, OWN), SearchLimits()))["ob*"]
    assert {own[0], own[1]} <= {hit.article for hit in page.hits}
    assert page.narrowed == ("ob",)


async def test_all_comments_of_a_small_archive_are_found_by_its_common_words(tmp_path: Path) -> None:
    """Also if more match than are read without being ranked: the index ranks only those with rare words."""
    here = [Thread(f"Day {number}", comments=[Said("the council met")]) for number in range(55)]
    here.append(Thread("Last day", comments=[Said("a zeppelin")]))
    there = [Thread(f"Day {number}", comments=[Said("council sparrow")]) for number in range(80)]
    limits = SearchLimits(max_ranked_rows=60)
    fill(tmp_path, here, OWN)
    alone = (await pages(tmp_path, (OWN,), limits))["council zeppelin"]
    fill(tmp_path, there, OTHER)
    beside = (await pages(tmp_path, (OWN,), limits))["council zeppelin"]
    assert (alone.total, alone.capped) == (56, False)
    assert (beside.total, beside.capped) == (56, False)


async def test_each_archive_is_searched_for_its_own_forms_of_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commonest forms are all of the shared archive: none of them is in the server's own."""
    monkeypatch.setattr(query_expansion, "MAX_FORMS", 2)
    own = fill(tmp_path, [Thread("Day", "the zeppelining began")], OWN)
    fill(tmp_path, [Thread("Day", "zeppelin zeppelins zeppelined")] * 5, 0)
    page = (await pages(tmp_path, (0, OWN), SearchLimits()))["council OR zeppelin"]
    assert own[0] in {hit.article for hit in page.hits}


async def test_a_beginning_of_too_many_own_words_still_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_expansion, "MAX_PREFIX_ROWS", 3)
    monkeypatch.setattr(query_expansion, "MAX_OWN_PREFIX_WORDS", 3)
    fill(tmp_path, HERE, OWN)
    fill(tmp_path, THERE, OTHER)
    limits = SearchLimits()
    assert (await pages(tmp_path, (OWN,), limits))["ob*"].narrowed == ("ob",)
    assert (await pages(tmp_path, (OWN,), limits))["obs*"].narrowed == ()


@pytest.mark.parametrize(("most_texts", "all_found"), [(36, True), (30, False)])
async def test_rare_own_beginnings_are_all_searched_however_common_they_are_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_texts: int, all_found: bool
) -> None:
    """Although the own texts are too long to be read."""
    monkeypatch.setattr(scope_words, "MAX_CHARACTERS", 0)
    monkeypatch.setattr(query_expansion, "MAX_PREFIX_ROWS", most_texts)
    monkeypatch.setattr(query_expansion, "MAX_PREFIX_WORDS", 3)
    here = fill(tmp_path, [Thread("Harbour", f"gul{letter}") for letter in "abcdefghijkl" * 3], OWN)
    fill(tmp_path, [Thread("Harbour", f"gul{letter}") for letter in "klmnopqrst" * 10], OTHER)
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    page = await index.search((OWN,), parse_query("gul*"), limit=50)
    await index.close()
    assert ({hit.article for hit in page.hits} == set(here)) is all_found
    assert page.narrowed == (() if all_found else ("gul",))


@pytest.mark.parametrize(
    ("typed", "most", "own", "others"),
    [
        ("o*", 20_000, ["øl"], ["œl", "ol"]),  # few enough to be searched
        ("lod*", 3, ["łódź"], ["lođ", "loðz", "lødz", "løđz", "łođz", "łoðz", "łødz"]),
        ("tro*", 20_000, ["trøst"], ["ŧroll", "ŧrøll", "trœll"]),
    ],
)
async def test_how_another_server_spells_a_beginning_neither_hides_nor_marks_own_words(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    most: int,
    own: list[str],
    others: list[str],
) -> None:
    """Although the own texts are too long to be read, and others fill what is read of the index."""
    monkeypatch.setattr(scope_words, "MAX_CHARACTERS", 0)
    monkeypatch.setattr(query_expansion, "MAX_SPELT_PREFIXES", 1)
    monkeypatch.setattr(query_expansion, "MAX_SPELT_WORDS", most)
    here = fill(tmp_path, [Thread("Harbour", word) for word in own], OWN)
    fill(tmp_path, [Thread("Harbour", word) for word in others], OTHER)
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    page = await index.search((OWN,), parse_query(typed))
    await index.close()
    assert {hit.article for hit in page.hits} == set(here)
    assert page.narrowed == ()


async def test_own_beginnings_of_too_many_spellings_are_said_to_be_narrowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope_words, "MAX_CHARACTERS", 0)
    monkeypatch.setattr(query_expansion, "MAX_SPELT_PREFIXES", 1)
    fill(tmp_path, [Thread("Harbour", word) for word in ("øl", "œl", "ol")], OWN)
    fill(tmp_path, [Thread("Harbour", "quay")], OTHER)
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    page = await index.search((OWN,), parse_query("o*"))
    await index.close()
    assert page.narrowed == ("o",)


async def test_titles_are_completed_although_others_fill_what_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(title_completion, "MAX_SPELT_WORDS", 20)
    load_into(tmp_path, *[thread(f"loð{letter} council") for letter in ascii_lowercase], guild=OTHER)
    load_into(tmp_path, thread("Łodygowice council"), guild=OWN)
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        update_statistics(db, Analyzer())
    reader = CorpusReader.open(corpus_at(tmp_path))
    matches = await reader.complete_titles(Scope(OWN, shared=False), "lod", 9)
    await reader.close()
    assert [match.title for match in matches] == ["Łodygowice council"]


async def test_titles_are_completed_with_own_spellings(tmp_path: Path) -> None:
    """However many words of others are spelt so, and come first in the alphabet."""
    names = [f"Łoa{first}{second}" for first in "abc" for second in "abcdefghijklmnopqrstuvwxyz"]
    reader = CorpusReader.open(corpus_at(tmp_path))
    load_into(tmp_path, *[thread(f"{name} council") for name in names], guild=OTHER)
    load_into(tmp_path, thread("Łomianki council"), thread("Æble council"), guild=OWN)
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        update_statistics(db, Analyzer())
    titles = [
        await reader.complete_titles(Scope(OWN, shared=False), typed, 9)
        for typed in ("lo", "lomia", "aeb", "counc lo")
    ]
    await reader.close()
    expected = ["Łomianki council", "Łomianki council", "Æble council", "Łomianki council"]
    assert [[match.title for match in matches] for matches in titles] == [[title] for title in expected]


@pytest.mark.parametrize(
    ("own", "other", "typed", "titles"),
    [
        (["Kjøbmand"], ["Kjoebmand"] * 3, "kjoebmand", {"Kjøbmand"}),
        (["Boeing", "Boeing lands", "Bøing"], ["Bøing"] * 4, "boeing", {"Boeing", "Boeing lands"}),
    ],
)
async def test_how_another_server_writes_a_name_decides_no_spelling(
    own: Sequence[str], other: Sequence[str], typed: str, titles: set[str], tmp_path: Path
) -> None:
    fill(tmp_path, [Thread(title, "") for title in own], archive=OWN)
    fill(tmp_path, [Thread(title, "") for title in other], archive=OTHER)
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    page = await index.search((OWN,), parse_query(typed))
    await index.close()
    assert {hit.title for hit in page.hits} == titles
