"""Articles that an earlier version stored get the languages that this one knows, and are searched in them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.search import language_update, statistics
from bot.store.search.index import SearchIndex
from bot.store.search.statistics import update_statistics
from bot.store.sqlite.connection import CORPUS, open_writer
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_engines import corpus_at, only_sqlite
from tests.support.corpus_rows import Thread, fill

POLISH = [
    Thread("Wybory w Polsce wygrywa opozycja", "Premier ogłosił wyniki wyborów w Warszawie.", language="es"),
    Thread("Rada przenosi targ rybny", "Decyzję podjęto we wtorek, dlatego targ stoi pusty.", language="fr"),
    Thread(
        "Rząd obniża podatki od przyszłego roku", "Minister mówi, że wybory nic nie zmienią.", language=None
    ),
]
"""With languages as stop words give them."""
ENGLISH = [Thread("Council moves the market", "The council voted on it.", language="en")]


@only_sqlite  # it has migrations from earlier versions
def test_articles_are_identified_again_in_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_update, "ARTICLES_PER_TRANSACTION", 2)
    fill(tmp_path, [*POLISH, *ENGLISH])
    with closing(open_writer(tmp_path, CORPUS)) as db:
        sql = "SELECT language FROM article ORDER BY id"
        db.executescript(CORPUS.migrations[11])

        def stop() -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            update_statistics(db, Analyzer(), stop)
        assert db.execute(sql).fetchall() == [("pl",), ("pl",), (None,), ("en",)]
        update_statistics(db, Analyzer())
        assert db.execute(sql).fetchall() == [("pl",), ("pl",), ("pl",), ("en",)]
        assert db.execute("SELECT languages FROM knowledge").fetchone() == ('{"pl": 3, "en": 1}',)
        assert db.execute("SELECT count(*) FROM signature WHERE terms IS NULL").fetchone() == (0,)
        assert "languages" not in db.execute("SELECT heard FROM knowledge").fetchone()[0]


def test_no_transaction_has_many_more_characters_than_its_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "CHARACTERS_PER_TRANSACTION", 1_000)
    body = "The council voted on it. " * 30
    fill(tmp_path, [Thread(f"Vote {n}", body, language="en") for n in range(10)])
    sizes = []
    text_vectors = Analyzer.text_vectors

    def sized(
        self: Analyzer, texts: Sequence[tuple[str, str, str | None]]
    ) -> list[tuple[bytes, bytes | None]]:
        sizes.append(sum(len(text[1]) for text in texts))
        return text_vectors(self, texts)

    monkeypatch.setattr(Analyzer, "text_vectors", sized)
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        db.execute("UPDATE signature SET terms = NULL")
        update_statistics(db, Analyzer())
    assert sum(sizes) == 10 * len(body)
    assert max(sizes) < 1_000 + len(body)


async def test_a_language_without_a_stemmer_is_searched_as_it_is_written(tmp_path: Path) -> None:
    fill(tmp_path, [*(Thread(t.title, t.body, language="pl") for t in POLISH), *ENGLISH])
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    for query, titles in {
        "wybory": [POLISH[0].title, POLISH[2].title],
        "wybory do rady": [POLISH[0].title, POLISH[2].title],
        "markets": [ENGLISH[0].title],
    }.items():
        page = await index.search((0,), parse_query(query))
        assert [hit.title for hit in page.hits] == titles, query
    await index.close()


@only_sqlite  # it has migrations from earlier versions
async def test_digits_of_other_scripts_that_an_earlier_version_stored_are_found(tmp_path: Path) -> None:
    fill(tmp_path, [Thread("قتل ١٠٠ شخص", language="ar"), *ENGLISH])
    with closing(open_writer(tmp_path, CORPUS)) as db:
        db.execute("DELETE FROM form WHERE language = ''")
        db.executescript(CORPUS.migrations[15])
        update_statistics(db, Analyzer())
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    page = await index.search((0,), parse_query("100"))
    await index.close()
    assert [hit.title for hit in page.hits] == ["قتل ١٠٠ شخص"]
