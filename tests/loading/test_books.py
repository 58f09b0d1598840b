"""The books of loads balance: every record that is read is counted once more by what became of it."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from bot.domain.articles import Scope, Stats
from bot.domain.books import Books
from bot.domain.loads import LoadFilter, Receipt
from bot.dumps import Limits
from bot.dumps.containers.walk import Member, walk
from bot.dumps.formats import named_text
from bot.dumps.formats.registry import FORMATS, format_of
from bot.loading import protocol
from bot.store.corpus.reader import CorpusReader
from tests.support.corpus_loads import query
from tests.support.engines import engine_at
from tests.support.loader import PERSON, Loader, after
from tests.support.sample_dumps import WRITERS, Sample, SampleThread, listing

ONE = SampleThread(1, (1, 2, 3), more=5)
TWO = SampleThread(2, (1,), captured=9)


def books_of(receipt: Receipt | Stats) -> tuple[Books, Books]:
    assert receipt.article_books is not None
    assert receipt.comment_books is not None
    assert (receipt.article_books.unaccounted, receipt.comment_books.unaccounted) == (0, 0), receipt
    return receipt.article_books, receipt.comment_books


def check(receipt: Receipt, sample: Sample) -> None:
    """The whole sample was read."""
    articles, comments = books_of(receipt)
    assert (articles.read, comments.read) == (sample.articles, sample.comments)
    assert articles.rejected + comments.rejected == sample.rejected


def stats(data: Path) -> Stats:
    async def read() -> Stats:
        reader = CorpusReader.open(engine_at(data))
        try:
            return await reader.stats(Scope())
        finally:
            await reader.close()

    return asyncio.run(read())


def test_every_format_has_a_sample(tmp_path: Path) -> None:
    covered = set()
    for name, write in WRITERS.items():
        path = tmp_path / name
        path.write_bytes(write([ONE, TWO]).data)
        [member] = walk(path, Limits())
        assert isinstance(member, Member)
        covered.add(format_of(member))
    assert covered == set(FORMATS) - {named_text.FORMAT}, "of named texts nothing is read"


@pytest.mark.parametrize("name", WRITERS)
def test_a_load_counts_all_that_its_dump_holds(loader: Loader, tmp_path: Path, name: str) -> None:
    if name in ("saved page", "MHTML", "WARC"):
        pytest.importorskip("trafilatura")
        pytest.importorskip("warcio")
    sample = WRITERS[name]([ONE, TWO])
    path = tmp_path / "dump"
    path.write_bytes(sample.data)
    check(loader.load(path), sample)
    again = loader.load(path)
    check(again, sample)
    assert [of_kind.new for of_kind in books_of(again)] == [0, 0]
    assert again.comments.new == 0


threads = st.builds(
    SampleThread,
    number=st.integers(1, 3),
    comments=st.sets(st.integers(1, 4)).map(sorted).map(tuple),
    more=st.integers(0, 2),
    over_18=st.booleans(),
    captured=st.integers(0, 3),
)
NATIVE = [name for name in WRITERS if name not in ("saved page", "MHTML", "WARC", "feed")]
loads = st.tuples(
    st.sampled_from(NATIVE),
    st.lists(threads, min_size=1, max_size=3, unique_by=lambda thread: thread.number),
    st.sampled_from([LoadFilter(), LoadFilter(over_18=True), LoadFilter(over_18=True, min_score=2)]),
    st.none() | st.integers(0, 2),
)


undone = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 5)), max_size=3)


GONE = [
    (
        "table",
        [SampleThread(3, (1, 2, 3, 4), 2, over_18=True, captured=2)],
        LoadFilter(over_18=True, min_score=2),
        0,
    ),
    (
        "listing",
        [
            SampleThread(2, (1, 2, 3, 4), 2),
            SampleThread(3, (1, 2, 4), 2),
            SampleThread(1, (2,), 1, over_18=True, captured=3),
        ],
        LoadFilter(over_18=True, min_score=2),
        None,
    ),
]
"""The second load says how many comments an article has that goes when the first one is undone."""


@given(st.lists(loads, min_size=1, max_size=4), undone)
@example(GONE, [(1, 1)])
@settings(max_examples=6, phases=[Phase.explicit, Phase.generate])
@pytest.mark.slow
def test_the_books_balance_after_any_mixture(
    made: list[tuple[str, list[SampleThread], LoadFilter, int | None]], undos: list[tuple[int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        loader = Loader(Path(folder) / "data")
        receipts: dict[int, Receipt] = {}

        def settle() -> None:
            now = stats(loader.data)
            if receipts:
                books_of(now)
            assert now.comments + now.waiting == sum(one.comments.new for one in receipts.values())
            assert now.articles == sum(one.articles.new for one in receipts.values())
            announced = "SELECT coalesce(sum(max(0, known - comments)), 0) FROM article"
            assert [now.missing] == query(loader.data, announced)

        for at, (name, content, wanted, stop) in enumerate(made):
            sample = WRITERS[name](content)
            path = Path(folder) / f"{at}"
            path.write_bytes(sample.data)
            if stop is None:
                receipt = loader.load(path, wanted=wanted)
            else:
                receipt = loader.load(path, wanted=wanted, stop=after(stop))
                books_of(receipt)
                if receipt.state == "cancelled":
                    receipt = loader.resume(receipt.load)
            check(receipt, sample)
            receipts[receipt.load] = receipt
            for place, load in undos:
                if place == at and load in receipts:
                    loader.do(protocol.UndoJob(data=loader.data, guild=None, by=PERSON, load=load))
                    del receipts[load]
            settle()
        for load in sorted(receipts, reverse=True):
            loader.do(protocol.UndoJob(data=loader.data, guild=None, by=PERSON, load=load))
            del receipts[load]
            settle()
        assert query(
            loader.data, "SELECT (SELECT count(*) FROM missing) + (SELECT count(*) FROM omitted)"
        ) == [0]


@pytest.mark.parametrize("stop", [0, 1, 2])
def test_an_export_that_is_stopped_goes_on_with_a_whole_thread(
    loader: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    monkeypatch.setattr("bot.dumps.formats.newsdesk_export.BLOCK_BYTES", 1)
    sample = WRITERS["own export"]([ONE, TWO, SampleThread(3, (1, 2))])
    path = tmp_path / "export"
    path.write_bytes(sample.data)
    receipt = loader.load(path, stop=after(stop))
    assert receipt.state == "cancelled"
    assert books_of(receipt)[0].read <= stop + 1
    check(loader.resume(receipt.load), sample)


def test_comments_of_a_thread_that_is_rejected_do_not_join_the_one_above(
    loader: Loader, tmp_path: Path
) -> None:
    first, second = WRITERS["own export"]([ONE]).data, WRITERS["own export"]([TWO]).data
    path = tmp_path / "export"
    path.write_bytes(first + second.replace(b'"title":"Headline 2"', b'"title":""'))
    articles, comments = books_of(loader.load(path))
    assert (articles.new, articles.rejected) == (1, 1)
    assert comments.new == len(ONE.comments)


def test_what_is_only_announced_is_missing_until_it_comes(loader: Loader, tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_bytes(listing([ONE]).data)
    _, comments = books_of(loader.load(path))
    assert (comments.read, comments.new, comments.missing, comments.total) == (3, 3, 5, 8)
    path.write_bytes(listing([SampleThread(1, (4, 5, 6, 7))]).data)
    _, comments = books_of(loader.load(path))
    assert (comments.new, comments.missing) == (4, 1)
    assert stats(loader.data).missing == 1
    loader.do(protocol.UndoJob(data=loader.data, guild=None, by=PERSON, load=2))
    assert stats(loader.data).missing == 5


def test_what_a_filter_leaves_out_is_not_missing_too(loader: Loader, tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_bytes(listing([ONE]).data)
    _, comments = books_of(loader.load(path, wanted=LoadFilter(min_length=100)))
    assert (comments.read, comments.left_out, comments.missing) == (3, {"min_length": 3}, 5)


def test_comments_wait_until_their_article_comes(loader: Loader, tmp_path: Path) -> None:
    path = tmp_path / "RC"
    path.write_bytes(WRITERS["comments alone"]([ONE, TWO]).data)
    _, comments = books_of(loader.load(path))
    assert (comments.new, comments.waiting) == (0, 4)
    assert books_of(stats(loader.data))[1].waiting == 4
    path.write_bytes(listing([TWO]).data)
    loader.load(path)
    assert (stats(loader.data).comments, stats(loader.data).waiting) == (1, 3)
