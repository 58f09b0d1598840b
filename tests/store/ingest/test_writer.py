"""Loads and their receipts, bad threads among good ones, and one writer at a time."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.domain.dump import Rejection
from bot.domain.loads import Counts, Person, Receipt
from bot.domain.stored_message import StoredMessage
from bot.errors import Busy, UserError
from bot.i18n import english
from bot.store.corpus import receipts
from bot.store.corpus.receipts import NOT_RESUMABLE
from bot.store.ingest.merge import Annotator
from bot.store.ingest.writer import CorpusWriter
from bot.store.sqlite.writer_lock import LOCK_FILE
from tests.support.corpus_engines import corpus_address, corpus_at, only_sqlite
from tests.support.corpus_loads import (
    EDITOR,
    EMPTY,
    LOADER,
    START,
    assert_sound,
    comment,
    holdings,
    load,
    query,
    thread,
)

FIRST = comment("It is a bribe.", "netmender", 1)


def test_a_receipt_tells_everything(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, thread("Fish market moves", FIRST))
        number = writer.begin_load(None, "pages.zip", EDITOR, START)
        writer.add_threads(number, [thread("Fish market moves", FIRST, comment()), thread("Gulls protest")])
        writer.reject(number, Rejection("pages.zip/3.txt", "empty", "The file is empty."))
        writer.add_threads(number, [thread("Fish market moves", source=None)])
        assert writer.finish(number, "failed", 2.5, DISK_FULL) == Receipt(
            load=2,
            guild=None,
            name="pages.zip",
            state="failed",
            by=EDITOR,
            started_at=START,
            seconds=2.5,
            articles=Counts(new=1, updated=1, unchanged=1),
            comments=Counts(new=1, unchanged=1),
            rejected=1,
            rejections=(Rejection("pages.zip/3.txt", "empty", "The file is empty."),),
            ids=(1, 2),
            problem="The disk is full, so corpus.db can't grow. Free some space, then try again.",
        )


def test_loads_of_servers_have_their_own_numbers(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        server = load(writer, thread("Fish market moves", FIRST), guild=7)
        shared = load(writer, thread("Fish market moves", FIRST))
        again = load(writer, thread("Gulls protest"), guild=7)
    assert (server.guild, shared.guild) == (7, None)
    assert (server.ids, shared.ids, again.ids) == (((1 << 32) + 1,), (1,), ((1 << 32) + 2,))


def test_only_so_many_ids_and_rejections_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "MAX_RECEIPT_IDS", 3)
    monkeypatch.setattr(receipts, "MAX_RECEIPT_REJECTIONS", 3)
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        number = writer.begin_load(None, "pages", Person(None, "me"), START)
        for batch in range(3):
            writer.add_threads(number, [thread(f"Story {batch}{one}") for one in range(2)])
            writer.add_threads(number, [thread(""), thread("")])
        receipt = writer.finish(number, "done", 1)
    assert (receipt.articles.new, receipt.rejected) == (6, 6)
    assert receipt.ids == (1, 2, 3)
    assert len(receipt.rejections) == 3


DISK_FULL = StoredMessage("error-disk-full", {"file": "corpus.db"})
BUG = StoredMessage("load-problem-fault", {"fault": "ZeroDivisionError"})
BAD = [
    (thread(""), "neither a title nor an id"),
    (thread("\ud800 half", FIRST), "half a character"),
    (thread("Good title", FIRST, comment("half \udfff")), "half a character"),
    (thread("Good title", FIRST, comment(author="\udfff")), "half a character"),
    (thread("Good title", key="abc"), "not the id"),
    (thread("Good title", FIRST, comment(key="t1_a b"), key="t3_1"), "not the id"),
    (thread("Good title", FIRST, score=1 << 70), "too large for the archive"),
    (thread("Good title", FIRST, comment(score=-(1 << 63) - 1)), "too large for the archive"),
]


@pytest.mark.parametrize(("bad", "told"), BAD, ids=range(len(BAD)))
def test_a_bad_thread_is_rejected_whole_and_alone(tmp_path: Path, bad: object, told: str) -> None:
    one, other = thread("Fish market moves", FIRST), thread("Gulls protest", comment())
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, one, other)
        expected = {**holdings(tmp_path), "version": []}
    with CorpusWriter(corpus_at(tmp_path / "with")) as writer:
        number = writer.begin_load(None, "pages.zip", EDITOR, START)
        added = writer.add_threads(number, [one, bad, other])  # type: ignore[list-item] # parametrised
        receipt = writer.finish(number, "done", 1)
    assert (added.articles, added.comments) == (Counts(new=2), Counts(new=2))
    assert [rejection.reason for rejection in added.rejected] == ["unfit"]
    assert told in added.rejected[0].detail
    assert receipt.rejections == added.rejected
    assert holdings(tmp_path / "with") == expected
    assert_sound(tmp_path / "with")


def test_a_bad_update_changes_nothing(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, thread("Fish market moves", FIRST))
        before = holdings(tmp_path)
        receipt = load(writer, thread("FISH market moves", comment(), comment(score=1 << 70)))
    assert (receipt.articles, receipt.comments, receipt.rejected) == (Counts(), Counts(), 1)
    assert holdings(tmp_path) == before
    assert_sound(tmp_path)


def test_a_failing_annotation_is_a_bug_and_stores_nothing(tmp_path: Path) -> None:
    def languages(texts: Sequence[str]) -> list[None]:
        raise ZeroDivisionError

    with CorpusWriter(corpus_at(tmp_path), annotator=Annotator(languages)) as writer:
        number = writer.begin_load(None, "pages", EDITOR, START)
        with pytest.raises(ZeroDivisionError):
            writer.add_threads(number, [thread("Fish market moves")])
        assert writer.finish(number, "failed", 1, BUG).articles == Counts()
    assert holdings(tmp_path) == EMPTY


def test_a_load_that_is_over_takes_nothing_more(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        number = load(writer).load
        with pytest.raises(ValueError, match="not running"):
            writer.add_threads(number, [thread("Fish market moves")])
        with pytest.raises(ValueError, match="not running"):
            writer.reject(number, Rejection("x", "empty", "It is empty."))
        with pytest.raises(ValueError, match="not running"):
            writer.finish(number, "done", 1)


@only_sqlite
def test_a_full_disk_keeps_the_batches_before(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        number = writer.begin_load(None, "pages", EDITOR, START)
        writer.add_threads(number, [thread("Fish market moves", FIRST)])
        [pages] = query(tmp_path, "PRAGMA page_count")
        writer._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(UserError) as raised:
            writer.add_threads(number, [thread(f"Story {one}", body=("x" * 4000,)) for one in range(99)])
        assert raised.value.key == "disk-full"
        assert writer.finish(number, "failed", 1, DISK_FULL).articles == Counts(new=1)
    assert_sound(tmp_path)


@only_sqlite
def test_tidying_and_rebuilding_keep_everything(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        for one in range(20):
            load(writer, thread(f"Story {one}", FIRST), thread("", FIRST, key=f"t3_{one}", body=()))
        before = holdings(tmp_path)
        writer.optimize(1_000_000, lambda: None)
        assert not (tmp_path / "corpus.db-wal").stat().st_size
        assert_sound(tmp_path)
        writer.rebuild_indexes()
        assert_sound(tmp_path)
        assert holdings(tmp_path) == before


# One writer at a time.


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    waiting, order = threading.Event(), []

    def second() -> None:
        with CorpusWriter(corpus_at(tmp_path), on_wait=waiting.set) as writer:
            order.append("second")
            load(writer, thread("Gulls protest"))

    with CorpusWriter(corpus_at(tmp_path)) as writer:
        thread_of_second = threading.Thread(target=second)
        thread_of_second.start()
        assert waiting.wait(10)
        load(writer, thread("Fish market moves"))
        order.append("first")
    thread_of_second.join(10)
    assert order == ["first", "second"]
    assert query(tmp_path, "SELECT id, state FROM load") == [(1, "done"), (2, "done")]


class GaveUp(Exception):  # noqa: N818 - somebody's wish
    """Somebody does not want to wait."""


def test_waiting_may_be_given_up(tmp_path: Path) -> None:
    def give_up() -> None:
        raise GaveUp

    with CorpusWriter(corpus_at(tmp_path)):
        with pytest.raises(GaveUp):
            CorpusWriter(corpus_at(tmp_path), on_wait=give_up)
        with pytest.raises(Busy) as raised:
            CorpusWriter(corpus_at(tmp_path), lock_timeout=0)
        assert raised.value.key == "loader-busy"
    CorpusWriter(corpus_at(tmp_path), lock_timeout=0).close()


@only_sqlite
def test_a_writer_that_cannot_open_lets_the_next_one_in(tmp_path: Path) -> None:
    (tmp_path / "corpus.db").write_text("no database at all, but long enough to look like one" * 9)
    for _ in range(2):
        with pytest.raises(UserError) as raised:
            CorpusWriter(corpus_at(tmp_path), lock_timeout=0)
        assert raised.value.key == "not-our-database"
    (tmp_path / "corpus.db").unlink()
    CorpusWriter(corpus_at(tmp_path), lock_timeout=0).close()


@only_sqlite
def test_a_lock_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / LOCK_FILE).mkdir()
    with pytest.raises(UserError) as raised:
        CorpusWriter(corpus_at(tmp_path))
    assert raised.value.key == "database-unreachable"


def test_a_load_whose_process_is_gone_has_failed(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        number = writer.begin_load(None, "pages", EDITOR, START)
        writer.add_threads(number, [thread("Fish market moves", FIRST)])
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        assert query(tmp_path, "SELECT state, problem, articles_new FROM load") == [
            ("failed", english(NOT_RESUMABLE), 1)
        ]
        assert writer.undo(None, number).articles_removed == 1
    assert holdings(tmp_path) == EMPTY


# Killed in the middle.


@pytest.mark.parametrize("lines", [1, 4, 9])
def test_a_killed_load_leaves_whole_threads(tmp_path: Path, lines: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LOADER, str(tmp_path), corpus_address(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    ) as it:
        assert it.stdout is not None
        for _ in range(lines):
            told = int(it.stdout.readline())
        it.kill()
        told = max([told, *map(int, filter(str.isdigit, it.stdout.read().split("\n")))])
    assert_sound(tmp_path)
    stories = query(tmp_path, "SELECT comments FROM article WHERE title LIKE 'Story %'")
    assert len(stories) in (told, told + 5), "no batch that was told is missing; one may have come after"
    assert set(stories) == {7}
    [counted] = query(tmp_path, "SELECT articles_new, comments_new FROM load")
    assert counted == (len(stories) + 1, len(stories) * 7 + len(stories) // 5)
    with CorpusWriter(corpus_at(tmp_path), lock_timeout=0) as writer:
        assert query(tmp_path, "SELECT state FROM load") == ["failed"]
        writer.undo(None, 1)
    assert holdings(tmp_path) == EMPTY
    assert_sound(tmp_path)
