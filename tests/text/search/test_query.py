"""What people type, and what it is taken to mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.search import Term
from bot.text.language.index_tokens import bigrams, index_words, tokenize
from bot.text.search.query import MAX_TERMS, parse_query, respell
from bot.text.search.spellings import MAX_PHRASE_WAYS


def read(text: str) -> tuple[list[str], list[str]]:
    """The groups and exclusions of a query in short: `*` a beginning, `!` exact."""
    query = parse_query(text)
    return [" | ".join(map(_short, group)) for group in query.groups], [_short(t) for t in query.exclude]


def _short(term: Term) -> str:
    return " ".join(term.words) + "*" * term.prefix + "!" * term.exact


@pytest.mark.parametrize(
    ("text", "groups", "exclude"),
    [
        ("fish Market", ["fish", "market"], []),
        ('"Rail Yard" -gulls mark*', ["rail yard!", "mark*"], ["gulls"]),
        ("“rail yard” „alte Stadt“", ["rail yard!", "alte stadt!"], []),
        ('-"rail yard"', [], ["rail yard!"]),
        ("a OR b c | d", ["a | b", "c | d"], []),
        ("OR a OR", ["a"], []),
        ("a OR -b c", ["a", "c"], ["b"]),
        ("this or that", ["this", "or", "that"], []),
        ('"new yor"*', ["new yor*!"], []),
        ("c++ AT&T foo:bar NEAR( ^up", ["c", "at t", "foo bar", "near", "up"], []),
        ('say "never closed', ["say", "never", "closed"], []),
        ("- -- * ( ) ^ : ?!", [], []),
        ("well-known 3,100", ["well known", "3 100"], []),
        ("market's l'homme o'brien", ["market", "homme", "o brien"], []),
        ("Ünïcode cafe\u0301", ["unicode", "cafe"], []),
        ("nul\0byte", ["nul", "byte"], []),
        ("covid 19 wave", ["covid | covid19!", "19 | covid19!", "wave"], []),
        ("SU 57", ["su! | s u! | su57!", "57 | su57!"], []),
        ("May 2024 top 5000", ["may", "2024", "top", "5000 | 5 000!"], []),
        ('"covid 19" title:f 35 -f 16 f* 4', ["covid 19!", "f", "35", "16", "f*", "4"], ["f"]),
        ("東京大学 iPhone手机 東", ["東京 京大 大学", "iphone", "手机", "東*"], []),
        ("1 000 sheep", ["1 | 1000!", "000 | 1000!", "sheep"], []),
        ("F35* 1 000 000 000 000", ["f35*", "1", "000", "000", "000", "000"], []),
        ("2 345 678", ["2 | 2345678!", "345 | 2345678!", "678 | 2345678!"], []),
        ("title:U.S. -1000", ["us! | u s!"], ["1000", "1 000!"]),
        ("", [], []),
    ],
)
def test_reading(text: str, groups: list[str], exclude: list[str]) -> None:
    assert read(text) == (groups, exclude)
    assert parse_query(text).text == text


@given(st.text(max_size=4000))
def test_any_text_is_a_query(text: str) -> None:
    query = parse_query(text)
    terms = [term for group in query.groups for term in group] + list(query.exclude)
    assert len(query.groups) + len(query.exclude) <= MAX_TERMS + 8
    assert all(term.words and all(term.words) for term in terms)
    # Every word is one word of the index: reading it again gives it back.
    for term in terms:
        for word in term.words:
            assert index_words(word)[0] == word


def test_long_texts_are_bounded() -> None:
    assert len(parse_query("word " * 4000).groups) == MAX_TERMS
    assert len(parse_query("東" * 4000).groups) == 1


def test_respelling_keeps_the_rest() -> None:
    query = respell(parse_query('Fsh "fsh" mrkt -fsh'), "fsh", "fish")
    assert query.text == 'fish "fsh" mrkt -fsh'
    assert [term.words for group in query.groups for term in group] == [("fish",), ("fsh",), ("mrkt",)]


@given(st.text())
def test_tokens_stand_where_they_say(text: str) -> None:
    for token in tokenize(text):
        assert index_words(text[token.start : token.end])[0] == token.word
    assert [token.word for token in tokenize(text)] == index_words(text)


def test_grams_hold_only_words_of_unspaced_scripts() -> None:
    assert bigrams("Plain words, naïve ones") is None
    assert bigrams("new iPhone手机 in 東京都") == "iphone 手机 机 東京 京都 都"


def test_the_ways_to_write_a_phrase_are_bounded() -> None:
    (group,) = parse_query(f'"{" ".join(["US f35"] * 30)}"').groups
    assert len(group) == MAX_PHRASE_WAYS
    assert [term.is_spelling for term in group] == [False] + [True] * (MAX_PHRASE_WAYS - 1)


_F35 = [("f35",), ("f", "35"), ("f35s",), ("f", "35s")]


@pytest.mark.parametrize(
    ("typed", "ways"),
    [
        ("US", [("us",), ("u", "s")]),
        ("U.K.", [("uk",), ("u", "k")]),
        ("uk", [("uk",), ("u", "k")]),
        ("us", [("us",)]),
        ("covid19", [("covid19",), ("covid", "19")]),
        ("F35", [("f35",), ("f", "35"), ("f35s",), ("f", "35s")]),
        ("B-52s", [("b", "52s"), ("b52",), ("b", "52"), ("b52s",)]),
        ("H5N1", [("h5n1",), ("h5", "n1")]),
        ("G20's", [("g20",), ("g", "20"), ("g20s",), ("g", "20s")]),
        ("US's", [("us",), ("u", "s")]),
        ("1250000", [("1250000",), ("1", "250", "000"), ("12", "50", "000")]),
        ("2000", [("2000",)]),
        ("£2000", [("2000",), ("2", "000")]),
        ("$5000", [("5000",), ("5", "000")]),
        ("1,00,000", [("1", "00", "000"), ("100", "000")]),
        ("١٠٠", [("١٠٠",), ("100",)]),
        ("3.5", [("3", "5")]),
        ("2024", [("2024",)]),
        ("harbour's", [("harbour",)]),
        ('"US"', [("us",), ("u", "s")]),
        ('"us"', [("us",)]),
        ('"US tariffs"', [("us", "tariffs"), ("u", "s", "tariffs")]),
        ('"the U.S.-led UN"', [("the", "u", "s", "led", "un"), ("the", "u", "s", "led", "u", "n")]),
        ('"covid-19 wave"', [("covid", "19", "wave")]),
        ('"the F35 jet"', [("the", *way, "jet") for way in _F35]),
        ('"US tar"*', [("us", "tar"), ("u", "s", "tar")]),
        ('title:"US tariffs"', [("us", "tariffs"), ("u", "s", "tariffs")]),
        ("US-led", [("us", "led"), ("u", "s", "led")]),
        ("U.K.–based", [("u", "k", "based"), ("uk", "based")]),
        ("well-known", [("well", "known")]),
        ('"TAX THE RICH"', [("tax", "the", "rich")]),
    ],
)
def test_words_are_read_in_all_the_ways_that_news_writes_them(
    typed: str, ways: list[tuple[str, ...]]
) -> None:
    (group,) = parse_query(typed).groups
    assert [term.words for term in group] == ways
