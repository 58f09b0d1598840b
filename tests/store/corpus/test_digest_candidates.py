"""What digests ask of the corpus: each method on a locked file, and with a filter that leaves out most."""

from __future__ import annotations

import tracemalloc
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.articles import Scope
from bot.domain.exclusions import Exclusions
from bot.errors import Busy
from bot.store.corpus.digest_candidates import CandidateScope, DigestCandidates
from bot.store.pool import Pool
from bot.store.sqlite.connection import CORPUS
from tests.support.corpus_engines import corpus_at, corpus_held, impatient_reader
from tests.support.corpus_loads import START, load_into, thread
from tests.support.locked import methods

SCOPE = Scope()
PICKS: dict[str, Callable[[DigestCandidates], Awaitable[object]]] = {
    "data_version": lambda picks: picks.data_version(),
    "loads_with_articles": lambda picks: picks.loads_with_articles(SCOPE),
    "most_discussed": lambda picks: picks.most_discussed(CandidateScope(SCOPE), [(None, START)], 9),
    "newest": lambda picks: picks.newest(CandidateScope(SCOPE), {}, 9),
    "named": lambda picks: picks.named(CandidateScope(SCOPE), "source", "courier.example", 9),
    "by_id": lambda picks: picks.by_id(CandidateScope(SCOPE), [1]),
    "with_stories": lambda picks: picks.with_stories(SCOPE, ()),
    "newest_ids": lambda picks: picks.newest_ids(SCOPE),
    "time_range": lambda picks: picks.time_range(SCOPE),
}


def test_every_method_is_tried() -> None:
    assert methods(DigestCandidates) == set(PICKS)


@pytest.mark.parametrize("call", PICKS.values(), ids=PICKS)
async def test_picks_say_busy(tmp_path: Path, call: Callable[[DigestCandidates], Awaitable[object]]) -> None:
    load_into(tmp_path, thread("Fish market moves"))
    picks = DigestCandidates(Pool([impatient_reader(tmp_path)], CORPUS.file))
    with corpus_held(tmp_path), pytest.raises(Busy):
        await call(picks)
    await call(picks)
    await picks.close()


async def test_a_filter_that_leaves_out_nearly_everything_takes_little_memory(tmp_path: Path) -> None:
    text = "The council voted 7 to 4. " * 400
    titles = ["Gulls return", *(f"Council vote {number}" for number in range(300)), "Boats leave"]
    threads = [
        thread(
            title,
            body=(text if title.startswith("Council") else "A calm day.",),
            posted_at=START + timedelta(minutes=number),
        )
        for number, title in enumerate(titles)
    ]
    load_into(tmp_path, *threads)
    scope = CandidateScope(SCOPE, leave_out=Exclusions(words=("council",)), kept=True)
    picks = DigestCandidates.open(corpus_at(tmp_path))
    spans = [(None, START + timedelta(days=1))]
    await picks.newest(scope, {}, 1)  # loads what is loaded once
    tracemalloc.start()
    newest = await picks.newest(scope, {}, 25)
    named = await picks.named(scope, "source", "Courier.example", 25)
    discussed = await picks.most_discussed(scope, spans, 25)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    await picks.close()
    for candidates in (newest, named, discussed):
        assert [candidate.title for candidate in candidates] == ["Boats leave", "Gulls return"]
    assert peak < 2 << 20  # all texts take 3 MiB
