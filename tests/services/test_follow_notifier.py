"""Every load is told once to each place that follows something in it: over deaths, races and resumptions."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.domain.dump import ParsedThread
from bot.domain.follows import MAX_FOLLOWS, NOTICE_TIMEOUT, Follow, FollowTarget, FollowUpdate, Notice
from bot.domain.loads import Person
from bot.domain.search import Filters
from bot.errors import BadInput
from bot.services import Services, open_services
from bot.services.follows.notifier import Followers, NoticeSender
from bot.services.outbox_worker import LEASE, OutboxWorker, PermanentDeliveryError, TransientDeliveryError
from bot.store.ingest.writer import CorpusWriter
from bot.store.search.load_matches import FollowMatches, LoadMatches
from tests.support.engines import engine_at
from tests.support.world import comment, load, thread

pytestmark = pytest.mark.slow

GUILD, CHANNEL = 11, 22
BY = Person(7, "mod")
START = datetime(2024, 3, 12, 9, 0, tzinfo=UTC)


class Killed(BaseException):
    """The process ends here: nothing after it is done, not even what catches exceptions."""


def nothing() -> None:
    return None


def killed() -> None:
    raise Killed


@dataclass
class Discord(NoticeSender):
    """Channels that keep Discord's promise about nonces, for some minutes; `before` and `after` a message is
    stored anything may happen."""

    clock: Callable[[], datetime]
    before: Callable[[], None] = nothing
    after: Callable[[], None] = nothing
    sent: list[tuple[datetime, Notice, Sequence[FollowUpdate]]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    async def is_age_restricted(self, one: Notice) -> bool:
        return False

    async def send(self, one: Notice, told: Sequence[FollowUpdate]) -> int:
        self.before()
        now = self.clock()
        for number, (at, of, _) in enumerate(self.sent):
            if of.nonce == one.nonce and now - at < timedelta(minutes=3):
                return number + 1
        self.sent.append((now, one, told))
        self.after()
        return len(self.sent)

    async def find_sent(self, one: Notice) -> int | None:
        return next((n + 1 for n, (_, of, _) in enumerate(self.sent) if of.nonce == one.nonce), None)

    async def announce_pause(self, one: Notice, follows: Sequence[Follow], reason: str) -> None:
        self.told.append(reason)

    def titles(self) -> list[list[str]]:
        return [[one.title for part in told for one in part.articles] for _, _, told in self.sent]


@dataclass
class Bench:
    """The services, a clock that tests set, and the channels."""

    data: Path
    services: Services
    now: datetime = START

    def __post_init__(self) -> None:
        self.discord = Discord(lambda: self.now)

    def notifier(self) -> OutboxWorker[Notice, Followers]:
        return self.services.workers.notices(self.discord, clock=lambda: self.now)

    async def follow(
        self,
        query: str = "",
        filters: Filters = Filters(),  # noqa: B008 - frozen
        place: Literal["articles", "comments", "both"] = "both",
        where: int = CHANNEL,
        article: int | None = None,
    ) -> Follow:
        await self.notifier().run_once()
        watch = FollowTarget(query, filters, place, article)
        made, _ = await self.services.follows.add(GUILD, where, watch, BY, self.now, direct=False)
        return made

    def brings(self, *threads: ParsedThread, guild: int | None = GUILD) -> int:
        return load(self.data, guild, threads).load

    async def tell(self) -> list[list[str]]:
        """What is told now."""
        before = len(self.discord.sent)
        await self.notifier().run_once()
        return self.discord.titles()[before:]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with open_services(tmp_path / "data", rng=random.Random(3)) as services:
        yield Bench(tmp_path / "data", services)


def gulls(number: int, **more: object) -> ParsedThread:
    return thread(f"Gulls {number}", "They fly.", **more)  # type: ignore[arg-type]  # what a test gives


@pytest.mark.parametrize("moment", ["noticed", "composed", "before", "after"])
async def test_killed_at_any_moment_it_is_told_once(
    bench: Bench, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.follow("gulls")
    bench.brings(gulls(1))

    async def died(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if moment == "noticed":
            patch.setattr(bench.services.follows, "matches", died)
        elif moment == "composed":
            patch.setattr(bench.services.follows, "updates", died)
        elif moment == "before":
            bench.discord.before = killed
        else:
            bench.discord.after = killed
        with pytest.raises(Killed):
            await bench.notifier().run_once()
    bench.discord.before = bench.discord.after = nothing
    bench.now += LEASE + timedelta(minutes=5)  # Discord has forgotten the nonce by then
    await bench.tell()
    await bench.tell()
    assert bench.discord.titles() == [["Gulls 1"]]
    (one,) = await bench.services.follows._store.notices(GUILD, CHANNEL)
    assert (one.state, one.message) == ("posted", 1)


@pytest.mark.usefixtures("each_database")
async def test_several_notifiers_tell_once(bench: Bench) -> None:
    for where in range(20):
        await bench.follow("gulls", where=100 + where)
    bench.brings(gulls(1))
    await asyncio.gather(*(bench.notifier().run_once() for _ in range(4)))
    assert sorted(one.where for _, one, _ in bench.discord.sent) == list(range(100, 120))


async def test_an_answer_that_was_lost_is_not_told_twice(bench: Bench) -> None:
    def lost() -> None:
        raise TransientDeliveryError("the answer was lost")

    await bench.follow("gulls")
    bench.brings(gulls(1))
    bench.discord.after = lost
    await bench.tell()
    bench.discord.after = nothing
    for _ in range(3):
        bench.now += timedelta(minutes=6)
        await bench.tell()
    assert bench.discord.titles() == [["Gulls 1"]]


@pytest.mark.parametrize(("cut", "told_later"), [(True, [["Gulls 1"]]), (False, [])])
async def test_a_load_that_took_too_long_to_search_is_told_later(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, cut: bool, told_later: list[list[str]]
) -> None:
    async def found_nothing(*_: object) -> FollowMatches:
        return FollowMatches(capped=True, cut=cut)

    await bench.follow("gulls")
    bench.brings(gulls(1))
    with monkeypatch.context() as patch:
        patch.setattr(LoadMatches, "find", found_nothing)
        assert await bench.tell() == []
    bench.now += timedelta(minutes=6)
    assert await bench.tell() == told_later


async def test_what_cannot_be_told_for_a_day_is_given_up_and_may_be_told_later(bench: Bench) -> None:
    def down() -> None:
        raise TransientDeliveryError("down")

    await bench.follow("gulls")
    bench.brings(gulls(1))
    bench.discord.before = down
    await bench.tell()
    bench.discord.before = nothing
    bench.now += NOTICE_TIMEOUT + timedelta(minutes=1)
    assert await bench.tell() == []
    (one,) = await bench.services.follows._store.notices(GUILD, CHANNEL)
    assert (one.state, one.reason) == ("failed", "too-late")
    bench.brings(gulls(1, comments=[comment("ann", "Gulls again.", 5)]))
    assert await bench.tell() == [["Gulls 1"]]


async def test_what_is_refused_pauses_every_follow_of_the_place_and_is_told_once(bench: Bench) -> None:
    def refused() -> None:
        raise PermanentDeliveryError("channel-gone")

    await bench.follow("gulls")
    await bench.follow("ferry")
    bench.discord.before = refused
    for number in (1, 2):
        bench.brings(gulls(number), thread(f"Ferry {number}", "It sails."))
        await bench.tell()
    assert bench.discord.told == ["channel-gone"]
    assert {of.state for of in await bench.services.follows.follows(GUILD)} == {"paused"}


@pytest.mark.usefixtures("each_database")
async def test_loads_of_other_processes_are_told_also_after_the_bot_was_down(
    bench: Bench, tmp_path: Path
) -> None:
    await bench.follow("gulls")
    bench.brings(gulls(1))
    bench.brings(gulls(2), guild=None)
    async with open_services(tmp_path / "data") as services:  # the bot is back
        again = Bench(bench.data, services, bench.now)
        assert await again.tell() == [["Gulls 1"], ["Gulls 2"]]
        assert await again.tell() == []


async def test_a_load_that_is_resumed_tells_what_came_after(bench: Bench) -> None:
    await bench.follow("gulls")
    with CorpusWriter(engine_at(bench.data)) as writer:
        number = writer.begin_load(GUILD, "long.zst", BY, START, job="{}")
        writer.add_threads(number, [gulls(1)])
        writer.finish(number, "paused", 1.0)
    assert await bench.tell() == [], "it is not over"
    with CorpusWriter(engine_at(bench.data)) as writer:
        writer.cancel(GUILD, number)
    assert await bench.tell() == [["Gulls 1"]]
    with CorpusWriter(engine_at(bench.data)) as writer:
        writer.resume(GUILD, number)
        writer.add_threads(number, [gulls(2)])
        writer.finish(number, "done", 1.0)
    assert await bench.tell() == [["Gulls 2"]]


async def test_an_article_that_comes_after_its_comments_is_told_when_it_comes(bench: Bench) -> None:
    await bench.follow("herring")
    early = (int("a", 36), int("x", 36), None, "ann", int(START.timestamp()), None, "Herring is dear.", None)
    with CorpusWriter(engine_at(bench.data)) as writer:
        number = writer.begin_load(GUILD, "RC.zst", BY, START)
        writer.add(number, comments=[early])
        writer.finish(number, "done", 1.0)
    assert await bench.tell() == []
    bench.brings(thread("Prices at the market", "Up again.", key="t3_x"))
    assert await bench.tell() == [["Prices at the market"]]


@pytest.mark.parametrize(
    ("query", "filters", "place", "found"),
    [
        ("gulls", Filters(), "both", ["Gulls steal", "Market day"]),
        ("gulls", Filters(), "articles", ["Gulls steal"]),
        ("gulls", Filters(), "comments", ["Market day"]),
        ("gulls -lunch", Filters(), "both", ["Market day"]),
        ('"steal lunch"', Filters(), "both", ["Gulls steal"]),
        ("gull*", Filters(source="other.example"), "both", ["Market day"]),
        ("", Filters(source="other.example"), "both", ["Market day"]),
        ("", Filters(author="tidewatcher"), "articles", ["Market day", "Gulls steal"]),
        ("gulls", Filters(author="ann"), "both", ["Market day"]),
        ("zeppelin", Filters(), "both", []),
    ],
)
async def test_a_watch_means_what_the_search_means(
    bench: Bench,
    query: str,
    filters: Filters,
    place: Literal["articles", "comments", "both"],
    found: list[str],
) -> None:
    await bench.follow(query, filters, place)
    bench.brings(
        thread("Gulls steal", "They steal lunch.", posted_at=START),
        thread(
            "Market day",
            "All day.",
            source="other.example",
            comments=[comment("ann", "So many gulls.", 3)],
            posted_at=START - timedelta(days=1),
        ),
        thread("Over there", "Gulls for adults.", over_18=True, submitter="bo"),
    )
    assert await bench.tell() == ([found] if found else [])


async def test_a_follow_tells_of_loads_after_it_was_made(bench: Bench) -> None:
    bench.brings(gulls(1))
    await bench.follow("gulls")
    assert await bench.tell() == []


async def test_the_same_watch_is_kept_once_and_places_have_a_limit(bench: Bench) -> None:
    first = await bench.follow("gulls")
    assert (await bench.follow("gulls")).id == first.id
    for number in range(MAX_FOLLOWS - 1):
        await bench.follow(f"word{number}")
    with pytest.raises(BadInput, match="too-many-follows"):
        await bench.follow("one more")
    with pytest.raises(BadInput, match="nothing-to-follow"):
        await bench.follow("  ")


async def test_a_story_is_told_once_and_not_again_for_its_second_thread(bench: Bench) -> None:
    await bench.follow("market")
    title = "Harbour council votes to move the fish market"
    known: dict[str, Any] = {"source": "courier.example", "posted_at": START, "inferred": False}
    link = "https://courier.example/market"
    bench.brings(
        thread(title, "The council voted 7 to 4.", **known), thread(title, key="t3_a1", link=link, **known)
    )
    assert await bench.tell() == [[title]]
    bench.brings(thread("Market vote", key="t3_b2", link=f"{link}?utm_source=x", **known))
    assert await bench.tell() == []
    bench.brings(thread("Night market opens", "Lanterns everywhere.", **known))
    assert await bench.tell() == [["Night market opens"]]
