"""What search learns by reading its index is what the texts say, however many words are read at once."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.search import statistics, word_statistics
from bot.store.sqlite.sqlite_connection import SqliteConnection
from bot.text.language.index_tokens import index_words
from bot.text.language.stems import stem, stems
from bot.text.search.analyzer import Analyzer
from bot.text.search.corpus_statistics import CorpusStatistics
from bot.text.search.term_vector import term_id
from tests.support.corpus_engines import corpus_at, only_sqlite
from tests.support.corpus_rows import Said, Thread, fill

WORDS = [
    "Élan",
    "élans",
    "1984",
    "ferry",
    "ferries",
    "ferried",
    "harbour",
    "harbours",
    "x2",
    "tides",
    "zebra",
]


def made(seed: int) -> list[Thread]:
    rng = random.Random(seed)
    return [
        Thread(
            f"The {' '.join(rng.choices(WORDS, k=3))} of {number} winters",
            comments=[Said(" ".join(rng.choices(WORDS[: number + 2], k=4))) for _ in range(rng.randrange(9))],
        )
        for number in range(20)
    ]


def counted(threads: list[Thread]) -> Counter[str]:
    texts = [one.title for one in threads] + [said.text for one in threads for said in one.comments]
    return Counter(word for text in texts for word in set(index_words(text)))


@pytest.mark.parametrize("at_once", [1, 3, 50_000])
def test_forms_and_counts_are_those_of_the_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(word_statistics, "WORDS_PER_TRANSACTION", at_once)
    threads = made(1)

    fill(tmp_path, threads)

    expected = {
        (stem(word, "en"), word, count) for word, count in counted(threads).items() if not word.isdigit()
    }
    with closing(corpus_at(tmp_path).open_reader("corpus")) as db:
        assert set(db.execute("SELECT stem, word, rows FROM form")) == expected
        (packed,) = db.execute("SELECT packed FROM knowledge").fetchone()
    said = Counter(
        stem(word, "en") for one in threads for said in one.comments for word in set(index_words(said.text))
    )
    knowledge = CorpusStatistics(packed)
    assert knowledge.comments == sum(len(one.comments) for one in threads)
    assert {one: int(knowledge.rows()[1][term_id(one)]) for one in said} == said


def test_a_big_load_makes_the_counts_exact_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = made(1), made(2)
    fill(tmp_path, first)
    fill(tmp_path, second)  # few: what is new is added
    with closing(corpus_at(tmp_path).open_reader("corpus")) as db:
        added = dict(db.execute("SELECT word, rows FROM form"))

    monkeypatch.setattr(statistics, "MIN_INDEX_COMMENTS", 0)
    monkeypatch.setattr(statistics, "MAX_INDEX_COMMENTS", 0)
    fill(tmp_path, made(3))

    with closing(corpus_at(tmp_path).open_reader("corpus")) as db:
        exact = dict(db.execute("SELECT word, rows FROM form"))
    assert exact == {
        word: count for word, count in counted([*first, *second, *made(3)]).items() if not word.isdigit()
    }
    assert added["zebra"] == counted([*first, *second])["zebra"] < exact["zebra"]


@only_sqlite  # a server keeps its memory itself
def test_only_a_big_load_gives_back_its_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    released: list[int | None] = []
    monkeypatch.setattr(
        SqliteConnection, "release_memory", lambda _, cache_kib=None: released.append(cache_kib)
    )
    fill(tmp_path, made(1))
    assert not released
    monkeypatch.setattr(statistics, "MIN_INDEX_COMMENTS", 0)
    monkeypatch.setattr(statistics, "MAX_INDEX_COMMENTS", 0)
    fill(tmp_path, made(2))
    assert set(released) == {statistics.CACHE_KIB}
    assert len(released) > 1  # also what each part has used


def test_learning_that_is_put_off_is_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_statistics, "WORDS_PER_TRANSACTION", 2)
    fill(tmp_path, made(1), learnt=False)
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        calls = 0

        def stop() -> None:
            nonlocal calls
            calls += 1
            if calls == 4:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            statistics.update_statistics(db, Analyzer(), stop)
        statistics.update_statistics(db, Analyzer())

        assert dict(db.execute("SELECT word, rows FROM form")) == {
            word: count for word, count in counted(made(1)).items() if not word.isdigit()
        }


@pytest.mark.parametrize("language", ["en", "de", "ru", "zh"])
def test_many_stems_are_those_of_each_word(language: str) -> None:
    many = ["ferries", "1984", "élans", "häuser", "домами", "渡船", "x2", ""]

    assert stems(many, language) == [stem(one, language) for one in many]
