"""Which articles are read for a question."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.domain.answers import Evidence
from bot.domain.search import Filters
from bot.store.search.passages import MAX_PASSAGES, PassageIndex, PassageQuery
from bot.text.search.analyzer import Analyzer
from tests.support.engines import engine_at
from tests.support.question_data import article_thread, store

FILLER = "The council met again, and nothing else was decided on that long afternoon. "


def _find(folder: Path, *words: str) -> Evidence:
    async def find() -> Evidence:
        index = PassageIndex.open(engine_at(folder), Analyzer())
        try:
            return await index.find(PassageQuery((0,), words, "en", Filters()))
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
