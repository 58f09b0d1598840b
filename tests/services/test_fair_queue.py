"""Turns: by server, then by member; limits; and slots that are never lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import pytest

from bot.domain.articles import Scope
from bot.domain.search import SearchPage
from bot.errors import Busy, NotFound
from bot.loading.protocol import Problem
from bot.services import Services
from bot.services.comment_digests.process import CommentDigestProcess
from bot.services.comment_digests.worker import DigestReply, encode
from bot.services.fair_queue import REQUESTER, FairQueue, Requester

T = TypeVar("T")


class Requests:
    """Requests to one queue, which end when the test says so."""

    def __init__(self, slots: int = 1) -> None:
        self.queue = FairQueue(slots, most_of_member=3, most_of_server=5)
        self.begun: list[str] = []
        self._end = asyncio.Semaphore(0)

    def ask(self, name: str, guild: int, member: int) -> asyncio.Task[None]:
        async def request() -> None:
            REQUESTER.set(Requester(guild, member))
            async with self.queue.turn():
                self.begun.append(name)
                await self._end.acquire()

        return asyncio.create_task(request())

    async def finish(self, count: int) -> None:
        for _ in range(count):
            self._end.release()
            for _ in range(5):
                await asyncio.sleep(0)


async def test_servers_take_turns_and_their_members_too() -> None:
    requests = Requests()
    tasks = [requests.ask(f"ann {number}", 1, 11) for number in range(4)]
    tasks += [requests.ask("bo", 1, 12), requests.ask("kim", 2, 21), requests.ask("kim again", 2, 21)]
    await asyncio.sleep(0)
    await requests.finish(7)
    assert requests.begun == ["ann 0", "kim", "bo", "kim again", "ann 1", "ann 2", "ann 3"]
    await asyncio.gather(*tasks)


async def test_too_many_of_one_member_or_server_are_refused() -> None:
    requests = Requests()
    tasks = [requests.ask("", 1, 11) for _ in range(5)]
    tasks += [requests.ask("", 1, 12) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Busy) as own:
        await tasks[4]
    assert (own.value.key, own.value.fields) == ("queue-of-member", {"most": 3})
    with pytest.raises(Busy) as servers:
        await requests.ask("", 1, 13)
    assert (servers.value.key, servers.value.fields) == ("queue-of-server", {"most": 5})
    other = requests.ask("kim", 2, 21)
    await requests.finish(7)
    await other
    assert len(requests.begun) == 7


async def test_the_bots_own_requests_are_not_limited() -> None:
    requests = Requests()
    tasks = [requests.ask("", 0, 0) for _ in range(20)]
    await requests.finish(20)
    await asyncio.gather(*tasks)


@pytest.mark.parametrize("when", ["waiting", "called"])
async def test_a_cancelled_request_loses_no_slot(when: str) -> None:
    requests = Requests(slots=2)
    tasks = [requests.ask(f"{number}", 1, 11) for number in range(4)]
    await asyncio.sleep(0)
    if when == "called":
        requests._end.release()
        await asyncio.sleep(0)
    tasks[2].cancel()
    with suppress(asyncio.CancelledError):
        await tasks[2]
    await requests.finish(4)
    assert "3" in requests.begun
    later = [requests.ask(f"later {number}", 1, 11) for number in range(2)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert requests.begun[-2:] == ["later 0", "later 1"]
    await requests.finish(2)
    await asyncio.gather(*later)


async def asked(requester: Requester, request: Coroutine[Any, Any, T]) -> T:
    """A request of this member; its result."""

    async def work() -> T:
        REQUESTER.set(requester)
        return await request

    return await asyncio.create_task(work())


async def test_a_flood_of_searches_fails_no_other_members_search(loaded: Services) -> None:
    flood = [asked(Requester(1, 11), loaded.archive.search(Scope(), "council")) for _ in range(200)]
    others = [
        asked(Requester(guild, member), loaded.archive.search(Scope(), "council"))
        for guild, member in ((1, 12), (2, 21))
    ]
    results = await asyncio.gather(*flood, *others, return_exceptions=True)
    *own, neighbour, other = results
    assert isinstance(neighbour, SearchPage)
    assert isinstance(other, SearchPage)
    assert neighbour.total == other.total > 0
    refused = [result.key for result in own if isinstance(result, Busy)]
    assert set(refused) == {"queue-of-member"}
    assert 0 < len(refused) < 200


async def test_comment_digests_of_one_member_let_another_server_go_first(
    loaded: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[int] = []

    async def exchange(process: CommentDigestProcess, line: bytes) -> bytes:
        order.append(json.loads(line.splitlines()[-1])["article"])
        await asyncio.sleep(0.01)
        problem = Problem.from_error(NotFound("no-such-article", ref=1))
        return encode(DigestReply(problem=problem))

    monkeypatch.setattr(CommentDigestProcess, "_exchange", exchange)
    own = [asked(Requester(1, 11), loaded.archive.comment_digest(Scope(), 1)) for _ in range(8)]
    other = asked(Requester(2, 21), loaded.archive.comment_digest(Scope(), 2))
    results = await asyncio.gather(*own, other, return_exceptions=True)
    assert [getattr(result, "key", "") for result in results].count("queue-of-member") == 4
    assert order == [1, 2, 1, 1, 1]
