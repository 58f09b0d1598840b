"""Lists of articles and comments by operators alone: what is left out, and what there was no time for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.domain.search import Filters, SearchPage
from bot.store.search.index import SearchIndex
from bot.store.sqlite.time_limit import SqliteBudget
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_engines import corpus_at, only_sqlite
from tests.support.corpus_loads import comment, load_into, thread


async def search(data: Path, text: str, filters: Filters | None = None) -> SearchPage:
    index = SearchIndex.open(corpus_at(data), Analyzer())
    try:
        return await index.search((0,), parse_query(text), filters or Filters(), limit=200)
    finally:
        await index.close()


@only_sqlite  # how the budget of one engine is read
async def test_rows_that_were_not_checked_are_missing_and_the_page_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_into(
        tmp_path,
        *(
            thread(f"Tram {number}", body=["Gulls on rails." if number % 2 else "Rails."], score=5)
            for number in range(150)
        ),
    )
    whole = await search(tmp_path, "score:>1 -(gulls rails)")
    assert (whole.total, whole.cut, whole.capped) == (75, False, False)
    plain, checked = SqliteBudget.rows, list[int]()

    def rows(
        budget: SqliteBudget, sql: str, values: Sequence[object], units: float = 1
    ) -> tuple[list[Any], bool]:
        if "json_each" in sql and "_fts MATCH" in sql:
            checked.append(1)
            if len(checked) > 1:
                return [], False
        return plain(budget, sql, values, units)

    monkeypatch.setattr(SqliteBudget, "rows", rows)
    part = await search(tmp_path, "score:>1 -(gulls rails)")
    assert (part.total, part.cut, part.capped) == (50, True, True)
    assert not any("Gulls" in hit.excerpt for hit in part.hits)


async def test_a_list_of_comments_has_none_of_threads_that_are_hidden(tmp_path: Path) -> None:
    load_into(
        tmp_path,
        thread("Tram", comment("Yes.", "ann"), over_18=True),
        thread("Bus", comment("No.", "ann")),
    )
    assert (await search(tmp_path, "author:ann")).total == 2
    shown = await search(tmp_path, "author:ann", Filters(adult=False))
    assert [hit.title for hit in shown.hits] == ["Bus"]
