"""The files of loads of an archive, wherever its engine has them."""

from __future__ import annotations

from bot.store.databases import CorpusEngine
from bot.store.ingest.rejects import rejects_name


def rejected_lines(engine: CorpusEngine, load: int = 1) -> bytes:
    """The file of everything that a load rejected; empty if there is none."""
    with engine.load_files() as files:
        return b"".join(files.parts(rejects_name(load)))
