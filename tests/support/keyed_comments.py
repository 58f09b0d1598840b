"""Comments with keys, loaded in pieces."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.domain.dump import ParsedThread
from bot.domain.loads import Receipt
from bot.store.ingest.upsert_comments import KeyedComment
from bot.store.ingest.writer import CorpusWriter
from tests.support.corpus_loads import EDITOR, START, indexed, query, thread

SECONDS = int(START.timestamp())


A1 = 361


A2 = 362


def keyed(key: int, text: str = "Quite so.", article: int = A1, **more: Any) -> KeyedComment:
    return (
        key,
        article,
        more.get("parent"),
        more.get("author", "gull"),
        SECONDS + key,
        more.get("score", 1),
        text,
        more.get("captured"),
    )


def submission(article: int = A1, **more: Any) -> ParsedThread:
    key = {A1: "t3_a1", A2: "t3_a2"}[article]
    return thread(more.pop("title", f"Headline {key}"), posted_at=START, key=key, **more)


Piece = Sequence[KeyedComment | ParsedThread]


def load(writer: CorpusWriter, *pieces: Piece, commit: Sequence[int] = ()) -> Receipt:
    """One load; the numbers in `commit` are pieces after which everything is made lasting."""
    number = writer.begin_load(None, "RC", EDITOR, START, job="{}")
    for at, piece in enumerate(pieces):
        threads = [one for one in piece if isinstance(one, ParsedThread)]
        comments = [one for one in piece if not isinstance(one, ParsedThread)]
        writer.add(number, threads, comments, checkpoint=str(at))
        if at in commit:
            writer.commit()
    return writer.finish(number, "done", 1)


def texts(data: Path) -> list[Any]:
    return query(data, "SELECT key, text FROM comment ORDER BY key NULLS FIRST, id")


def found(data: Path, *words: str) -> list[Any]:
    """The keys of the comments with any of these words."""
    ids = indexed(data, "comment", *words)
    return [key for number, key in query(data, "SELECT id, key FROM comment ORDER BY key") if number in ids]
