"""Removes an author's name and texts from the receipts of loads: names of files, rejections, rejected
lines."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.mentions import mentions, without_name
from bot.i18n import english
from bot.store.corpus.rows import message_json
from bot.store.engine import Connection
from bot.store.ingest.rejects import REDACTED, erase_lines, rejects_name
from bot.store.load_files import LoadFiles


def erase_from_receipts(db: Connection, files: LoadFiles, name: str, loads: Iterable[int]) -> None:
    """Afterwards a load whose files are named after the author can no longer be resumed."""
    for load in loads:
        file = rejects_name(load)
        lines, places = erase_lines(b"".join(files.parts(file)), name)
        with db.transaction():
            _erase_load(db, name, load)
            _erase_rejections(db, name, load, places)
        if lines is not None:
            files.replace(file, lines)


def _erase_load(db: Connection, name: str, load: int) -> None:
    row = db.execute("SELECT name, problem, problem_message, job, checkpoint FROM load WHERE id = ?", (load,))
    title, problem, message, *resuming = row.fetchone()
    problem, message = (text if text is None else without_name(name, text) for text in (problem, message))
    job, checkpoint = (None, None) if any(mentions(name, text) for text in resuming) else resuming
    db.execute(
        "UPDATE load SET name = ?, problem = ?, problem_message = ?, job = ?, checkpoint = ? WHERE id = ?",
        (without_name(name, title), problem, message, job, checkpoint, load),
    )


def _erase_rejections(db: Connection, name: str, load: int, places: Iterable[str]) -> None:
    rows = db.execute("SELECT ordinal, place, detail, message FROM rejection WHERE load = ?", (load,))
    redacted = set(places)
    for ordinal, place, *texts in rows.fetchall():
        if place in redacted or any(mentions(name, text) for text in (place, *texts)):
            db.execute(
                "UPDATE rejection SET place = ?, detail = ?, message = ? WHERE load = ? AND ordinal = ?",
                (without_name(name, place), english(REDACTED), message_json(REDACTED), load, ordinal),
            )
