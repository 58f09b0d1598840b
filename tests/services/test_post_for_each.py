"""A digest with a post for each article: each is made once, in order, whatever dies or is refused between."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from bot.domain.articles import Scope
from bot.domain.digests import ContentSource, Schedule
from bot.domain.exclusions import Exclusions, LeftOut, find_filter
from bot.domain.post_options import PostOptions, TagRule
from bot.services.archive import ArchiveService
from bot.services.outbox_worker import LEASE, PermanentDeliveryError, TransientDeliveryError
from bot.store.corpus import digest_candidates
from bot.store.corpus.digest_candidates import CandidateScope, DigestCandidates
from bot.ui.digests.strings import outcome
from tests.support.digest_bench import BY, GUILD, Bench, Killed, answers, killed, nothing
from tests.support.engines import engine_at
from tests.support.world import load, thread

ARTICLES = 4
EIGHT = datetime(2024, 3, 13, 8, 0, tzinfo=UTC)


async def planned(bench: Bench) -> Schedule:
    schedule = await bench.plan(late=4, posts=PostOptions(each=True))
    choice = ContentSource("newest", count=ARTICLES)
    changed = replace(schedule.plan, choice=choice, skip_empty=True)
    bench.now = EIGHT
    return await bench.digests.edit(GUILD, schedule.id, schedule.plan, changed, EIGHT - timedelta(hours=1))


def posted(bench: Bench) -> list[list[str]]:
    return [[entry.article.title for entry in post.entries] for _, _, post in bench.discord.posts]


async def again(bench: Bench) -> None:
    """What was killed is found by another worker, when Discord has forgotten the nonces."""
    bench.discord.before = bench.discord.after = bench.discord.looking = nothing
    bench.now += LEASE + timedelta(minutes=5)
    await bench.runner().run_once()


async def test_each_article_has_a_post_and_the_slot_one_line_in_the_history(bench: Bench) -> None:
    schedule = await planned(bench)
    await bench.runner().run_once()
    assert posted(bench) == [[f"Ferry day {n}"] for n in (5, 4, 3, 2)]
    assert [post.part for _, _, post in bench.discord.posts] == [0, 1, 2, 3]
    [run] = await bench.digests.history(GUILD, schedule.id)
    assert [part.state for part in run.parts] == ["posted"] * 3
    assert len([decision for decision in run.decisions if decision.picked]) == ARTICLES
    second = bench.discord.posts[1][1]
    explained = await bench.services.digest_explanations.explain_delivery(GUILD, second.id)
    assert explained.delivery == run, "the slot is explained from any of its posts"
    load(bench.data, GUILD, [thread("Gulls return", "They do.")])
    bench.now += timedelta(days=1)
    await bench.runner().run_once()
    assert posted(bench)[ARTICLES:] == [["Gulls return"]], "new since the last slot, not since its first post"


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", range(1, ARTICLES + 1))
async def test_killed_between_any_two_posts_none_is_doubled_or_lost(
    bench: Bench, moment: str, number: int
) -> None:
    schedule = await planned(bench)
    calls = count(1)

    def die() -> None:
        if next(calls) == number:
            killed()

    setattr(bench.discord, moment, die)
    with pytest.raises(Killed):
        await bench.runner().run_once()
    await again(bench)
    assert posted(bench) == [[f"Ferry day {n}"] for n in (5, 4, 3, 2)]
    [run] = await bench.digests.history(GUILD, schedule.id)
    assert [run.state, *(part.state for part in run.parts)] == ["posted"] * ARTICLES


async def test_many_deaths_in_a_row_double_nothing(bench: Bench) -> None:
    rng = random.Random(8)

    def maybe() -> None:
        if rng.random() < 0.4:
            killed()

    await planned(bench)
    for _ in range(60):
        bench.discord.before = bench.discord.after = bench.discord.looking = maybe
        bench.now += timedelta(minutes=2)
        try:
            await bench.runner().run_once()
        except Killed:
            continue
    await again(bench)
    assert sorted(posted(bench)) == [[f"Ferry day {n}"] for n in (2, 3, 4, 5)]


async def test_later_posts_wait_for_one_that_discord_failed_briefly(bench: Bench) -> None:
    schedule = await planned(bench)
    other = await bench.plan(late=4, channel=22)
    bench.discord.before = answers(None, TransientDeliveryError("503"))
    worker = bench.runner()
    await worker.run_once()
    assert posted(bench) == [["Ferry day 5"]]
    wake = await bench.digests._store.next_wake()
    assert wake is not None
    assert wake > bench.now, "those that wait for it wake nobody"
    await bench.digests.run_now(GUILD, other.id, bench.now)
    await worker.run_once()
    assert len(posted(bench)) == 2, "another digest of the channel goes ahead"
    while len(posted(bench)) < ARTICLES + 1:
        bench.now = max(bench.now, await bench.digests._store.next_wake() or bench.now)
        await worker.run_once()
    of_slot = [delivery for _, delivery, _ in bench.discord.posts if delivery.schedule == schedule.id]
    assert [delivery.part for delivery in of_slot] == [0, 1, 2, 3]
    assert bench.now < EIGHT + timedelta(minutes=1)


async def test_a_post_that_discord_refuses_for_long_delays_the_rest_only_until_its_deadline(
    bench: Bench,
) -> None:
    schedule = await planned(bench)
    bench.discord.before = answers(None, *[TransientDeliveryError("503")] * 1000)
    worker = bench.runner()
    while bench.now < EIGHT + timedelta(hours=5):
        bench.now += timedelta(minutes=10)
        await worker.run_once()
    [run] = await bench.digests.history(GUILD, schedule.id)
    assert [run.state, *(part.state for part in run.parts)] == ["posted", "failed", "missed", "missed"]


async def test_what_fails_in_the_middle_is_shown_the_next_time(bench: Bench) -> None:
    schedule = await planned(bench)
    bench.discord.before = answers(None, PermanentDeliveryError("discord-refused"))
    await bench.runner().run_once()
    [run] = await bench.digests.history(GUILD, schedule.id)
    assert [run.state, *(part.state for part in run.parts)] == ["posted", "failed", "missed", "missed"]
    assert bench.discord.told == [(schedule.id, "discord-refused")]
    bench.discord.before = nothing
    await bench.digests.resume(GUILD, schedule.id, bench.now)
    bench.now += timedelta(days=1)
    await bench.runner().run_once()
    assert sorted(posted(bench)) == [[f"Ferry day {n}"] for n in (1, 2, 3, 4, 5)]


async def test_articles_that_are_undone_before_their_posts_are_left_out(bench: Bench) -> None:
    schedule = await planned(bench)
    bench.discord.before = answers(None, Killed())
    with pytest.raises(Killed):
        await bench.runner().run_once()
    await bench.services.loads.undo(GUILD, 1, BY)
    await again(bench)
    [run] = await bench.digests.history(GUILD, schedule.id)
    assert [run.state, *(part.state for part in run.parts)] == ["posted", "failed", "empty", "empty"]
    assert (await bench.digests.schedule(GUILD, schedule.id)).state == "active"
    assert bench.discord.told == []
    assert outcome(run) == "1 of 4 posts made · the article is no longer in the archive"
    failed = replace(run.parts[-1], state="failed", reason="discord-refused")
    assert "Discord rejected the post" in outcome(replace(run, parts=(*run.parts[:-1], failed)))
    assert await bench.digests._store.newest_articles(schedule.id), "all that was left is posted"


async def test_only_rules_that_search_wait_for_a_search(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = []
    hits_of = ArchiveService.hits_of

    async def recorded(archive: ArchiveService, scope: Scope, text: str, articles: Sequence[int]) -> Any:
        searched.append(text)
        return await hits_of(archive, scope, text, articles)

    monkeypatch.setattr(ArchiveService, "hits_of", recorded)
    rules = (TagRule("Joke", "flair", "joke"), TagRule("Any"), TagRule("Sea", "search", "ferry"))
    schedule = await bench.plan(target="forum", posts=PostOptions(tags=rules))
    post = await bench.digests.preview(schedule.plan, bench.now, adult=False)
    assert post.tags == ("Any", "Sea")
    assert list(filter(None, searched)) == ["ferry"]
    assert len(searched) == 2, "the digest's own search, and that of the rule"


async def test_filters_read_texts_in_the_thread_of_the_store_and_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def recorded(*filters: Any) -> LeftOut | None:
        threads.append(threading.current_thread())
        return find_filter(*filters)

    monkeypatch.setattr(digest_candidates, "find_filter", recorded)
    choice = ContentSource("newest", count=6)
    schedule = await bench.plan(leave_out=Exclusions(words=("gulls",)))
    plan = replace(schedule.plan, choice=choice)
    post = await bench.digests.preview(plan, bench.now, adult=False)
    assert len(post.entries) == 6
    assert threads
    assert threading.main_thread() not in threads
    threads.clear()
    among = CandidateScope(Scope(GUILD), leave_out=plan.leave_out, kept=True)
    candidates = DigestCandidates.open(engine_at(bench.data))
    assert len(await candidates.newest(among, {}, 9)) == 6
    await candidates.close()
    assert len(threads) == 6, "once for each article"
