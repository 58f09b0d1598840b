"""Every word of the index is on a shelf, whether it came with the first load or the last."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.engine import Connection
from bot.store.search import query_expansion, spelling_dictionary
from bot.store.search.index import SearchIndex
from bot.store.search.query_expansion import QueryExpansion
from bot.store.search.scope_words import ScopeWords
from bot.store.sqlite.connection import CORPUS, open_writer
from bot.store.sqlite.migrations import migrations
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_engines import corpus_at, only_sqlite
from tests.support.corpus_rows import Thread, fill


def shelved(data: Path, length: int, more: int = 0) -> dict[int, str]:
    with closing(corpus_at(data).open_writer("corpus")) as db:
        return dict(spelling_dictionary.words_of_length(db, length, more))


def test_words_stand_by_their_length_and_numbers_nowhere(tmp_path: Path) -> None:
    fill(tmp_path, [Thread("Harbour", "boat ship 2024 b2b", language="en")])
    fill(tmp_path, [Thread("Harbour", "quay boat", language="en")])
    found = shelved(tmp_path, 5, 2)
    assert set(found) == {4, 7}
    assert sorted(found[4][at : at + 4] for at in range(0, len(found[4]), 4)) == ["boat", "quay", "ship"]
    assert found[7] == "harbour"
    assert shelved(tmp_path, 3) == {}


def test_the_commonest_come_first_when_they_are_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spelling_dictionary, "MAX_ROWS", 2)
    for body in ("ship", "boat", "boat", "quay boat ship"):
        fill(tmp_path, [Thread("Harbour", body)])
    assert shelved(tmp_path, 4) == {4: "boatshipquay"}


def test_the_rarest_are_left_out_of_a_large_vocabulary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, [Thread("Harbour", body) for body in ("ship", "boat ship", "boat ship quay")])
    monkeypatch.setattr(spelling_dictionary, "MAX_WORDS", 4)  # "harbour", "ship", "boat", and one more
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        spelling_dictionary.rebuild(db)
        assert spelling_dictionary.words_of_length(db, 4, 0) == {4: "shipboatquay"}
        monkeypatch.setattr(spelling_dictionary, "MAX_WORDS", 3)
        spelling_dictionary.rebuild(db)
        assert spelling_dictionary.words_of_length(db, 4, 0) == {4: "shipboat"}


class _Counts:
    languages = ("en",)

    def rows(self, words: Sequence[str], languages: Sequence[str]) -> tuple[int, int]:
        return 0, 0


def _expansion(db: Connection) -> QueryExpansion:
    analyzer = Analyzer()
    return QueryExpansion(db, analyzer, _Counts(), (), ScopeWords.of_archives(db, analyzer, (0,)))


@only_sqlite  # its statements are traced
def test_the_commonest_words_with_a_prefix_are_known_without_sorting_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = ["boat boats boatman bo bob quay", "boat bob boatman", "boat bob bo boatman", "quay boat bob"]
    fill(tmp_path, [Thread("Harbour", body) for body in [*bodies, "boat"]])
    statements: list[str] = []
    with closing(open_writer(tmp_path, CORPUS)) as db:
        spelling_dictionary.rebuild(db)
        by_length = spelling_dictionary.commonest_with_prefix(db, "bo", 1)
        assert sorted(by_length) == ["bo", "boat", "boatman", "boats", "bob"]
        few, _ = _expansion(db).words_with_prefix("bo")
        monkeypatch.setattr(query_expansion, "MAX_PREFIX_ROWS", 3)
        db.set_trace_callback(statements.append)
        many, _ = _expansion(db).words_with_prefix("bo")
    assert few == many == ["boat", "bob", "boatman", "bo", "boats"]
    assert not any("ORDER BY rows" in sql for sql in statements)


def test_a_beginning_with_a_stroke_is_bounded_as_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, [Thread("Harbour", "lane lamp lake lamp łach") for _ in range(2)])
    query = parse_query("ła*")
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        spelling_dictionary.rebuild(db)
        assert _expansion(db).expand(query)["ła*"] == ["ła*", "la*"]
        monkeypatch.setattr(query_expansion, "MAX_PREFIX_ROWS", 3)
        expanded = _expansion(db).expand(query)["ła*"]
    assert set(expanded) == {"ła*", "lane", "lamp", "lake"}


@pytest.mark.parametrize(
    ("typed", "letter", "others"),
    [
        ("o*", "ø", ["ø*"]),
        ("ø*", "o", ["o*"]),
        ("l*", "ł", ["ł*"]),
        ("d*", "đ", ["đ*"]),
        ("ae*", "æ", ["æ*"]),
        ("s*", "ß", ["ß*"]),
        ("i*", "ı", ["ı*"]),
        ("4*", "٤", ["٤*"]),
        ("stras*", "straß", ["straß*"]),
        ("mo*", "mø", ["mø*"]),
    ],
)
def test_all_words_are_found_by_a_beginning_that_is_spelt_otherwise(
    tmp_path: Path, typed: str, letter: str, others: list[str]
) -> None:
    words = [f"{letter}{chr(97 + number)}" for number in range(26)]
    fill(tmp_path, [Thread("Harbour", word) for word in words])
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        spelling_dictionary.rebuild(db)
        expansion = _expansion(db)
        assert expansion.expand(parse_query(typed))[typed] == [typed, *others]
        assert expansion.narrowed == ()


def test_a_beginning_of_too_many_words_says_that_rare_ones_were_not_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, [Thread("Harbour", f"ø{chr(97 + number)} lane") for number in range(26)])
    monkeypatch.setattr(query_expansion, "MAX_PREFIX_ROWS", 20)
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        spelling_dictionary.rebuild(db)
        for typed, narrowed in (("o*", ("o",)), ("ø*", ("ø",)), ("la*", ()), ("øa*", ())):
            expansion = _expansion(db)
            expansion.expand(parse_query(typed))
            assert expansion.narrowed == narrowed, typed


def test_other_spellings_that_were_not_all_read_are_said_to_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, [Thread("Harbour", f"ø{chr(97 + number)}") for number in range(20)])
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        spelling_dictionary.rebuild(db)
        for most, narrowed in ((20, ()), (19, ("o",))):
            monkeypatch.setattr(query_expansion, "MAX_SPELT_WORDS", most)
            expansion = _expansion(db)
            expansion.expand(parse_query("o*"))
            assert expansion.narrowed == narrowed


async def test_an_excluded_beginning_with_too_many_spellings_is_said_to_be_narrowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, [Thread("Harbour", word) for word in ("quay", "øl", "öl", "ol")])
    monkeypatch.setattr(query_expansion, "MAX_SPELT_PREFIXES", 0)
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    for query in ("harbour -o*", "harbour -title:o*", "harbour -(o* rail)", "source:courier.example -o*"):
        assert (await index.search((0,), parse_query(query))).narrowed == ("o",)
    await index.close()


@only_sqlite  # it has migrations from earlier versions
async def test_a_file_of_the_version_before_has_its_words_after_the_next_load(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / CORPUS.file)) as old:
        old.executescript(migrations("corpus")[0])
        old.execute(f"PRAGMA application_id = {CORPUS.application_id}")
        old.execute("PRAGMA user_version = 1")
        old.execute("INSERT INTO article (id, fingerprint, title, language) VALUES (1, 0, 'Zeppelin', 'en')")
        old.execute("INSERT INTO article_fts (rowid, title, body) VALUES (1, 'Zeppelin', '')")
        old.commit()
    fill(tmp_path, [Thread("Harbour", "quay")])
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    page = await index.search((0,), parse_query("zepelin"))
    await index.close()
    assert (page.instead, [hit.title for hit in page.hits]) == ("zeppelin", ["Zeppelin"])
