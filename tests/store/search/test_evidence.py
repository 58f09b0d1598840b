"""Which articles are read for a question, and how rare its words are."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.domain.answers import Evidence
from bot.domain.search import Filters
from bot.store.engine import Statement
from bot.store.search import passages
from bot.store.search.passages import MAX_PASSAGES, PassageIndex, PassageQuery
from bot.text.search.analyzer import Analyzer
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_rows import Thread, fill
from tests.support.question_data import article_thread, store

FILLER = "The council met again, and nothing else was decided on that long afternoon. "
GERMAN = "Der Rat hat am Dienstag über den Umzug des Marktes beraten, und die Mehrheit war dafür. "


def _find(folder: Path, *words: str, language: str = "en", archive: int = 0) -> Evidence:
    async def find() -> Evidence:
        index = PassageIndex.open(corpus_at(folder), Analyzer())
        try:
            return await index.find(PassageQuery((archive,), words, language, Filters()))
        finally:
            await index.close()

    return asyncio.run(find())


def test_a_long_article_with_all_words_is_read_before_short_ones_with_some(tmp_path: Path) -> None:
    short = [
        article_thread(f"Origins {n}", [f"The origins of family {n} are old."])
        for n in range(MAX_PASSAGES + 6)
    ]
    long = article_thread("History of the coast", [FILLER * 100, "The Tollen family had its origins there."])
    store(tmp_path, [*short, long], Analyzer())

    read = _find(tmp_path, "tollen", "family", "origins").articles

    assert read[0].title == "History of the coast"
    assert len(read) == MAX_PASSAGES


def test_articles_with_most_words_are_read_first_and_found_in_few_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["tollen", "family", "origins", "harbour", "lantern", "gannet", "zeppelin", "quarry"]
    short = [
        article_thread(f"A {word} {n}", [f"A {word}."])
        for rank, word in enumerate(words)
        for n in range(6 + 4 * rank)
    ]
    long = {size: FILLER * 20 + " ".join(words[:size]) for size in (6, 5, 3)}
    store(tmp_path, [*short, *(article_thread(f"Of {n}", [text]) for n, text in long.items())], Analyzer())
    with closing(corpus_at(tmp_path).open_reader("corpus")) as db:
        index_type = type(db.text_index)
    statements: list[str] = []
    ranked = index_type.ranked

    def counted(self: Any, kind: Any, *rest: Any) -> Statement:
        statements.append(kind)
        return ranked(self, kind, *rest)

    monkeypatch.setattr(index_type, "ranked", counted)
    read = _find(tmp_path, *words).articles

    assert {article.title for article in read[:6]} >= {"Of 6", "Of 5", "Of 3"}
    assert statements.count("article") <= 5


def test_documents_are_counted_in_the_language_of_the_question(tmp_path: Path) -> None:
    english = [article_thread(f"Notes of the council {n}", [FILLER * 2]) for n in range(30)]
    german = [article_thread(f"Der Markt zieht um, Teil {n}", [GERMAN * 2]) for n in range(10)]
    store(tmp_path, [*english, *german], Analyzer())

    assert _find(tmp_path, "markt", language="de").document_count == 10
    assert _find(tmp_path, "council").document_count == 30
    # Of a language with hardly any articles no share is known.
    assert _find(tmp_path, "markt", language="fr").document_count == 40


def test_a_name_in_texts_of_other_languages_is_as_rare_as_in_those_of_the_question(tmp_path: Path) -> None:
    english = [
        article_thread(f"Notes {n}", [FILLER * 2 + "Johnson spoke at length." * (n < 60)]) for n in range(270)
    ]
    german = [
        article_thread(
            f"Der Markt zieht um, Teil {n}",
            [GERMAN * 2 + ("Johnson wurde gewählt." if n == 3 else "Der Markt wurde verlegt.")],
        )
        for n in range(30)
    ]
    store(tmp_path, [*english, *german], Analyzer())

    evidence = _find(tmp_path, "johnson", "gewählt", "markt", language="de")

    assert evidence.document_count == 30
    counts = evidence.document_frequencies
    assert counts["johnson"] == 6  # a tenth of those in all languages
    assert counts["gewahlt"] == 1
    assert counts["markt"] >= 30


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("quarry", "lanterns", "zeppelin", "lantarn")),
        ("de", ("steinbruch", "laternen", "markt", "zeppelin")),
    ],
)
def test_what_another_server_has_changes_no_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, words: tuple[str, ...]
) -> None:
    """Neither how rare its words make a word, nor which forms of a word are its commonest."""
    monkeypatch.setattr(passages, "MAX_RANKED_ROWS", 20)
    monkeypatch.setattr(passages, "MAX_FORMS", 2)
    here = [
        *[Thread(f"Notes {n}", FILLER * 2, language="en") for n in range(12)],
        *[Thread(f"Teil {n}", GERMAN * 2, language="de") for n in range(6)],
        Thread("The quarry", f"A lantern burnt in the quarry. {FILLER * 9}", language="en"),
        Thread("Der Steinbruch", f"Eine Laterne brannte im Steinbruch. {GERMAN * 9}", language="de"),
    ]
    there = [
        *[
            Thread(f"Quarry {n}", "quarry quarries quarried zeppelin lanterns lantern lanterned")
            for n in range(30)
        ],
        *[Thread(f"Bruch {n}", "Steinbruch Laternen Zeppelin Laternens", language="de") for n in range(60)],
    ]
    fill(tmp_path, here, 1)
    alone = _find(tmp_path, *words, language=language, archive=1)
    fill(tmp_path, there, 2)
    beside = _find(tmp_path, *words, language=language, archive=1)
    assert alone.articles
    assert beside == alone


def test_common_words_of_one_archive_among_several_are_estimated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passages, "MAX_RANKED_ROWS", 5)
    fill(tmp_path, [Thread(f"Harbour {n}", "the council") for n in range(8)], 1)
    fill(tmp_path, [Thread(f"Quay {n}", "the council") for n in range(8)], 2)
    assert _find(tmp_path, "council", archive=1).document_frequencies == {"council": 8}
