"""Posts whose threads are taken back or forgotten: marked, redacted on a word, edited by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.client import NewsdeskBot
from bot.i18n import msg_in
from bot.store.ingest.writer import CorpusWriter
from bot.ui.follows.discord_notifier import DiscordNoticeSender
from tests.support.engines import engine_at
from tests.support.posts import DUE, bot_of, digest, ferry, forget, history, look
from tests.support.simulated_discord import World
from tests.support.world import buttons, comment, load, reply_of, text_of, thread

pytestmark = pytest.mark.slow


TITLE = "Harbour council votes to move the fish market"


async def undo(world: World, number: int) -> Any:
    asked = await world.moderator.slash(world.channel, "archive undo", load=number)
    assert asked.response is not None
    pressed = await world.moderator.click(asked.response, label="Undo load")
    assert pressed.response is not None
    return pressed.response


async def test_undoing_a_load_marks_its_digests_and_offers_to_redact_them(world: World) -> None:
    later = load(world.data, world.guild.id, [ferry()])
    posted = await digest(world)
    assert "Ferry sails" in text_of(posted)
    card = await undo(world, later.load)
    assert "1 post by Newsdesk in this server still shows what you undid." in text_of(card)
    assert "posted 2 articles · 1 item undone since" in await history(world)
    assert "Ferry sails" in text_of(world.channel.history()[-1])
    done = await world.moderator.click(card, label="Redact 1 post")
    assert "1 post edited." in reply_of(done)
    edited = text_of(world.channel.history()[-1])
    assert "Ferry sails" not in edited
    assert TITLE in edited
    assert "1 item was removed from this message." in edited
    assert "edited since: 1 item removed" in await history(world)
    assert "Why these?" in buttons(world.channel.history()[-1])


async def test_posts_of_what_was_undone_can_be_left_as_they_are(world: World) -> None:
    later = load(world.data, world.guild.id, [ferry()])
    await digest(world)
    card = await undo(world, later.load)
    await world.moderator.click(card, label="Keep as it is")
    assert text_of(card) == "The posts stay as they are."
    assert "Ferry sails" in text_of(world.channel.history()[-1])


async def test_edits_are_in_the_servers_language(world: World) -> None:
    later = load(world.data, world.guild.id, [ferry()])
    await digest(world)
    await world.services.settings.change(world.guild.id, language="de")
    await world.moderator.click(await undo(world, later.load), label="Redact 1 post")
    edited = text_of(world.channel.history()[-1])
    assert "Ferry sails" not in edited
    assert msg_in("de", "post-items-removed", count=1) in edited
    assert msg_in("de", "digest-heading", what="most-discussed", text="") in edited


async def test_a_post_of_which_nothing_is_left_is_deleted(world: World) -> None:
    await digest(world)
    card = await undo(world, 1)
    done = await world.moderator.click(card, label="Redact 1 post")
    assert "1 post deleted, as nothing was left of it." in reply_of(done)
    assert world.channel.history() == []
    assert "deleted since: nothing was left of it" in await history(world)


async def test_posts_that_the_operator_made_stale_are_redacted_from_their_history(world: World) -> None:
    later = load(world.data, None, [ferry()])
    await digest(world)
    with CorpusWriter(engine_at(world.data)) as writer:
        writer.undo(None, later.load)
    await look(world)
    shown = await world.moderator.slash(world.channel, "digest history", digest=1)
    assert shown.response is not None
    assert "1 item undone since" in text_of(shown.response)
    await world.moderator.click(shown.response, label="Redact posts")
    assert "Ferry sails" not in text_of(world.channel.history()[-1])


async def test_a_load_that_no_post_shows_offers_nothing(world: World) -> None:
    await digest(world)
    later = load(world.data, world.guild.id, [thread("Ferry sails", "On time.")])
    assert buttons(await undo(world, later.load)) == []


@pytest.mark.parametrize("everywhere", [True, False])
async def test_digests_that_quote_a_forgotten_author_are_edited_by_themselves(
    world: World, everywhere: bool
) -> None:
    posted = await digest(world, "digests")
    quoted = [name for name in ("oysterjo", "netmender", "pierpoet") if name in text_of(posted)]
    assert quoted
    forget(world, quoted[0], None if everywhere else world.guild.id)
    await look(world)
    edited = text_of(world.channel.history()[-1])
    assert quoted[0] not in edited
    assert TITLE in edited
    assert "edited since" in await history(world)


async def test_forgetting_in_discord_tells_what_became_of_posts(world: World) -> None:
    kept = await digest(world, "digests")
    result = await world.member.slash(world.channel, "comments list", title=TITLE)
    assert result.response is not None
    await world.member.click(result.response, label="Share")
    shared = world.channel.history()[-1]
    assert "netmender" in text_of(shared)
    path = f"/channels/{world.channel.id}/messages/{kept.id}"
    world.env.inject_error("PATCH", path, status=404, code=10008, message="Unknown Message")
    asked = await world.moderator.slash(world.channel, "archive forget", author="netmender")
    assert asked.response is not None
    done = await world.moderator.click(asked.response, label="Forget permanently")
    shown = reply_of(done)
    assert "**netmender is forgotten.**" in shown
    assert "1 post edited." in shown
    assert (
        f"Not edited: https://discord.com/channels/{world.guild.id}/{world.channel.id}/{kept.id}"
        " (the message was already deleted)" in shown
    )
    edited = text_of(world.channel.history()[-1])
    assert "netmender" not in edited
    assert "oysterjo" in edited
    assert f"Shared by <@{world.member.id}>" in edited


async def test_a_shared_search_for_a_forgotten_author_is_deleted(world: World) -> None:
    result = await world.member.slash(world.channel, "search", query="gulls", author="pierpoet")
    assert result.response is not None
    await world.member.click(result.response, label="Share")
    shared = world.channel.history()[-1]
    assert "pierpoet" in text_of(shared)
    asked = await world.moderator.slash(world.channel, "archive forget", author="pierpoet")
    assert asked.response is not None
    await world.moderator.click(asked.response, label="Forget permanently")
    assert shared.id not in [message.id for message in world.channel.history()]


async def test_other_servers_posts_are_left_alone(world: World) -> None:
    other = world.env.create_guild("Other")
    load(
        world.data, other.id, [thread("Ferry sails", "On time.", comments=[comment("netmender", "Yes.", 1)])]
    )
    posted = await digest(world, "digests")
    before = text_of(posted)
    forget(world, "netmender", other.id)
    await look(world)
    assert text_of(world.channel.history()[-1]) == before
    assert "edited" not in await history(world)


async def test_what_discord_refuses_is_told_and_tried_again_with_the_next_event(world: World) -> None:
    load(
        world.data, world.guild.id, [thread("Ferry", "On.", comments=[comment("bo", "Ferries are late.", 3)])]
    )
    posted = await digest(world, "digests")
    moderators = world.guild.create_text_channel("moderators")
    await world.services.settings.change(world.guild.id, moderator_channel=moderators.id)
    path = f"/channels/{world.channel.id}/messages/{posted.id}"
    world.env.inject_error("PATCH", path, status=400, code=50083, message="Thread is archived")
    forget(world, "netmender", None)
    await look(world)
    assert "not edited: the thread is archived and locked" in await history(world)
    (report,) = moderators.history()
    assert f"/{posted.id} still shows content that was undone or erased." in text_of(report)
    forget(world, "bo", None)
    await look(world)
    assert "netmender" not in text_of(world.channel.history()[-1])
    assert "edited since" in await history(world)


async def test_a_notice_of_a_follow_and_a_posted_article_are_edited_too(world: World) -> None:
    bot = bot_of(world)
    await world.services.workers.notices(DiscordNoticeSender(bot), clock=lambda: DUE).run_once()
    await world.moderator.slash(world.channel, "follow add", query="gulls", channel=world.channel)
    own = thread("I saw gulls", "Mine.", source="self.harbour", submitter="bo", key="t3_abc")
    load(world.data, world.guild.id, [own, thread("Gulls return", "They do.")])
    await world.services.workers.notices(DiscordNoticeSender(bot), clock=lambda: DUE).run_once()
    await world.member.slash(world.channel, "article post", title="Gulls return")
    await world.member.slash(world.channel, "article post", title="I saw gulls")
    assert ["I saw gulls" in text_of(one) for one in world.channel.history()] == [True, False, True]
    forget(world, "bo", None)
    await look(world)
    shown = [text_of(one) for one in world.channel.history()]
    assert not any("I saw gulls" in one for one in shown)
    assert "Gulls return" in shown[0]
    assert "1 item was removed from this message." in shown[0]


async def test_an_edit_that_cannot_reach_discord_is_made_later(world: World) -> None:
    posted = await digest(world, "digests")
    quoted = next(name for name in ("oysterjo", "netmender", "pierpoet") if name in text_of(posted))
    path = f"/channels/{world.channel.id}/messages/{posted.id}"
    world.env.inject_error("PATCH", path, status=503, code=0, message="down")
    forget(world, quoted, None)
    await look(world)
    assert "edit pending" in await history(world)
    await world.env.restart_bot(NewsdeskBot(world.services))
    await look(world, DUE + timedelta(hours=3))
    assert quoted not in text_of(world.channel.history()[-1])


async def test_a_forgotten_headline_is_in_no_account_of_a_digest(world: World) -> None:
    more: dict[str, Any] = {"key": "t3_q1", "source": "self.harbour", "inferred": False}
    own = thread("Quahogs for sale", "Mine.", submitter="clamdigger", **more)
    load(world.data, world.guild.id, [own])
    await digest(world, count=2)
    asked = await world.moderator.slash(world.channel, "digest why", digest=1)
    assert "Quahogs for sale" in reply_of(asked)
    forget(world, "clamdigger", world.guild.id)
    await look(world)
    shown = reply_of(await world.moderator.slash(world.channel, "digest why", digest=1))
    assert "Quahogs" not in shown
    assert TITLE in shown
    [kept] = await world.services.digests.history(world.guild.id, 1)
    assert "Quahogs for sale" not in [one.title for one in kept.decisions]
