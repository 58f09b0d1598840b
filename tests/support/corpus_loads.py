"""Threads to load, ways to load them, and what the corpus then holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.domain.articles import Paragraph
from bot.domain.dump import ParsedComment, ParsedThread
from bot.domain.loads import Person, Receipt
from bot.store.engine import Kind
from bot.store.ingest.writer import CorpusWriter
from bot.store.text_match import MatchWords, any_of
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_state import is_sound, rows_of

START = datetime(2024, 3, 12, 9, 0, tzinfo=UTC)
EDITOR = Person(42, "editor")


def comment(
    text: str = "Quite so.", author: str = "netmender", minute: float = 0, **more: Any
) -> ParsedComment:
    """A comment, `minute` minutes after START."""
    return ParsedComment(author, START + timedelta(minutes=minute), text, **more)


def thread(
    title: str = "Harbour council votes to move the fish market",
    *comments: ParsedComment,
    body: Sequence[str] = ("The council voted 7 to 4.", "Stallholders pay no rent."),
    source: str | None = "courier.example",
    submitter: str | None = "tidewatcher",
    posted_at: datetime | None = None,
    **more: Any,
) -> ParsedThread:
    """A thread as the page reader gives it: without a time of its own it has that of its first comment."""
    inferred = posted_at is None and bool(comments)
    when = min(one.posted_at for one in comments) if inferred else posted_at
    paragraphs = tuple(Paragraph(text) for text in body)
    return ParsedThread(title, source, submitter, when, inferred, paragraphs, comments, **more)


def load(writer: CorpusWriter, *threads: ParsedThread, guild: int | None = None) -> Receipt:
    """Loads threads as one load of one batch."""
    number = writer.begin_load(guild, "pages.zip", EDITOR, START)
    writer.add_threads(number, threads)
    return writer.finish(number, "done", 1.5)


def load_into(data: Path, *threads: ParsedThread, guild: int | None = None) -> Receipt:
    """The same, with a writer of its own."""
    with CorpusWriter(corpus_at(data)) as writer:
        return load(writer, *threads, guild=guild)


def query(data: Path, sql: str, values: Iterable[Any] = ()) -> list[Any]:
    """Rows of the corpus; single columns as bare values."""
    with closing(corpus_at(data).open_writer("corpus")) as db:
        rows = db.execute(sql, tuple(values)).fetchall()
    return [row[0] if len(row) == 1 else row for row in rows]


def indexed(data: Path, kind: Kind, *words: str) -> set[int]:
    """The articles or comments that are found by any of these words."""
    with closing(corpus_at(data).open_reader("corpus")) as db:
        statement = db.text_index.matching(kind, any_of(MatchWords((word,)) for word in words))
        return {row for (row,) in db.execute(*statement)}


def holdings(data: Path) -> dict[str, list[Any]]:
    """Every row that loads bring and undoing takes back."""
    return rows_of(data, ("article", "comment", "version", "extent"))


EMPTY: dict[str, list[Any]] = {"article": [], "comment": [], "version": [], "extent": []}


def assert_sound(data: Path) -> None:
    """What must hold after every transaction."""
    with closing(corpus_at(data).open_writer("corpus")) as db:
        assert is_sound(db)
        counted = "SELECT id, comments FROM article ORDER BY id"
        stored = (
            "SELECT a.id, count(c.id) FROM article a LEFT JOIN comment c ON c.article = a.id GROUP BY a.id"
            " ORDER BY a.id"
        )
        assert db.execute(counted).fetchall() == db.execute(stored).fetchall()
        hidden = "SELECT count(*) FROM article WHERE title IS NULL AND comments = 0"
        assert db.execute(hidden).fetchone() == (0,)
        wrong_times = (
            "SELECT a.id FROM article a LEFT JOIN comment c ON c.article = a.id WHERE title IS NOT NULL"
            " AND (inferred = 1 OR a.posted_at IS NULL) GROUP BY a.id"
            " HAVING a.posted_at IS DISTINCT FROM min(c.posted_at)"
        )
        assert db.execute(wrong_times).fetchall() == []


LOADER = """
import sys
from pathlib import Path
from bot.domain.loads import Person
from bot.store.ingest.writer import CorpusWriter
from tests.support.corpus_engines import corpus_of
from tests.support.corpus_loads import START, comment, thread

with CorpusWriter(corpus_of(Path(sys.argv[1]), sys.argv[2])) as writer:
    load = writer.begin_load(None, "endless", Person(None, "me"), START)
    number = 0
    while True:
        page = [comment(f"Comment {one} of {number}. " * 20, f"author{one}", one) for one in range(7)]
        batch = [thread(f"Story {number + one}", *page, body=["Words. " * 200]) for one in range(5)]
        writer.add_threads(load, batch + [thread("Updated", comment(str(number)), body=[str(number)])])
        number += 5
        print(number, flush=True)
"""
