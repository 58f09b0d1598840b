"""Words of any length are learnt from, and what fails in one part of learning spoils no other."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bot.services.maintenance import check
from bot.store.search import spelling_dictionary, statistics, word_statistics, zone_map
from bot.store.sqlite.connection import STATE, prepare
from bot.text.search.analyzer import Analyzer
from tests.support.corpus_engines import corpus_address, corpus_at
from tests.support.corpus_rows import Said, Thread, fill
from tests.support.growth import assert_linear

pytestmark = pytest.mark.slow

CUT = 1 << 15  # FTS5 cuts words of so many bytes
LETTERS = {"one byte": "z", "two bytes": "é", "three bytes": "\u0915", "four bytes": "\U00010428"}


def rows(data: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(corpus_at(data).open_reader("corpus")) as db:
        return db.execute(sql).fetchall()


def failed_parts(data: Path) -> str:
    """What is stored of the parts that have failed, which a check of files reports."""
    [(failed,)] = rows(data, "SELECT failed FROM knowledge")
    if not corpus_address(data):
        prepare(data, STATE)
        [reported] = [reported for reported in check(data).findings if "statistics" in reported.subject]
        assert reported.ok == (failed is None)
        assert str(failed or "") in reported.detail
    return str(failed or "")


@pytest.mark.parametrize("read", ["index", "comments"])
@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_words_of_any_length_are_learnt_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, letter: str, read: str
) -> None:
    if read == "index":
        monkeypatch.setattr(statistics, "MIN_INDEX_COMMENTS", 0)
        monkeypatch.setattr(statistics, "MAX_INDEX_COMMENTS", 0)
    width = len(letter.encode())
    lengths = [39, 40, 41, 1_000, 1_001, *range(CUT // width - 2, CUT // width + 3), 100_000]
    words = ["x" * shift + letter * length for length in lengths for shift in range(width)]
    fill(tmp_path, [Thread("Ferry", comments=[Said("harbour")])])

    fill(tmp_path, [Thread(f"Ferries {word}", word, [Said(f"harbours {word}")]) for word in words])

    forms = {str(word): count for word, count in rows(tmp_path, "SELECT word, rows FROM form")}
    assert (forms["ferries"], forms["harbours"]) == (len(words), len(words))
    assert max(map(len, forms)) <= word_statistics.MAX_WORD_LENGTH
    assert failed_parts(tmp_path) == ""


PARTS = {
    "articles": (Analyzer, "text_vectors"),
    "times": (zone_map, "add_comments"),
    "words": (statistics, "rebuild_word_statistics"),
    "spelling": (spelling_dictionary, "rebuild"),
}
LEARNT = {
    "articles": "SELECT 1 FROM signature WHERE terms IS NOT NULL",
    "times": "SELECT 1 FROM zone WHERE comments = 1",
    "words": "SELECT 1 FROM form WHERE word = 'harbour'",
    "spelling": "SELECT 1 FROM shelf WHERE length = 7",
}
NEEDS = {"words": {"words", "spelling"}, "articles": {"articles", "words", "spelling"}}
"""Spelling is that of known words, and words are those of the languages of articles."""


@pytest.mark.parametrize("broken", PARTS)
def test_a_part_that_fails_spoils_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    fill(tmp_path, [Thread("Ferry", comments=[Said("harbour")])], learnt=False)

    def fail(*_: object) -> None:
        raise ValueError(broken)

    with monkeypatch.context() as patch, closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        patch.setattr(*PARTS[broken], fail)
        with pytest.raises(ValueError, match=broken):
            statistics.update_statistics(db, Analyzer())
    learnt = {part for part, sql in LEARNT.items() if rows(tmp_path, sql)}
    assert set(LEARNT) - learnt <= NEEDS.get(broken, {broken})
    assert broken in failed_parts(tmp_path)

    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        statistics.update_statistics(db, Analyzer())
    assert [part for part, sql in LEARNT.items() if not rows(tmp_path, sql)] == []
    assert failed_parts(tmp_path) == ""


def test_a_long_word_takes_linear_time() -> None:
    analyzer = Analyzer()

    def learn(word: str) -> None:
        analyzer.stems(analyzer.words(word), "en")
        analyzer.text_vectors([(word, word, "en")])

    for letter in LETTERS.values():
        assert_linear(lambda size, letter=letter: letter * size, learn, 20_000)  # type: ignore[misc]
