"""Words are found in other forms, in the language of the archive's articles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.store.search import scope_words, search_run
from bot.store.search.index import SearchIndex
from bot.store.search.near_meaning import NearQuery, near_query
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_rows import Thread, fill

SAID = {
    "en": ("The councils were voting on new markets.", ["council", "vote", "market", "Markets"]),
    "de": ("Die Häuser am Hafen wurden verkauft, die Fischer klagen.", ["Haus", "Hafens", "klage"]),
    "es": (
        "Los pescadores vendieron las casas del puerto. Volvían de la votación en su país.",
        ["pescador", "casa", "puertos", "volver", "volvía", "votaciones", "países", "VOTACION"],
    ),
    "fr": (
        "Les pêcheurs vendaient leurs maisons près du port. La première fut annoncée, les députés votèrent.",
        ["pêcheur", "maison", "ports", "premier", "annoncer", "annoncé", "député", "deputee", "voter"],
    ),
    "pt": ("As eleições foram anunciadas na nação.", ["eleição", "nações", "anunciar"]),
    "ru": ("Рыбаки продавали дома у гавани. Ёлка упала.", ["рыбак", "дом", "гавань", "елки", "ёлки"]),
    "ar": ("باع الصيادون بيوتهم قرب الميناء والوزير", ["الصيادين", "ميناء", "والميناء", "وزير", "للوزير"]),
    "tr": (
        "Balıkçılar limandaki evleri sattılar. Çocuğun sokağı günlerdir karanlıktı.",
        ["balıkçı", "balikci", "liman", "ev", "çocuklar", "sokak", "günler", "günü"],
    ),
    "zh": ("渔民在港口出售了他们的房子。", ["渔民", "港口", "房子"]),
    "ja": ("漁師たちは港の家を売った。", ["漁師", "港", "家"]),
    "ko": ("어부들이 항구에서 집을 팔았다.", ["어부", "항구"]),
}


@pytest.mark.parametrize("language", SAID)
async def test_other_forms_are_found_and_shown(tmp_path: Path, language: str) -> None:
    text, words = SAID[language]
    fill(tmp_path, [Thread("1", text, language=language), Thread("2", "Nothing.", language=language)])
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    for word in words:
        page = await index.search((0,), parse_query(word))
        assert [hit.title for hit in page.hits] == ["1"], word
        assert page.instead is None
        assert page.hits[0].matches, word
    await index.close()


@pytest.fixture
async def english(tmp_path: Path) -> AsyncIterator[SearchIndex]:
    fill(
        tmp_path,
        [
            Thread("Markets", "Fishing boats landed. The WHO reports on it, who knows."),
            Thread("Other", "A market of boats."),
            Thread("Empty", "The of and."),
        ],
    )
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    yield index
    await index.close()


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("market boat", {"Markets", "Other"}),
        ('"market"', {"Other"}),
        ("mark*", {"Markets", "Other"}),
        ("what is the fish", {"Markets"}),
        ("the of", {"Empty"}),
        ("WHO boat", {"Markets"}),
        ("who boat", {"Markets", "Other"}),
        ("boats -market", {"Markets"}),
    ],
)
async def test_what_must_stand_in_a_hit(english: SearchIndex, text: str, titles: set[str]) -> None:
    page = await english.search((0,), parse_query(text))
    assert {hit.title for hit in page.hits[: page.full]} == titles


async def test_a_question_without_spaces_finds_the_text_that_says_most_of_it(tmp_path: Path) -> None:
    texts = ["港口在夜里关闭，渔民必须等待。", "市议会讨论新的市场和道路。", "火车站的道路在夜里很安静。"]
    fill(tmp_path, [Thread(str(no), text, language="zh") for no, text in enumerate(texts)])
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    page = await index.search((0,), parse_query("为什么港口在夜里不开放给渔民？"))
    assert page.hits[0].title == "0"
    assert page.hits[0].matches
    await index.close()


async def _found(data: Path, query: str) -> list[str]:
    index = SearchIndex.open(corpus_at(data), Analyzer())
    page = await index.search((0,), parse_query(query))
    await index.close()
    return [hit.title for hit in page.hits]


async def test_abbreviations_are_found_with_and_without_dots_before_the_pronoun(tmp_path: Path) -> None:
    titles = [
        "Ask us about boats",
        "U.S. boats leave",
        "Boats of the US return",
        "U.N. boats",
        "They told us",
    ]
    fill(tmp_path, [Thread(title, "") for title in titles])
    for query in ("US", "U.S.", "US boats", "U.S. boats"):
        assert set((await _found(tmp_path, query))[:2]) == {titles[1], titles[2]}, query
    assert (await _found(tmp_path, "UN"))[0] == (await _found(tmp_path, "un"))[0] == "U.N. boats"


@pytest.mark.parametrize(
    ("language", "typed", "written"),
    [
        ("es", "un mercado", "Mercado nuevo"),
        ("fr", "un marché", "Marché nouveau"),
        ("pt", "eu no mercado", "Mercado novo"),
    ],
)
async def test_what_is_an_abbreviation_in_english_is_no_word_elsewhere(
    tmp_path: Path, language: str, typed: str, written: str
) -> None:
    fill(tmp_path, [Thread(written, "", language=language), Thread("UN", "", language=language)])
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    page = await index.search((0,), parse_query(typed))
    await index.close()
    assert ([hit.title for hit in page.hits], page.full) == ([written], 1)


async def test_letters_with_strokes_and_ligatures_are_found_by_their_plain_spelling(tmp_path: Path) -> None:
    names = ["Łódź", "Tromsø", "Straße", "Ærø", "Đà Nẵng", "Diyarbakır"]
    plain = ["lodz", "tromso", "strasse", "aero", "da nang", "diyarbakir"]
    fill(tmp_path, [Thread(name, "") for name in names])
    for name, typed in zip(names, plain, strict=True):
        assert await _found(tmp_path, typed) == await _found(tmp_path, name) == [name]


async def test_oe_stands_for_a_letter_with_a_stroke_but_not_for_o(tmp_path: Path) -> None:
    titles = ("Tromsø", "Søren Jørgensen", "Joergensen", "Pots", "Poets")
    fill(tmp_path, [Thread(title, "") for title in titles])
    assert await _found(tmp_path, "tromsoe") == ["Tromsø"]
    assert set(await _found(tmp_path, "joergensen")) == {"Joergensen", "Søren Jørgensen"}
    assert set(await _found(tmp_path, "Jørgensen")) == {"Joergensen", "Søren Jørgensen"}
    assert (await _found(tmp_path, "soeren joergensen"))[0] == "Søren Jørgensen"
    assert await _found(tmp_path, "poets") == ["Poets"]


async def test_oe_stands_for_no_letter_in_short_words_and_where_most_write_oe(tmp_path: Path) -> None:
    titles = ("Mand er død", "Han skal dø", "Gøs", "Bøing", "Boeing", "Boeing lands", "Doe goes")
    fill(tmp_path, [Thread(title, "") for title in titles])
    assert await _found(tmp_path, "doe") == ["Doe goes"]
    assert await _found(tmp_path, "goes") == ["Doe goes"]
    assert await _found(tmp_path, "dø") == ["Han skal dø"]
    assert await _found(tmp_path, "gøs") == ["Gøs"]
    assert set(await _found(tmp_path, "boeing")) == {"Boeing", "Boeing lands"}


async def test_oe_stands_for_no_letter_where_the_texts_are_too_many_to_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope_words, "MAX_COUNTED", 2)
    titles = ("Bøing flies", "Bøing lands", "Boeing", "Boeing lands", "Boeing flies", "Tromsø", "Tromsoe")
    fill(tmp_path, [Thread(title, "") for title in titles])
    assert set(await _found(tmp_path, "boeing")) == {"Boeing", "Boeing lands", "Boeing flies"}
    assert set(await _found(tmp_path, "tromsoe")) == {"Tromsø", "Tromsoe"}


async def test_what_is_near_in_meaning_is_sought_once_for_all_unknown_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sought: list[str] = []

    def near(*arguments: Any) -> NearQuery | None:
        sought.append(arguments[2].text)
        return near_query(*arguments)

    monkeypatch.setattr(search_run, "near_query", near)
    fill(tmp_path, [Thread("Harbour council and market", "")])
    typed = "harbuor councill markett OR source:nobody.example"
    assert await _found(tmp_path, typed) == ["Harbour council and market"]
    assert len(sought) == len(parse_query(typed).alternatives)


async def test_plain_spellings_are_found_by_letters_with_strokes(tmp_path: Path) -> None:
    fill(tmp_path, [Thread("Lodz", ""), Thread("Strasse", "")])
    assert await _found(tmp_path, "Łódź") == ["Lodz"]
    assert await _found(tmp_path, "Straße") == ["Strasse"]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("covid19", "Covid-19"),
        ("covid-19", "Covid19"),
        ("f35", "F-35"),
        ("F-35s", "F35"),
        ("F-35", "F-35s"),
        ("B52s", "B-52"),
        ("MiG-29", "MiG29s"),
        ("g20's", "G-20"),
        ("H5-N1", "H5N1"),
        ("737 MAX", "737-MAX"),
        ("3,100", "3100"),
        ("3100", "3,100"),
        ("3 100", "3100"),
        ("3\u202f100", "3.100"),
        ("3’100", "3\u00a0100"),
        ("12 345 678", "12345678"),
        ("12,34,567", "1234567"),
        ("1234567", "12,34,567"),
        ("100", "١٠٠"),
        ("١٠٠", "100"),
        ("۱۰۰", "१००"),
        ("٣٬١٠٠", "3100"),
    ],
)
async def test_numbers_are_found_with_and_without_separators(
    tmp_path: Path, typed: str, written: str
) -> None:
    fill(tmp_path, [Thread(f"{written} boats", ""), Thread("Other boats", "")])
    assert (await _found(tmp_path, f"{typed} boats"))[0] == f"{written} boats"
    assert await _found(tmp_path, typed) == [f"{written} boats"]


@pytest.mark.parametrize(("typed", "written"), [("3.5", "35"), ("9/11", "911"), ("24/7", "247")])
async def test_other_numbers_are_not_joined(tmp_path: Path, typed: str, written: str) -> None:
    fill(tmp_path, [Thread(f"{written} boats", "")])
    assert await _found(tmp_path, typed) == []


@pytest.mark.parametrize(
    ("excluded", "written"),
    [
        ("1000", "1,000"),
        ("1,000", "1000"),
        ("f35", "F-35"),
        ("tromso", "Tromsø"),
        ("Łódź", "Lodz"),
        ("lod*", "Łódź"),
        ("U.K.", "UK"),
    ],
)
async def test_what_is_excluded_is_left_out_in_each_of_its_spellings(
    tmp_path: Path, excluded: str, written: str
) -> None:
    fill(tmp_path, [Thread(f"{written} boats", ""), Thread("Other boats", "")])
    assert await _found(tmp_path, f"boats -{excluded}") == ["Other boats"]


@pytest.mark.parametrize(("typed", "written"), [("lod*", "Łódź"), ("łód*", "Lodz"), ("str*", "Ştraße")])
async def test_beginnings_are_found_with_and_without_strokes(
    tmp_path: Path, typed: str, written: str
) -> None:
    fill(tmp_path, [Thread(f"{written} boats", ""), Thread("Other boats", "")])
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    page = await index.search((0,), parse_query(typed))
    await index.close()
    assert [hit.excerpt[slice(*hit.matches[0])] for hit in page.hits] == [written]


@pytest.mark.parametrize(
    ("typed", "written"),
    [("covid 19", "Covid19"), ("COVID 19", "Covid-19"), ("F 35", "F35"), ("SU 57", "SU57"), ("G 20", "G20")],
)
async def test_a_name_and_its_number_are_found_as_one_word(tmp_path: Path, typed: str, written: str) -> None:
    word, number = typed.split()
    fill(
        tmp_path,
        [Thread(f"{written} boats", ""), Thread(f"{word} boats", ""), Thread(f"Boats, {number} of them", "")],
    )
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    page = await index.search((0,), parse_query(f"{typed} boats"))
    await index.close()
    assert (page.hits[0].title, page.full) == (f"{written} boats", 1)


@pytest.mark.parametrize("typed", ["2024年", "코로나19", "港口7号"])
async def test_a_number_in_a_script_without_spaces_needs_its_signs(tmp_path: Path, typed: str) -> None:
    digits = "".join(filter(str.isdigit, typed))
    fill(tmp_path, [Thread(f"{digits} boats", ""), Thread(typed.replace(digits, ""), ""), Thread(typed, "")])
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    page = await index.search((0,), parse_query(typed))
    await index.close()
    assert (page.hits[0].title, page.full) == (typed, 1)


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("text -(lodz text)", {"Plain"}),
        ("text -(łó* text)", {"Plain"}),
        ("source:courier.example -(lodz text)", {"Plain"}),
        ("source:courier.example -(text -lodz)", {"Łódź", "Lodz"}),
        ('text -("lodz" text)', {"Plain", "Łódź"}),
    ],
)
async def test_groups_leave_out_every_spelling(tmp_path: Path, typed: str, left: set[str]) -> None:
    fill(tmp_path, [Thread(name, "A text.") for name in ("Łódź", "Lodz", "Plain")])
    assert set(await _found(tmp_path, typed)) == left
