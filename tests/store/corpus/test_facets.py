"""What archives can be browsed by: only their own, also when the file is busy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.articles import Scope
from bot.domain.browsing import FACETS, FacetValue
from bot.errors import Busy
from bot.store.corpus.facets import FacetReader
from bot.store.pool import Pool
from bot.store.sqlite.connection import CORPUS
from tests.support.corpus_engines import corpus_at, corpus_held, impatient_reader
from tests.support.corpus_loads import START, load_into, thread


async def test_values_are_those_of_the_scope(tmp_path: Path) -> None:
    load_into(tmp_path, thread("Fish", subreddit="Harbour", flair="Live", posted_at=START), guild=7)
    load_into(tmp_path, thread("Crab", subreddit="harbour", over_18=True, posted_at=START), guild=7)
    load_into(tmp_path, thread("Rail", source="other.example"), guild=8)
    reader = FacetReader(Pool([corpus_at(tmp_path).open_reader("corpus")], CORPUS.file))
    own, other = Scope(7, shared=False), Scope(8, shared=False)
    for by in FACETS:
        page = await reader.facets(own, by, 9)
        assert page.total == 1
        assert page.values[0].articles == (1 if by == "flair" else 2)
    assert (await reader.facets(Scope(7, adult=False), "subreddit", 9)).values == (FacetValue("Harbour", 1),)
    assert (await reader.facets(own, "source", 9, 5)).values == ()
    assert [value.value for value in (await reader.facets(other, "source", 9)).values] == ["other.example"]
    assert (await reader.facets(other, "subreddit", 9)).total == 0
    assert await reader.complete(other, "source", "", 9) == ("other.example",)
    assert await reader.complete(own, "source", "", 9) == ("courier.example",)
    await reader.close()


async def test_a_busy_file_is_said(tmp_path: Path) -> None:
    load_into(tmp_path, thread("Fish"))
    reader = FacetReader(Pool([impatient_reader(tmp_path)], CORPUS.file))
    for call in (lambda: reader.facets(Scope(), "day", 9), lambda: reader.complete(Scope(), "flair", "", 9)):
        with corpus_held(tmp_path), pytest.raises(Busy):
            await call()
        await call()
    await reader.close()
