"""What digests ask of the corpus: each method on a locked file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.domain.articles import Scope
from bot.errors import Busy
from bot.store.corpus.digest_candidates import CandidateScope, DigestCandidates
from bot.store.pool import Pool
from bot.store.sqlite.connection import CORPUS
from tests.support.corpus_engines import corpus_held, impatient_reader
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
