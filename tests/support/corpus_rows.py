"""Puts threads straight into a corpus file, for tests of what reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.store.corpus.rows import ID_SHIFT
from bot.store.engine import Connection
from bot.store.search.statistics import update_statistics
from bot.text.language.index_tokens import bigrams
from bot.text.search.analyzer import Analyzer
from tests.support.corpus_engines import corpus_at

START = 1_700_000_000


@dataclass
class Said:
    """A comment to store."""

    text: str
    author: str = "reader"
    at: int = START
    score: int | None = None


@dataclass
class Thread:
    """An article to store, with its comments."""

    title: str
    body: str = ""
    comments: list[Said] = field(default_factory=list)
    source: str = "courier.example"
    submitter: str = "poster"
    at: int | None = START
    score: int | None = None
    key: int | None = None
    language: str | None = "en"


class Labelled(Analyzer):
    """Takes the languages of threads as they are given."""

    def __init__(self, threads: Sequence[Thread]) -> None:
        super().__init__()
        self._languages = {f"{thread.title}\n\n{thread.body}": thread.language for thread in threads}

    def identify_languages(self, texts: Sequence[str]) -> list[str | None]:
        return [self._languages.get(text) for text in texts]


def fill(
    data: Path,
    threads: Iterable[Thread],
    archive: int = 0,
    *,
    analysis: Analyzer | None = None,
    learnt: bool = True,
) -> list[int]:
    """Stores threads in an archive, lets search learn from them, and returns the articles' ids, in order."""
    threads = list(threads)
    db = corpus_at(data).open_writer("corpus")
    db.execute("BEGIN")
    db.execute(
        "INSERT INTO archive (no, guild) VALUES (?, ?) ON CONFLICT (no) DO NOTHING", (archive, archive)
    )
    ids = [_store(db, archive << ID_SHIFT, thread) for thread in threads]
    for kind in ("article", "comment"):
        db.execute(
            f"UPDATE archive SET next_{kind} = 1 + coalesce((SELECT max(id) - (no << ?) FROM {kind}"
            " WHERE id >> ? = no), 0)",
            (ID_SHIFT, ID_SHIFT),
        )
    db.execute("COMMIT")
    if learnt:
        update_statistics(db, analysis or Labelled(threads))
    db.close()
    return ids


def _store(db: Connection, base: int, thread: Thread) -> int:
    inside = (base, base + (1 << ID_SHIFT) - 1)
    last = "SELECT coalesce(max(id), ?) + 1 FROM {} WHERE id BETWEEN ? AND ?"
    number: int = db.execute(last.format("article"), (base, *inside)).fetchone()[0]
    signs = bigrams(f"{thread.title}\n{thread.body}")
    db.execute(
        "INSERT INTO article (id, key, fingerprint, title, source, submitter, posted_at, score, language,"
        " body, grams, comments) VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            thread.key,
            thread.title,
            thread.source,
            thread.submitter,
            thread.at,
            thread.score,
            thread.language,
            thread.body,
            signs,
            len(thread.comments),
        ),
    )
    db.text_index.add("article", (number, number))
    for said in thread.comments:
        row = db.execute(last.format("comment"), (base, *inside)).fetchone()[0]
        db.execute(
            "INSERT INTO comment (id, article, author, posted_at, score, text, grams)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (row, number, said.author, said.at, said.score, said.text, bigrams(said.text)),
        )
        db.text_index.add("comment", (row, row))
    return number
