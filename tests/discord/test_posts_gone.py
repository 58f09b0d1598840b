"""Posts that are not there any more: closed when Discord tells of it, forgotten later, and no others."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.posts import GONE_RETENTION, RETENTION
from tests.support.posts import digest, ferry, forget, history, look, look_weekly
from tests.support.schedules import forum, plan, runner
from tests.support.simulated_discord import World, join
from tests.support.world import card_of, load, reply_of, text_of

pytestmark = pytest.mark.slow


DAY = timedelta(days=1)


def remembered(world: World) -> tuple[int, int]:
    """How many posts, and threads in them, `state.db` holds."""
    with closing(sqlite3.connect(world.data / "state.db")) as db:
        (posts,) = db.execute("SELECT count(*) FROM post").fetchone()
        (threads,) = db.execute("SELECT count(*) FROM post_article").fetchone()
    return posts, threads


async def goes(world: World, posted: Any, how: str) -> None:
    """Somebody deletes the message, it with others, or its channel."""
    backend = world.env.backend
    if how == "message":
        backend.delete_message(world.channel.id, posted.id)
    elif how == "bulk":
        backend.bulk_delete_messages(world.channel.id, [one.id for one in world.channel.history()])
    else:
        backend.delete_channel(world.channel.id)
    await world.env.settle()


async def leave(world: World) -> None:
    world.env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id)})
    await world.env.settle()


def quoted_in(posted: Any) -> str:
    return next(name for name in ("oysterjo", "netmender", "pierpoet") if name in text_of(posted))


@pytest.mark.parametrize("how", ["message", "bulk", "channel"])
async def test_what_was_deleted_is_told_so_and_linked_to_no_more(world: World, how: str) -> None:
    aside = world.guild.create_text_channel("aside")
    await world.member.slash(world.channel, "article random")
    shown = await world.member.slash(world.channel, "article random")
    assert shown.response is not None
    await world.member.click(shown.response, label="Share")
    posted = await digest(world)
    link = f"/{world.channel.id}/{posted.id}"
    assert link in reply_of(await world.member.slash(aside, "catchup"))
    await goes(world, posted, how)
    assert link not in reply_of(await world.member.slash(aside, "catchup"))
    accounts = reply_of(await world.moderator.slash(aside, "digest history", digest=1))
    assert "posted 1 article · message deleted since" in accounts


async def test_what_was_deleted_is_forgotten_after_a_month_and_what_stands_never(world: World) -> None:
    await digest(world, "digests")
    shown = await world.member.slash(world.channel, "article random")
    assert shown.response is not None
    await world.member.click(shown.response, label="Share")
    kept, gone = world.channel.history()
    await goes(world, gone, "message")
    now = datetime.now(UTC)
    await look_weekly(world, now + GONE_RETENTION - DAY)
    assert remembered(world) == (2, 2)
    await look_weekly(world, now + GONE_RETENTION + DAY)
    assert remembered(world) == (1, 1)
    name = quoted_in(kept)
    forget(world, name, None)
    await look(world, now + 20 * RETENTION)
    assert name not in text_of(world.channel.history()[-1])
    assert "edited since" in await history(world)


async def test_other_messages_that_are_deleted_change_nothing(world: World) -> None:
    posted = await digest(world, "digests")
    said_by_somebody = await world.member.send(world.channel, "Good morning")
    await world.member.delete(said_by_somebody)
    other = world.guild.create_text_channel("other")
    world.env.backend.delete_channel(other.id)
    await world.env.settle()
    forget(world, quoted_in(posted), None)
    await look(world)
    assert "edited since" in await history(world)


async def test_a_server_that_invites_the_bot_again_has_its_posts_mended(world: World) -> None:
    posted = await digest(world, "digests")
    name = quoted_in(posted)
    await leave(world)
    forget(world, name, None)
    await look(world, datetime.now(UTC) + RETENTION - DAY)
    assert name in text_of(world.channel.history()[-1])
    await join(world, world.guild)
    await look(world)
    edited = next(one for one in world.channel.history() if one.id == posted.id)
    assert name not in text_of(edited)
    assert "edited since" in await history(world)


async def test_what_waited_for_a_moderator_still_does_when_the_bot_is_back(world: World) -> None:
    later = load(world.data, world.guild.id, [ferry()])
    await digest(world)
    asked = await world.moderator.slash(world.channel, "archive undo", load=later.load)
    await world.moderator.click(card_of(asked), label="Undo load")
    await leave(world)
    await join(world, world.guild)
    shown = await world.moderator.slash(world.channel, "digest history", digest=1)
    assert "1 item undone since" in reply_of(shown)
    done = await world.moderator.click(card_of(shown), label="Redact posts")
    assert "1 post edited." in reply_of(done)


async def test_posts_of_a_server_that_was_left_are_forgotten_after_a_year(world: World) -> None:
    await digest(world)
    await leave(world)
    now = datetime.now(UTC)
    await look_weekly(world, now + RETENTION - DAY)
    assert remembered(world) == (1, 1)
    await look_weekly(world, now + RETENTION + DAY)
    assert remembered(world) == (0, 0)


async def test_a_forum_post_that_was_deleted_is_told_so(world: World) -> None:
    made = await forum(world)
    await plan(world, made.id, target="forum")
    await runner(world).run_once()
    (post,) = made.threads
    world.env.backend.delete_channel(post.id)
    await world.env.settle()
    assert "posted 1 article · message deleted since" in await history(world)
