"""New articles are learnt once each, whenever an update is stopped and whatever changes before it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.search import statistics
from bot.store.search.statistics import update_statistics
from bot.store.sqlite.connection import CORPUS, open_writer
from bot.text.search.analyzer import Analyzer
from tests.support.corpus_engines import corpus_at, only_sqlite
from tests.support.corpus_rows import Thread, fill

NEWS = [Thread(f"Council moves market {n}", "The council voted on it.") for n in range(6)]


class Listing(Analyzer):
    """Notes the titles that it reads, and of which it is asked for the language."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []
        self.identified: list[str] = []

    def text_vectors(self, texts: Sequence[tuple[str, str, str | None]]) -> list[tuple[bytes, bytes | None]]:
        self.read += [title for title, *_ in texts]
        return super().text_vectors(texts)

    def identify_languages(self, texts: Sequence[str]) -> list[str | None]:
        self.identified += [text.partition("\n")[0] for text in texts]
        return super().identify_languages(texts)


def stop() -> None:
    raise KeyboardInterrupt


def test_what_changes_before_it_is_learnt_is_learnt_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "ARTICLES_PER_TRANSACTION", 2)
    fill(tmp_path, NEWS, learnt=False)
    analyzer = Listing()
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        with pytest.raises(KeyboardInterrupt):
            update_statistics(db, analyzer, stop)
        assert analyzer.read == [thread.title for thread in NEWS[:2]]
        db.execute("UPDATE article SET title = 'Changed at once' WHERE id = 1")
        db.execute("UPDATE article SET title = 'Changed before' WHERE id = 5")
        db.execute("DELETE FROM article WHERE id = 4")
        analyzer.read.clear()
        update_statistics(db, analyzer)
        assert sorted(analyzer.read) == sorted(
            [NEWS[2].title, "Changed before", NEWS[5].title, "Changed at once"]
        )
        assert db.execute("SELECT id FROM signature WHERE terms IS NOT NULL ORDER BY id").fetchall() == [
            (number,) for number in (1, 2, 3, 5, 6)
        ]
        assert db.execute("SELECT count(*) FROM story_queue").fetchone() == (0,)
        analyzer.read.clear()
        update_statistics(db, analyzer)
        assert analyzer.read == []


def test_a_headline_that_comes_after_its_comments_is_learnt(tmp_path: Path) -> None:
    fill(tmp_path, NEWS[:2], learnt=False)
    analyzer = Listing()
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        db.execute("UPDATE article SET title = NULL WHERE id = 1")
        update_statistics(db, analyzer)
        db.execute("UPDATE article SET title = 'At last' WHERE id = 1")
        update_statistics(db, analyzer)
    assert analyzer.read == [NEWS[1].title, "At last"]


def test_only_articles_that_are_not_plainly_english_are_identified(tmp_path: Path) -> None:
    fill(
        tmp_path,
        [NEWS[0], Thread("Rada przenosi targ rybny", "Targ stoi pusty.", language=None)],
        learnt=False,
    )
    analyzer = Listing()
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        update_statistics(db, analyzer)
        assert analyzer.identified == ["Rada przenosi targ rybny"]
        assert db.execute("SELECT language FROM article ORDER BY id").fetchall() == [("en",), ("pl",)]


@only_sqlite  # it has migrations from earlier versions
def test_what_an_earlier_version_had_not_learnt_is_identified_again(tmp_path: Path) -> None:
    fill(
        tmp_path,
        [Thread("Rada przenosi targ rybny", "Targ stoi pusty.", language="en"), NEWS[0]],
        learnt=False,
    )
    with closing(open_writer(tmp_path, CORPUS)) as db:
        # As version 16 left them.
        db.execute("INSERT INTO signature (id) VALUES (1), (2)")
        db.execute("ALTER TABLE archive DROP COLUMN next_learnt")
        script = CORPUS.migrations[16]
        db.executescript("".join(line for line in script.splitlines(True) if not line.startswith("DROP")))
        analyzer = Listing()
        update_statistics(db, analyzer)
        assert sorted(analyzer.read) == sorted(["Rada przenosi targ rybny", NEWS[0].title])
        assert db.execute("SELECT language FROM article ORDER BY id").fetchall() == [("pl",), ("en",)]
