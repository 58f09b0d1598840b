"""What a digest tells of itself: its history, its reasons, and how it is mended."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest
from simcord.backend.models.channel import Overwrite
from simcord.enums import OverwriteType

from bot.domain.digests import ContentSource
from bot.domain.loads import Person
from bot.loading.context import ANNOTATOR
from bot.store.ingest.writer import CorpusWriter
from tests.support.engines import engine_at
from tests.support.schedules import DUE, TITLE, create, plan, runner, state
from tests.support.simulated_discord import World
from tests.support.world import BY, START, options, overwrites_of, reply_of, text_of, thread

pytestmark = pytest.mark.slow


HOUR = timedelta(hours=1)


async def test_history_is_turned_back_to_the_first_slot_and_explains_each(world: World) -> None:
    await plan(world, choice=ContentSource("random", count=1), skip_empty=False)
    for n in range(13):
        await runner(world, DUE + n * HOUR).run_once()
    result = await world.moderator.slash(world.channel, "digest history", digest=1)
    assert result.response is not None
    assert text_of(result.response).count("posted ") == 10
    earlier = await world.moderator.click(result.response, label="›")
    assert earlier.response is not None
    assert text_of(earlier.response).count("posted ") == 3
    assert f"<t:{int(DUE.timestamp())}:f> · posted 1 article · https://discord.com/" in text_of(
        earlier.response
    )
    back = await world.moderator.click(earlier.response, label="‹")
    assert text_of(back.response) == text_of(result.response)
    first = next(iter(options(earlier.response).values()))
    why = await world.moderator.select(earlier.response, values=[first])
    assert "### Digest 1: a random pick" in reply_of(why)


async def test_why_tells_of_the_slot_that_is_asked_for(world: World) -> None:
    await plan(world)
    await runner(world).run_once()
    await runner(world, DUE + HOUR).run_once()
    for at, says in ((DUE, "posted 1 article"), (DUE + HOUR, "nothing to post")):
        why = await world.moderator.slash(world.channel, "digest why", digest=1, at=f"{at:%Y-%m-%d %H:%M}")
        assert f"<t:{int(at.timestamp())}:f> · {says}" in text_of(why.response)


async def test_why_knows_of_times_to_come_and_of_quiet_hours(world: World) -> None:
    await plan(world, quiet=(3 * 60, 4 * 60))
    await runner(world).run_once()
    for at, says in (
        ("2099-01-01 12:00", "That time is still to come."),
        ("2020-01-01 03:30", "That time is in the quiet hours, 03:00 to 04:00, when nothing is posted."),
    ):
        why = await world.moderator.slash(world.channel, "digest why", digest=1, at=at)
        assert says in text_of(why.response)


async def test_a_post_explains_itself_also_when_its_digest_was_deleted(world: World) -> None:
    await plan(world)
    await runner(world).run_once()
    (posted,) = world.channel.history()
    await world.moderator.slash(world.channel, "digest delete", digest=1)
    why = await world.member.click(posted, label="Why these?")
    assert f"**{TITLE}** · picked" in reply_of(why)
    assert "**Status** deleted" in reply_of(why)


async def test_a_locked_thread_pauses_and_is_mended_by_unlocking(world: World) -> None:
    me = world.guild.me
    assert me is not None
    deny = overwrites_of(me, manage_threads=False)
    channel = world.guild.create_text_channel("talk", overwrites=deny)
    opened = world.env.backend.create_thread(channel.id, "news", owner_id=world.moderator.id)
    await world.env.settle()
    await plan(world, opened.id)
    world.env.backend.edit_channel(opened.id, {}, thread_metadata={"archived": True, "locked": True})
    await world.env.settle()
    await runner(world).run_once()
    assert await state(world) == [("failed", "thread-archived")]
    resumed = await world.moderator.slash(world.channel, "digest resume", digest=1)
    assert "The thread news is closed and locked. Unlock it" in reply_of(resumed)
    world.env.backend.edit_channel(opened.id, {}, thread_metadata={"archived": False, "locked": False})
    await world.env.settle()
    resumed = await world.moderator.slash(world.channel, "digest resume", digest=1)
    assert "Digest 1 resumed." in reply_of(resumed)


async def test_a_removed_bot_tells_who_planned_it(world: World) -> None:
    boss = world.env.create_user("boss")
    await plan(world, by=Person(boss.id, "boss"))
    world.env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id)})
    await world.env.settle()
    path = f"/guilds/{world.guild.id}"
    world.env.inject_error("GET", path, status=404, code=10004, message="Unknown Guild", times=None)
    await runner(world).run_once()
    assert await state(world) == [("failed", "bot-removed")]
    (message,) = boss.dm_channel.history()
    assert "is paused: Newsdesk is no longer in that server. Once that is fixed, use " in text_of(message)


async def test_what_was_closed_since_the_preview_is_refused_when_saving(world: World) -> None:
    channel = world.guild.create_text_channel("soon-closed")
    card = await create(world, channel=channel)
    me = world.guild.me
    assert me is not None
    silent = discord.Permissions(send_messages=True).value
    overwrite = Overwrite(me.id, OverwriteType.MEMBER, deny=silent)
    world.env.backend.set_overwrite(channel.id, overwrite)
    await world.env.settle()
    refused = await world.moderator.click(card, label="Save")
    assert "permission to post digests in #soon-closed. It needs Send Messages there." in reply_of(refused)
    assert await world.services.digests.schedules(world.guild.id) == ()


async def test_the_usual_channel_of_the_server_takes_new_digests(world: World) -> None:
    usual = world.guild.create_text_channel("daily-news")
    await world.services.settings.change(world.guild.id, digest_channel=usual.id)
    assert f"**Posts in** <#{usual.id}> · every day at 08:30 (UTC)" in text_of(await create(world))


async def test_digests_pick_the_languages_that_the_server_chose(world: World) -> None:
    german = "Der Rat hat am Dienstag beschlossen, den Fischmarkt in den alten Bahnhof zu verlegen. " * 3
    english = "The council decided on Tuesday to move the fish market to the old railway station. " * 3
    with CorpusWriter(engine_at(world.data), annotator=ANNOTATOR) as writer:
        number = writer.begin_load(world.guild.id, "two.txt", BY, START)
        writer.add_threads(number, [thread("Der Fischmarkt zieht um", german), thread("It moves", english)])
        writer.finish(number, "done", 0.5)
    await world.services.settings.change(world.guild.id, languages=("de",))
    shown = text_of(await create(world, what="source", query="courier.example"))
    assert "Der Fischmarkt zieht um" in shown
    assert "It moves" not in shown
