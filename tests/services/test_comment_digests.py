"""The process that reads whole threads: it keeps what it found out, is started when needed, and may die."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.answers import CommentDigest
from bot.domain.articles import Article, Scope
from bot.domain.loads import Person
from bot.errors import BadInput, Busy, NotFound
from bot.services import Services, open_services
from bot.services.comment_digests import process as thinkers
from bot.services.comment_digests import worker
from bot.services.comment_digests.worker import (
    CommentDigestWorker,
    DigestRequest,
    WorkerStart,
    decode_reply,
    encode,
)
from bot.store.ingest.writer import CorpusWriter
from bot.text.discussion.comment_digest import build_comment_digest
from bot.ui.articles import strings
from tests.support.dump_folders import page
from tests.support.engines import engine_at
from tests.support.services import load
from tests.support.world import comment, thread
from tests.support.world import load as put

SHARED = Scope()


def children() -> set[int]:
    """The processes that this one started and that still run."""
    own = os.getpid()
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if int(parent) == own and state != "Z":
                found.add(int(folder.name))
    return found


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc"),
]


async def started(services: Services) -> int:
    """The process of these services."""
    before = children()
    await services.archive.comment_digest(SHARED, 2)
    (process,) = children() - before
    return process


async def test_a_process_is_there_from_the_first_question_to_the_end_of_the_library(
    tmp_path: Path, dump: Path
) -> None:
    before = children()
    async with open_services(tmp_path / "data") as services:
        await load(services, None, dump)
        assert children() == before
        process = await started(services)
        await services.archive.comment_digest(SHARED, 1)
        assert children() - before == {process}
    assert children() == before


async def test_a_process_that_was_killed_is_started_again(loaded: Services) -> None:
    process = await started(loaded)
    os.kill(process, signal.SIGKILL)
    assert (await loaded.archive.comment_digest(SHARED, 2)).total == 2
    assert process not in children()


async def test_one_that_always_dies_is_given_up(loaded: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinkers, "WORKER", ("false",))
    with pytest.raises(Busy) as caught:
        await loaded.archive.comment_digest(SHARED, 2)
    assert caught.value.key == "thinker-died"


async def test_one_that_takes_too_long_is_stopped(loaded: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinkers, "WORKER", ("sleep", "60"))
    monkeypatch.setattr(thinkers, "REQUEST_TIMEOUT", 0.1)
    with pytest.raises(Busy) as caught:
        await loaded.archive.comment_digest(SHARED, 2)
    assert caught.value.key == "took-too-long"
    monkeypatch.undo()
    assert (await loaded.archive.comment_digest(SHARED, 2)).total == 2


async def test_one_that_nobody_asks_ends(loaded: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinkers, "IDLE_TIMEOUT", 0.1)
    process = await started(loaded)
    async with asyncio.timeout(30):
        while process in children():  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.05)
    assert (await loaded.archive.comment_digest(SHARED, 2)).total == 2


async def test_the_end_of_the_library_does_not_wait_for_an_answer(
    tmp_path: Path, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thinkers, "WORKER", ("sleep", "60"))
    async with asyncio.timeout(30):
        async with open_services(tmp_path / "data") as services:
            await load(services, None, dump)
            asked = asyncio.create_task(services.archive.comment_digest(SHARED, 2))
            await asyncio.sleep(0.3)
        with pytest.raises(Busy):
            await asked


async def test_what_was_found_out_is_kept_until_the_archive_changes(loaded: Services, tmp_path: Path) -> None:
    first = await loaded.archive.comment_digest(SHARED, 2)
    assert await loaded.archive.comment_digest(SHARED, 2) == first
    more = page(
        "Harbour council votes to move the fish market",
        "courier.example",
        "tidewatcher",
        ("The council voted.",),
        (("pierpoet", "2024-03-12T12:40", "It was 6 to 5, I counted hands."),),
    )
    (tmp_path / "more.txt").write_text(more)
    receipt = await load(loaded, None, tmp_path / "more.txt")
    assert (await loaded.archive.comment_digest(SHARED, 2)).total == 3
    await loaded.loads.undo(None, receipt.load, receipt.by)
    assert await loaded.archive.comment_digest(SHARED, 2) == first


async def test_an_article_of_another_archive_is_not_thought_about(loaded: Services) -> None:
    process = await started(loaded)
    with pytest.raises(NotFound):
        await loaded.archive._process.comment_digest(Scope(5, shared=False), 2)
    assert process in children()


async def test_a_fault_is_told_with_its_traceback_and_is_not_tried_again(
    tmp_path: Path, dump: Path, loaded: Services
) -> None:
    process = await started(loaded)
    with pytest.raises(RuntimeError, match="Traceback"):
        await loaded.archive._process.comment_digest(SHARED, "2")  # type: ignore[arg-type]
    assert process in children()


async def test_what_the_operator_can_mend_is_told_as_such(tmp_path: Path, dump: Path) -> None:
    async with open_services(tmp_path / "data", vectors=str(tmp_path / "nowhere")) as services:
        await load(services, None, dump)
        with pytest.raises(BadInput) as caught:
            await services.archive.comment_digest(SHARED, 2)
        assert caught.value.key == "vectors-unusable"
        assert caught.value.fields["setting"] == str(tmp_path / "nowhere")


async def test_the_token_is_not_handed_on(loaded: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("LLM_API_KEY", "secret")
    process = await started(loaded)
    told = await asyncio.to_thread(Path(f"/proc/{process}/environ").read_bytes)
    assert b"DISCORD_TOKEN" not in told
    assert b"LLM_API_KEY" not in told


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The articles whose digest was worked out, in order."""
    articles = []

    def counted(article: Article, *rest: Any) -> CommentDigest:
        articles.append(article.id)
        return build_comment_digest(article, *rest)

    monkeypatch.setattr("bot.text.discussion.comment_digest.build_comment_digest", counted)
    return articles


@pytest.fixture
async def thinker(loaded: Services, tmp_path: Path) -> AsyncIterator[CommentDigestWorker]:
    """What runs in the process, in this one."""
    opened = CommentDigestWorker(WorkerStart(tmp_path / "data", "off"))
    yield opened
    await opened.close()


async def says(thinker: CommentDigestWorker, scope: Scope, article: int) -> CommentDigest:
    return decode_reply(await thinker.answer(encode(DigestRequest(scope, article))))


async def test_a_thread_is_thought_about_once_for_all_servers_while_others_are_loaded(
    thinker: CommentDigestWorker, loaded: Services, tmp_path: Path, worked_out: list[int]
) -> None:
    first = await says(thinker, Scope(5), 2)
    other = page(
        "Ferry sails", "courier.example", "bo", ("On time.",), (("bo", "2024-03-12T12:40", "Late."),)
    )
    (tmp_path / "other.txt").write_text(other)
    await load(loaded, None, tmp_path / "other.txt")
    assert await says(thinker, Scope(6, adult=False), 2) == first
    assert worked_out == [2]


async def test_what_is_kept_is_not_told_to_a_server_that_may_not_see_it(thinker: CommentDigestWorker) -> None:
    await says(thinker, SHARED, 2)
    with pytest.raises(NotFound):
        await says(thinker, Scope(5, shared=False), 2)


async def test_a_forgotten_author_is_not_told_from_what_was_kept(
    thinker: CommentDigestWorker, tmp_path: Path
) -> None:
    first = await says(thinker, SHARED, 2)
    await says(thinker, SHARED, 1)
    names = {comment.author for comment in first.few}
    name = sorted(names)[0]
    with CorpusWriter(engine_at(tmp_path / "data")) as writer:
        writer.erase_author(None, name, datetime.now(UTC))
    again = await says(thinker, SHARED, 2)
    assert {comment.author for comment in again.few} == names - {name}
    assert again.deleted == first.deleted + 1


async def test_what_was_taken_back_is_not_told_from_what_was_kept(
    thinker: CommentDigestWorker, loaded: Services
) -> None:
    await says(thinker, SHARED, 2)
    await loaded.loads.undo(None, 1, Person(7, "mod"))
    with pytest.raises(NotFound):
        await says(thinker, SHARED, 2)


def linked(key: str, *said: tuple[str, str], subreddit: str = "saltmere", body: tuple[str, ...] = ()) -> Any:
    """A submission of one link, with comments."""
    comments = [
        comment(author, text, number, key=f"t1_{key}{number}", parent_key=f"t3_{key}")
        for number, (author, text) in enumerate(said)
    ]
    when = datetime(2024, 3, 12, 12, tzinfo=UTC)
    link = "https://isle.example/lighthouse"
    return thread(
        f"Lighthouse {key}",
        *body,
        key=f"t3_{key}",
        comments=comments,
        link=link,
        subreddit=subreddit,
        source="isle.example",
        posted_at=when,
        inferred=False,
    )


LIGHTHOUSE = ("The council voted 7 to 4 to light the old lighthouse again from May.", "It pays for the oil.")


async def test_a_story_is_digested_once_for_all_of_its_threads(
    thinker: CommentDigestWorker, loaded: Services, tmp_path: Path, worked_out: list[int]
) -> None:
    data = tmp_path / "data"
    first = linked("a1", ("ann", "The old lamp was much brighter than any of these."))
    one, *_ = put(data, None, [first]).ids
    alone = await says(thinker, SHARED, one)
    assert ([each.article for each in alone.threads], alone.few[0].place) == ([one], None)
    second = linked(
        "b2", ("ben", "It was 6 to 5, not 7 to 4, I counted hands."), subreddit="isles", body=LIGHTHOUSE
    )
    receipt = put(data, None, [second])
    [two] = receipt.ids
    whole = await says(thinker, SHARED, one)
    assert await says(thinker, SHARED, two) == whole
    assert (whole.total, [each.article for each in whole.threads]) == (2, [one, two])
    assert [(quote.author, quote.place, quote.article) for quote in whole.few] == [
        ("ann", "r/saltmere", one),
        ("ben", "r/isles", two),
    ]
    assert [each.kind for each in whole.divergences] == ["contradicts"]
    served = await loaded.archive.comment_digest(SHARED, one)
    assert (served.article, served.title, served.text_of) == (one, "Lighthouse a1", two)
    assert "Based on all 2 comments · from 2 threads" in strings.coverage(served)
    letters = await loaded.archive.comment_digest(Scope(pseudonyms=True), one)
    assert {(quote.author, quote.link) for quote in letters.few} == {("Commenter A", None)}
    answer = await loaded.answers.ask(SHARED, "What do people think of it?", article=one)
    cited = {(citation.article, citation.title) for claim in answer.claims for citation in claim.citations}
    assert cited == {(one, "Lighthouse a1"), (two, "Lighthouse b2")}
    assert (await loaded.archive.summary(SHARED, one)).sentences[0].text == LIGHTHOUSE[0]
    # Another server has a thread of its own, which the others never see.
    [own] = put(data, 5, [linked("c3", ("cleo", "Nobody asked the gulls about the lamps, as usual."))]).ids
    assert (await says(thinker, Scope(5), one)).total == 3
    assert (await says(thinker, Scope(6), one)).total == (await says(thinker, SHARED, two)).total == 2
    with pytest.raises(NotFound):
        await says(thinker, SHARED, own)
    # Undoing takes apart what the load has joined.
    await loaded.loads.undo(None, receipt.load, receipt.by)
    assert await says(thinker, SHARED, one) == alone
    assert worked_out == [one, two, two]


async def test_captures_of_a_thread_are_digested_as_one(loaded: Services, tmp_path: Path) -> None:
    data, scope = tmp_path / "data", Scope(5)
    captured = linked("a1", ("ann", "The old lamp was much brighter than any of these."))
    more = ("ben", "Nobody asked the gulls about the lamps, as usual.")
    [shared] = put(data, None, [replace(captured, known=30)]).ids
    later = linked("a1", ("ann", "The old lamp was much brighter than any of these."), more)
    [own] = put(data, 5, [replace(later, known=20)]).ids
    for article in (shared, own):
        digest = await loaded.archive.comment_digest(scope, article)
        assert [(quote.author, quote.place) for quote in digest.few] == [("ann", None), ("ben", None)]
        assert strings.coverage(digest) == "Based on all 2 comments · The archive has 2 of about 30 comments."
    # Beside another thread, both have one name.
    other = linked("b2", ("cleo", "It was 6 to 5, not 7 to 4, I counted hands."), subreddit="isles")
    put(data, None, [replace(other, known=9)])
    for article in (shared, own):
        digest = await loaded.archive.comment_digest(scope, article)
        assert {(quote.author, quote.place) for quote in digest.few} == {
            ("ann", "r/saltmere"),
            ("ben", "r/saltmere"),
            ("cleo", "r/isles"),
        }
        assert strings.coverage(digest) == (
            "Based on all 3 comments · from 2 threads · The archive has 3 of about 39 comments."
        )


async def test_no_more_is_kept_than_there_is_room_for(
    thinker: CommentDigestWorker, worked_out: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "MAX_CACHED_BYTES", 1)
    for article in (1, 1, 2, 1):
        await says(thinker, SHARED, article)
    assert worked_out == [1, 2, 1]
