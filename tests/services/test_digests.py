"""What scheduled digests pick, and what they say of it."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.articles import Scope
from bot.domain.digest_choice import decide
from bot.domain.digests import Candidate, ContentSource, DigestConfig, Timing
from bot.domain.exclusions import Exclusions
from bot.domain.loads import Person
from bot.errors import BadInput
from bot.services import Services, open_services
from bot.services.digests.selection import MAX_REPLAYED
from bot.ui.digests import cards, post_card, strings
from tests.support.cards import components_of
from tests.support.world import comment, load, thread

pytestmark = pytest.mark.slow

GUILD = 11
NOW = datetime(2024, 3, 12, 9, 0, tzinfo=UTC)


def on(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    data = tmp_path / "data"
    told: dict[str, Any] = {"inferred": False}
    two = (comment("a", "At last.", 1), comment("b", "Why now?", 2))
    threads = [
        thread("Ferry sinks slowly", "Text.", posted_at=on(2019, 3, 12), comments=two[:1], **told),
        thread("Gulls return", "Text.", posted_at=on(2021, 3, 12, 23), **told),
        thread("Market moves", "Text.", posted_at=on(2024, 3, 10), subreddit="Harbour", **told),
        thread("Mayor resigns", "Text.", posted_at=on(2024, 3, 8), comments=two, **told),
        thread("Pier closed", "Text.", posted_at=on(2023, 7, 1), source="herald.example", **told),
    ]
    load(data, GUILD, threads)
    load(data, 12, [thread("Another server's news", posted_at=on(2024, 3, 11), **told)])
    async with open_services(data, rng=random.Random(2)) as opened:
        yield opened


async def titles(services: Services, choice: ContentSource, zone: str = "UTC") -> list[str]:
    plan = DigestConfig(GUILD, 22, Timing("daily", 540, zone=zone), choice)
    post = await services.digests.preview(plan, NOW, adult=False)
    return [entry.article.title for entry in post.entries]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (ContentSource("newest", count=2), ["Market moves", "Mayor resigns"]),
        (ContentSource("on-this-day"), ["Ferry sinks slowly", "Gulls return"]),
        (ContentSource("most-discussed", days=7), ["Mayor resigns", "Market moves"]),
        (ContentSource("most-discussed", days=None, count=2), ["Mayor resigns", "Ferry sinks slowly"]),
        (ContentSource("search", "pier"), ["Pier closed"]),
        (ContentSource("search", "zeppelin"), []),
        (ContentSource("source", "Herald.example"), ["Pier closed"]),
        (ContentSource("subreddit", "harbour"), ["Market moves"]),
    ],
)
async def test_every_choice_picks_its_own(
    services: Services, choice: ContentSource, expected: list[str]
) -> None:
    assert await titles(services, choice) == expected


async def test_this_day_is_that_of_the_zone(services: Services) -> None:
    assert await titles(services, ContentSource("on-this-day"), "Asia/Tokyo") == ["Ferry sinks slowly"]


async def test_a_random_pick_has_each_article_once(services: Services) -> None:
    assert len(set(await titles(services, ContentSource("random", count=3)))) == 3


def test_every_decision_has_its_rule() -> None:
    candidates = [
        Candidate(1, "Seen", 3, same="a"),
        Candidate(2, "Talked about since", 9, same="b"),
        Candidate(3, "For adults", 0, over_18=True, same="c"),
        Candidate(4, "New", 0, same="d"),
        Candidate(6, "New", 0, same="d"),
        Candidate(5, "Too many", 0, same="e"),
    ]
    decided = decide(candidates, {"a": 3, "b": 4}, 2, adult=False)
    assert [(one.article, one.rule) for one in decided] == [
        (2, "new-comments"),
        (4, "picked"),
        (1, "shown-before"),
        (3, "over-18"),
        (6, "twin"),
        (5, "enough"),
    ]
    assert [one.article for one in decide(candidates, {}, 3, adult=True) if one.picked] == [1, 2, 3]


def test_a_story_is_picked_once_and_not_again_for_its_second_thread() -> None:
    candidates = [
        Candidate(1, "The page", 3, same="a", story=("b", "c")),
        Candidate(2, "Its thread", 9, same="b", story=("a", "c")),
        Candidate(3, "Second thread of a posted story", 1, same="d", story=("e",)),
        Candidate(4, "New comments on a posted one", 7, same="f", story=("g",)),
    ]
    rules = [(one.article, one.rule) for one in decide(candidates, {"e": 0, "f": 2}, 5, adult=False)]
    assert rules == [(1, "picked"), (4, "new-comments"), (2, "same-story"), (3, "story-shown")]


async def test_a_post_has_a_story_once_with_the_others_under_it(services: Services, tmp_path: Path) -> None:
    title = "Harbour council votes to move the fish market"
    told: dict[str, Any] = {"inferred": False, "posted_at": on(2024, 3, 11), "source": "courier.example"}
    again = thread(title, key="t3_a1", subreddit="saltmere", link="https://courier.example/market", **told)
    load(tmp_path / "data", GUILD, [thread(title, "The council voted 7 to 4.", **told), again])
    plan = DigestConfig(GUILD, 22, Timing("daily", 540), ContentSource("newest", count=3))
    post = await services.digests.preview(plan, NOW, adult=False)
    assert [entry.article.title for entry in post.entries].count(title) == 1
    [first] = [entry for entry in post.entries if entry.article.title == title]
    assert len(first.also) == 1
    # A post may show words of any of them: it is checked again when one of them changes.
    both = {first.article.id, first.also[0].article}
    assert set(await services.digests.threads(plan, [first.article.id])) == both
    shown = json.dumps(components_of(post_card.render(post)))
    assert "-# Also: courier.example" in shown
    templated = replace(plan, posts=replace(plan.posts, item="{number}. {title} ({also})"))
    post = await services.digests.preview(templated, NOW, adult=False)
    assert f"{title} (Also: courier.example)" in json.dumps(components_of(post_card.render(post)))


@pytest.mark.parametrize(
    ("minute", "noted"),
    [
        (150, "later, as the clocks change: there is no 02:30 that day"),
        (480, "the clocks in Europe/Berlin change before this"),
    ],
)
async def test_a_preview_says_where_the_clocks_move_a_run(
    services: Services, minute: int, noted: str
) -> None:
    plan = DigestConfig(GUILD, 22, Timing("daily", minute, zone="Europe/Berlin"), ContentSource("newest"))
    now = datetime(2024, 3, 29, 12, 0, tzinfo=UTC)
    post = await services.digests.preview(plan, now, adult=False)
    planned = cards.DigestPreview(post, services.digests.runs(plan, now), (), 0)
    card = cards.preview(planned, "0" * 20)
    text = "\n".join(part.content for part in card.walk_children() if hasattr(part, "content"))
    at = int((datetime(2024, 3, 31, 0, 0, tzinfo=UTC) + timedelta(minutes=max(90, minute - 120))).timestamp())
    assert [line for line in text.splitlines() if noted in line] == [f"<t:{at}:F> · {noted}"]


async def test_saving_twice_makes_one_and_there_is_a_most(services: Services) -> None:
    plan = DigestConfig(GUILD, 22, Timing("daily"), ContentSource("newest"))
    by = Person(7, "mod")
    first = await services.digests.create(plan, by, NOW, "same")
    assert (await services.digests.create(plan, by, NOW, "same")).id == first.id
    for number in range(24):
        await services.digests.create(plan, by, NOW, f"other {number}")
    with pytest.raises(BadInput) as caught:
        await services.digests.create(plan, by, NOW, "one more")
    assert caught.value.key == "too-many-schedules"


@pytest.fixture
async def shelves(tmp_path: Path) -> AsyncIterator[Services]:
    """An archive of the server's own beside the shared one, each with much that is for adults."""
    data = tmp_path / "data"
    told: dict[str, Any] = {"inferred": False, "subreddit": "harbour"}
    two = (comment("a", "At last.", 1), comment("b", "Why now?", 2))
    adult = [
        thread(f"Adults {n}", "Pier text.", posted_at=on(2024, 3, 11), over_18=True, comments=two, **told)
        for n in range(140)
    ]
    own = [
        thread("Own today in 2020", "Pier text.", posted_at=on(2020, 3, 12), **told),
        thread("Own lately", "Pier text.", posted_at=on(2024, 3, 9), **told),
    ]
    shared = [
        thread("Shared today in 2021", "Pier text.", posted_at=on(2021, 3, 12), comments=two[:1], **told),
        thread("Shared lately", "Pier text.", posted_at=on(2024, 3, 10), comments=two[:1], **told),
    ]
    load(data, None, shared + adult[:70])
    load(data, GUILD, own + adult[70:])
    async with open_services(data, rng=random.Random(2)) as opened:
        yield opened


EVERYTHING = {"Own today in 2020", "Own lately", "Shared today in 2021", "Shared lately"}


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (ContentSource("newest", count=4), EVERYTHING),
        (ContentSource("on-this-day", count=4), {"Own today in 2020", "Shared today in 2021"}),
        (ContentSource("most-discussed", count=4), {"Own lately", "Shared lately"}),
        (ContentSource("most-discussed", days=None, count=4), EVERYTHING),
        (ContentSource("search", "pier", count=4), EVERYTHING),
        (ContentSource("source", "courier.example", count=4), EVERYTHING),
        (ContentSource("subreddit", "Harbour", count=4), EVERYTHING),
    ],
)
async def test_all_archives_are_picked_from_and_adults_hide_nothing(
    shelves: Services, choice: ContentSource, expected: set[str]
) -> None:
    assert set(await titles(shelves, choice)) == expected
    plan = DigestConfig(GUILD, 22, Timing("daily"), choice)
    decisions, _ = await shelves.digests._selection.decide(plan, {}, {}, NOW, adult=False)
    assert "over-18" in {one.rule for one in decisions} or choice.what == "on-this-day"
    await shelves.settings.change(GUILD, shared_archive=False)
    assert set(await titles(shelves, choice)) == {one for one in expected if one.startswith("Own")}


async def test_channels_for_adults_get_it_all_unless_the_server_says_no(shelves: Services) -> None:
    plan = DigestConfig(GUILD, 22, Timing("daily"), ContentSource("most-discussed", count=3))
    post = await shelves.digests.preview(plan, NOW, adult=True)
    assert all(entry.article.over_18 for entry in post.entries)
    await shelves.settings.change(GUILD, adult=False)
    post = await shelves.digests.preview(plan, NOW, adult=True)
    assert not any(entry.article.over_18 for entry in post.entries)


async def test_only_what_came_in_since_the_last_post_of_each_archive(
    shelves: Services, tmp_path: Path
) -> None:
    plan = DigestConfig(GUILD, 22, Timing("daily"), ContentSource("newest", count=9))
    _, seen = await shelves.digests._selection.decide(plan, {}, {}, NOW, adult=False)
    load(tmp_path / "data", None, [thread("Old, but new here", "Text.", posted_at=on(2001, 1, 1))])
    decisions, _ = await shelves.digests._selection.decide(plan, {}, seen, NOW, adult=False)
    assert [one.title for one in decisions if one.picked] == ["Old, but new here"]


async def test_the_replay_shows_what_was_loaded_by_then_and_nothing_twice(services: Services) -> None:
    plan = DigestConfig(GUILD, 22, Timing("daily", 10 * 60), ContentSource("newest", count=2))
    later = NOW + timedelta(days=3)
    runs, slots = await services.digests.replay(plan, later, adult=False)
    assert slots == 7
    assert [one.titles for one in runs] == [
        *[()] * 4,
        ("Market moves", "Mayor resigns"),
        *[()] * 2,
    ]


async def test_a_busy_plan_is_replayed_in_part(services: Services) -> None:
    plan = DigestConfig(GUILD, 22, Timing("cron", cron="0 * * * *"), ContentSource("random", count=1))
    runs, slots = await services.digests.replay(plan, NOW + timedelta(days=9), adult=False)
    assert (len(runs), slots) == (MAX_REPLAYED, 168)
    titles = [title for one in runs for title in one.titles]
    assert len(titles) == len(set(titles)) == 5


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quiet": (1500, 10)}, "quiet"),
        ({"quiet": (60, 60)}, "quiet"),
        ({"late": 99}, "late"),
        ({"tag": "x" * 99}, "tag"),
        ({"choice": ContentSource("newest", count=0)}, "count"),
        ({"choice": ContentSource("search", "x" * 999)}, "text"),
        ({"timing": Timing("daily", 9999)}, "minute"),
    ],
)
async def test_a_plan_from_elsewhere_is_looked_at(
    services: Services, wrong: dict[str, Any], field: str
) -> None:
    plan = replace(DigestConfig(GUILD, 22, Timing("daily"), ContentSource("newest")), **wrong)
    with pytest.raises(BadInput) as caught:
        services.digests.runs(plan, NOW)
    assert (caught.value.key, caught.value.fields["field"]) == ("bad-plan", field)


@pytest.mark.parametrize("what", ["newest", "on-this-day", "most-discussed", "search", "source", "random"])
async def test_filters_leave_room_for_others_and_say_what_they_left_out(
    services: Services, what: Any, tmp_path: Path
) -> None:
    """However many articles are left out, those that are not are picked; the replay counts the others."""
    more: dict[str, Any] = {"inferred": False, "source": "x.example"}
    six = on(2024, 3, 12, 6)
    many = [thread(f"Lottery numbers {n}", "market", posted_at=six, **more) for n in range(150)]
    last = thread("Real news", "market", posted_at=on(2024, 3, 1), **more)
    load(tmp_path / "data", GUILD, [*many, last])
    text = {"search": "market", "source": "x.example"}.get(what, "")
    choice = ContentSource(what, text, days=None, count=2)
    await services.settings.change(GUILD, leave_out=Exclusions(sources=("herald.example",)))
    plan = DigestConfig(GUILD, 22, Timing("daily", 540), choice, leave_out=Exclusions(words=("lottery",)))
    post = await services.digests.preview(plan, NOW, adult=False)
    picked = [entry.article.title for entry in post.entries]
    assert len(picked) == (1 if what == "source" else 2)
    assert not any(title.startswith(("Lottery", "Pier")) for title in picked)
    if what in ("newest", "source", "search"):
        runs, _ = await services.digests.replay(plan, datetime.now(UTC), adult=False)
        assert sum(run.left_out for run in runs) == (151 if what == "newest" else 150)


async def test_why_names_the_filter(services: Services) -> None:
    choice = ContentSource("newest", count=2)
    filters = Exclusions(subreddits=("harbour",))
    plan = DigestConfig(GUILD, 22, Timing("daily", 540), choice, leave_out=filters)
    schedule = await services.digests.create(plan, Person(1, "mod"), NOW, "draft")
    await services.settings.change(GUILD, leave_out=Exclusions(words=("pier",)))
    named = {}
    for title in ("Market moves", "Pier closed", "Mayor resigns"):
        page = await services.archive.search(Scope(GUILD), title)
        explained = await services.digest_explanations.explain(GUILD, schedule.id, NOW, page.hits[0].article)
        assert explained.now is not None
        named[title] = strings.rule(explained.now)
    assert named == {
        "Market moves": "skipped by this digest's filter: r/Harbour",
        "Pier closed": "skipped by this server's filter: words: Pier",
        "Mayor resigns": "picked",
    }
