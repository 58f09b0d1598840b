"""Any string through search, on a real file: nothing raises, nothing leaks, excerpts are what is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.search import Filters, Hit, SearchPage
from bot.store.corpus.rows import ID_SHIFT
from bot.store.search.index import SearchIndex
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_rows import START, Said, Thread, fill

pytestmark = pytest.mark.slow


OURS, THEIRS = 3, 4
WORDS = [
    "harbour",
    "market",
    "rail",
    "yard",
    "naïve",
    "AT&T",
    "c++",
    "東京大学",
    "рынок",
    "gulls",
    "3,100",
    "the",
]
SIGNS = ['"', "-", "*", "OR", "AND", "NOT", "NEAR(", ")", "^", ":", "title:", "{a}", "+", "'", ";", "\0", "|"]

typed = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(WORDS + SIGNS), max_size=12).map(" ".join),
    st.lists(st.sampled_from(WORDS + SIGNS), max_size=12).map("".join),
)


def threads(mark: str) -> list[Thread]:
    return [
        Thread(
            f"{a} {mark}{n}",
            f"{b} and the {c}.\n\n{a} {mark}.",
            [Said(f"{c} {b} {mark}", at=START + n, score=n), Said(a, author="other", at=START - n)],
            source=f"paper{n % 3}.example",
        )
        for n, (a, b, c) in enumerate(zip(WORDS, WORDS[3:] + WORDS[:3], WORDS[5:] + WORDS[:5], strict=True))
    ]


class Desk:
    """One corpus with two servers' archives, searched from outside an event loop."""

    def __init__(self, data: Path) -> None:
        fill(data, threads("ours"), archive=OURS)
        fill(data, threads("theirs"), archive=THEIRS)
        self.data = data
        self.index = SearchIndex.open(corpus_at(data), Analyzer())

    def search(self, text: str, **options: object) -> SearchPage:
        found = self.index.search((OURS,), parse_query(text), limit=50, **options)  # type: ignore[arg-type]
        return asyncio.run(found)

    def stored(self, hit: Hit) -> list[str]:
        with closing(corpus_at(self.data).open_reader("corpus")) as db:
            if hit.comment is not None:
                sql, row = "SELECT text FROM comment WHERE id = ?", hit.comment
            else:
                sql, row = "SELECT title, body FROM article WHERE id = ?", hit.article
            return list(db.execute(sql, (row,)).fetchone())


@pytest.fixture(scope="module")
def desk(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    found = Desk(tmp_path_factory.mktemp("any"))
    yield found
    asyncio.run(found.index.close())


many = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(text=typed)
@example(text='"' * 400)
@example(text="a " * 2000)
@example(text="東" * 4000)
@example(text="\0")
@example(text="-")
@example(text="NEAR(harbour market, 2) OR title:rail* ^yard")
def test_any_text_finds_only_our_own_and_shows_what_is_stored(desk: Desk, text: str) -> None:
    page = desk.search(text)
    assert page.query == text
    assert len({hit.article for hit in page.hits}) == len(page.hits) == min(page.total, 50)
    for hit in page.hits:
        assert hit.article >> ID_SHIFT == OURS
        assert hit.comment is None or hit.comment >> ID_SHIFT == OURS
        assert any(hit.excerpt in part for part in desk.stored(hit))
        ends = [0, *(place for span in hit.matches for place in span), len(hit.excerpt)]
        assert ends == sorted(ends)
        assert all(start < end for start, end in hit.matches)


@many
@given(text=typed, source=st.sampled_from(["paper0.example", "PAPER1.example", "nowhere"]))
def test_filters_only_take_away(desk: Desk, text: str, source: str) -> None:
    whole = desk.search(text)
    some = desk.search(text, filters=Filters(source=source))
    if whole.instead == some.instead and whole.full == whole.total:
        kept = {hit.article for hit in whole.hits if (hit.source or "").lower() == source.lower()}
        assert {hit.article for hit in some.hits[: some.full]} == kept


@many
@given(text=typed)
def test_every_order_has_the_same_threads(desk: Desk, text: str) -> None:
    found = [desk.search(text, order=order) for order in ("relevance", "newest", "score")]
    assert len({frozenset(hit.article for hit in page.hits) for page in found}) == 1
    assert len({(page.total, page.instead) for page in found}) == 1


@many
@given(text=typed)
def test_excluded_words_are_in_no_hit(desk: Desk, text: str) -> None:
    for hit in desk.search(f"{text.replace(chr(34), ' ')} -market").hits:
        assert all("market" not in part for part in desk.stored(replace(hit, comment=None)))
        assert all("market" not in part for part in desk.stored(hit))


def test_a_spelling_is_never_taken_from_another_archive(desk: Desk) -> None:
    fill(desk.data, [Thread("Zeppelin", "A zeppelin over the quay.")], archive=THEIRS)
    page = desk.search("zepelin")
    assert (page.instead, page.total) == (None, 0)
