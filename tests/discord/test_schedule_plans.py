"""Plans as moderators make and change them, and the places where their posts go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import pytest
import simcord

from bot.client import NewsdeskBot
from bot.domain.digests import ContentSource
from bot.domain.loads import Person
from bot.i18n import formats, msg_in
from bot.services.outbox_worker import TransientDeliveryError
from bot.ui.digests import cards
from bot.ui.digests.discord_publisher import DiscordDigestSender
from tests.support.languages import speak
from tests.support.schedules import DUE, TITLE, create, edit, forum, plan, runner, state
from tests.support.simulated_discord import World
from tests.support.world import buttons, load, overwrites_of, reply_of, text_of, thread

pytestmark = pytest.mark.slow


async def save(world: World, card: simcord.ResponseMessage) -> str:
    return text_of((await world.moderator.click(card, label="Save")).response)


async def test_the_preview_replays_the_last_days(world: World) -> None:
    for skips, empty in ((True, []), (False, ["nothing"] * 6)):
        preview = text_of(await create(world, count=1, skip_empty=skips))
        replayed = preview.split("**In the last 7 days it would have posted**\n")[1]
        assert [line.split(" · ")[1] for line in replayed.splitlines()] == [TITLE, *empty]
    nothing = text_of(await create(world, what="source", query="other.example"))
    assert "-# In the last 7 days it would have posted nothing." in nothing


async def test_what_does_not_fit_on_one_card_is_on_two(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = await create(world)
    monkeypatch.setattr(cards, "utf16_length", lambda text: 900)
    card = await create(world)
    assert ":F>" not in text_of(card)
    times = await world.moderator.click(card, label="Times and last 7 days")
    assert times.response is not None
    assert text_of(times.response).count(":F>") == 5
    back = await world.moderator.click(times.response, label="Show the post")
    assert text_of(back.response) == text_of(card)
    assert text_of(card) in text_of(whole)
    assert "Digest 1 saved." in await save(world, times.response)


async def test_every_option_is_saved_and_shown(world: World) -> None:
    card = await create(
        world,
        when="weekly",
        day="fri",
        what="source",
        query="courier.example",
        count=7,
        style="summaries",
        late=5,
        skip_empty=False,
        quiet="22:00-6:30",
        thread=True,
    )
    assert "Digest 1 saved.\n-# newest from courier.example · every Friday at 08:30 (UTC) · <#" in await save(
        world, card
    )
    shown = await world.moderator.slash(world.channel, "digest show", digest=1)
    assert (
        "up to 7 summaries · if missed, posts up to 5 hours late · quiet from 22:00 to 06:30"
        " · opens a thread on each post · also posts when there is nothing new"
    ) in text_of(shown.response)


async def test_an_edit_changes_what_is_given_and_keeps_the_rest(world: World) -> None:
    await save(world, await create(world, count=3, zone="Europe/Berlin", style="summaries"))
    card = await edit(world, at="20:15", quiet="23-7")
    assert "Preview of digest 1 with your changes. It stays as it is until you save." in text_of(card)
    assert buttons(card)[:4] == ["Save", "Cancel", "Posts…", "Template…"]
    (before,) = await world.services.digests.schedules(world.guild.id)
    assert before.plan.timing.minute == 510
    assert "Digest 1 changed." in await save(world, card)
    (after,) = await world.services.digests.schedules(world.guild.id)
    assert after.plan == replace(
        before.plan, timing=replace(before.plan.timing, minute=1215), quiet=(23 * 60, 7 * 60)
    )
    assert after.next_at is not None
    assert after.next_at.astimezone(after.plan.timing.zone_info()).hour == 20


async def test_an_edit_can_take_another_kind_of_time_and_choice(world: World) -> None:
    await save(world, await create(world, what="search", query="rail yard", when="weekly", day="tue"))
    await save(world, await edit(world, what="random", cron="0 8 1 * *"))
    (one,) = await world.services.digests.schedules(world.guild.id)
    assert (one.plan.choice.what, one.plan.choice.text) == ("random", "")
    assert (one.plan.timing.every, one.plan.timing.cron) == ("cron", "0 8 1 * *")
    await save(world, await edit(world, when="daily", quiet="off"))
    (one,) = await world.services.digests.schedules(world.guild.id)
    assert (one.plan.timing.every, one.plan.timing.cron, one.plan.quiet) == ("daily", None, None)


async def test_the_members_language_is_for_all_but_the_post(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak("de", monkeypatch.setattr)
    for day in ("freitag", "fri"):
        shown = text_of(await create(world, when="weekly", day=day))
        assert "Freitag" in shown
        assert shown.startswith("### New in the archive\n")  # as the server will see it


async def test_two_edits_of_the_same_plan_do_not_undo_each_other(world: World) -> None:
    await save(world, await create(world))
    first, second = await edit(world, count=2), await edit(world, style="summaries")
    assert "Digest 1 changed." in await save(world, first)
    refused = await world.moderator.click(second, label="Save")
    assert "Someone else has just changed digest 1." in reply_of(refused)
    (one,) = await world.services.digests.schedules(world.guild.id)
    assert (one.plan.choice.count, one.plan.style) == (2, "headlines")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"quiet": "late"}, "“late” isn't a range of hours. Try 22:00-7:00, or off."),
        ({"quiet": "8-8"}, "“8-8” isn't a range of hours."),
        ({"at": "3:00", "quiet": "22-8"}, "Every time of this digest falls in its quiet hours."),
        ({"cron": "61 8 * * *"}, "The minute of a cron line is 0 to 59, not “61”."),
        ({"cron": "0 8 * * mo"}, "The day of the week of a cron line is 0 to 7, or mon to sun, not “mo”."),
        ({"cron": "0 8 * *"}, "“0 8 \\* \\*” isn't a cron line. Write five fields, such as 30 8 * * 1-5."),
    ],
)
async def test_what_cannot_be_planned_is_said(world: World, given: dict[str, str], says: str) -> None:
    assert says in text_of(await create(world, **given))


async def test_quiet_hours_hold_a_run_back_and_say_so(world: World) -> None:
    shown = text_of(await create(world, at="6:30", quiet="22:00-7:00"))
    assert shown.count(":F> · after the quiet hours") == 5


async def test_a_forum_gets_a_post_for_each_run(world: World) -> None:
    made = await forum(world, available_tags=[discord.ForumTag(name="Sport"), discord.ForumTag(name="News")])
    refused = await create(world, channel=made, tag="Weather")
    assert "#news-desk has no tag “Weather” that Newsdesk can use." in text_of(refused)
    card = await create(world, channel=made, tag="news", zone="Europe/Berlin")
    assert "one forum post each time, tagged news" in text_of(card)
    await plan(world, made.id, target="forum", tag="news")
    await runner(world).run_once()
    await runner(world, DUE + timedelta(minutes=9)).run_once()
    (post,) = made.threads
    assert post.name == f"New in the archive · {formats.day(DUE)} · {DUE:%H:%M}"
    channel = world.env.bot.get_channel(post.id)
    assert isinstance(channel, discord.Thread)
    assert [tag.name for tag in channel.applied_tags] == ["News"]
    (message,) = post.history()
    assert f"**1. {TITLE}**" in text_of(message)
    (one,) = await world.services.digests.history(world.guild.id, 1)
    assert one.link == f"https://discord.com/channels/{world.guild.id}/{post.id}/{post.id}"


async def test_a_forum_post_whose_answer_was_lost_is_found_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await forum(world)
    await plan(world, made.id, target="forum")
    send = DiscordDigestSender.send
    with monkeypatch.context() as patch:

        async def fails(self: DiscordDigestSender, *given: Any) -> int:
            await send(self, *given)
            raise TransientDeliveryError("the answer was lost")

        patch.setattr(DiscordDigestSender, "send", fails)
        await runner(world).run_once()
    await runner(world, DUE + timedelta(minutes=5)).run_once()
    assert len(made.threads) == 1
    assert await state(world) == [("posted", None)]


async def test_a_thread_is_opened_on_each_post_also_after_a_death_between_the_two(world: World) -> None:
    await plan(world, target="thread")
    path = f"/channels/{world.channel.id}/messages/"
    world.env.inject_error("POST", path + "*", status=502, code=0, message="Bad gateway")
    await runner(world).run_once()
    assert await state(world) == [("sending", "unreachable")]
    await runner(world, DUE + timedelta(minutes=5)).run_once()
    assert len([one for one in world.channel.history() if TITLE in text_of(one)]) == 1
    assert [one.name for one in world.channel.threads] == [
        f"New in the archive · {formats.day(DUE)} · {DUE:%H:%M}"
    ]


async def test_posts_and_their_threads_are_in_the_servers_language(world: World) -> None:
    await world.services.settings.change(world.guild.id, language="de")
    await plan(world, target="thread")
    await runner(world).run_once()
    heading = msg_in("de", "digest-heading", what="newest", text="")
    (posted,) = [one for one in world.channel.history() if TITLE in text_of(one)]
    assert text_of(posted).startswith(f"### {heading}\n")
    assert [one.name for one in world.channel.threads] == [f"{heading} · {DUE:%d.%m.%Y} · {DUE:%H:%M}"]


async def test_threads_need_their_permission(world: World) -> None:
    me = world.guild.me
    assert me is not None
    closed = discord.PermissionOverwrite(create_public_threads=False, send_messages=False)
    channel = world.guild.create_text_channel("closed", overwrites={me: closed})
    refused = text_of(await create(world, channel=channel, thread=True))
    assert "It needs Send Messages and Create Public Threads there." in refused


async def test_a_lost_permission_is_named_and_mended(world: World) -> None:
    me = world.guild.me
    assert me is not None
    deny = overwrites_of(me, send_messages=False)
    closed = world.guild.create_text_channel("closed", overwrites=deny)
    watch = world.guild.create_text_channel("mods")
    await world.services.settings.change(world.guild.id, moderator_channel=watch.id)
    await plan(world, closed.id)
    await runner(world).run_once()
    await runner(world, DUE + timedelta(hours=3)).run_once()
    (report,) = watch.history()
    lacks = "Newsdesk needs Send Messages there"
    assert f"Digest 1 in <#{closed.id}> is paused: {lacks}." in text_of(report)
    shown = await world.moderator.slash(world.channel, "digest show", digest=1)
    assert f"paused: {lacks}" in text_of(shown.response)
    resumed = await world.moderator.slash(world.channel, "digest resume", digest=1)
    assert "It needs Send Messages there." in reply_of(resumed)
    world.env.backend.delete_overwrite(closed.id, me.id)
    await world.env.settle()
    resumed = await world.moderator.slash(world.channel, "digest resume", digest=1)
    assert "Digest 1 resumed." in reply_of(resumed)


async def test_why_says_what_would_become_of_an_article_now(world: World) -> None:
    await plan(world)
    why = await world.moderator.slash(world.channel, "digest why", digest=1, article=TITLE)
    assert "If it ran now: picked" in text_of(why.response)
    await runner(world).run_once()
    why = await world.moderator.slash(world.channel, "digest why", digest=1, article=TITLE)
    assert f"Digest 1 · picked\n<t:{int(DUE.timestamp())}:f> · posted 1 article" in text_of(why.response)
    assert "If it ran now, it would not consider this article." in text_of(why.response)


async def test_what_both_archives_hold_comes_once(world: World) -> None:
    load(world.data, None, [thread("Gulls return", "Text.")])
    load(world.data, world.guild.id, [thread("Gulls return", "Text.")])
    await plan(world, choice=ContentSource("newest", count=9))
    await runner(world).run_once()
    (posted,) = world.channel.history()
    assert text_of(posted).count("Gulls return") == 1


async def test_what_was_taken_back_and_loaded_again_does_not_come_again(world: World) -> None:
    gulls = [thread("Gulls return", "Text.")]
    receipt = load(world.data, world.guild.id, gulls)
    await plan(world, choice=ContentSource("source", "courier.example", count=9))
    await runner(world).run_once()
    await world.services.loads.undo(world.guild.id, receipt.load, Person(world.moderator.id, "mod"))
    load(world.data, world.guild.id, gulls)
    await runner(world, DUE + timedelta(hours=1)).run_once()
    assert len(world.channel.history()) == 1
    assert (await state(world))[0] == ("empty", "nothing")


async def test_a_draft_is_no_use_in_another_server(world: World) -> None:
    card = await create(world)
    other = world.env.create_guild("Other")
    await world.env.restart_bot(NewsdeskBot(world.services))
    role = other.create_role("Boss", permissions=discord.Permissions(manage_guild=True))
    boss = other.add_member(world.env.create_user("kim"), roles=[role])
    channel = other.create_text_channel("general")
    own = await boss.slash(channel, "digest create", when="daily", what="newest")
    assert own.response is not None
    assert "Digest 1 saved." in text_of((await boss.click(own.response, label="Save")).response)
    assert "Digest 2 saved." in await save(world, card)
    assert [one.plan.guild for one in await world.services.digests.schedules(None)] == [
        other.id,
        world.guild.id,
    ]
