"""How digests are posted: one post for each article, tags by rule, pings, publishing, pins and templates."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import discord
import pytest
import simcord
from discord.http import Route

from bot.domain.digests import ContentSource, Schedule
from bot.domain.post_options import PostOptions, TagRule
from bot.services.outbox_worker import TransientDeliveryError
from bot.store.ingest.writer import CorpusWriter
from bot.ui.digests import discord_publisher
from bot.ui.digests.discord_publisher import MAX_SLOW_ATTEMPTS, DiscordDigestSender
from bot.ui.kit.context import NewsdeskClient
from bot.ui.kit.delivery import ForumSearch
from tests.support.engines import engine_at
from tests.support.openapi import Sent
from tests.support.posts import look
from tests.support.schedules import DUE, TITLE, create, forum, plan, runner, state
from tests.support.simulated_discord import World
from tests.support.world import buttons, card_of, load, overwrites_of, reply_of, text_of, thread

pytestmark = pytest.mark.slow

NEWEST = ContentSource("newest", count=3)


def at(hour: int) -> dict[str, Any]:
    """A time after that of the article that is there already."""
    return {"posted_at": datetime(2024, 5, 1, hour, tzinfo=UTC), "inferred": False}


def more_articles(world: World) -> None:
    load(
        world.data,
        world.guild.id,
        [
            thread("Ferry **sails** again", "At noon.", flair="Question", **at(1)),
            thread("Gulls return", "In spring.", source="gulls.example", **at(2)),
        ],
    )


async def changed(world: World, card: simcord.ResponseMessage, label: str, **filled: Any) -> Any:
    form = await world.moderator.click(card, label=label)
    return await world.moderator.submit_modal(form, filled)


async def saved(world: World, preview: Any) -> str:
    return text_of(card_of(await world.moderator.click(card_of(preview), label="Save")))


async def only(world: World) -> Schedule:
    [schedule] = await world.services.digests.schedules(world.guild.id)
    return schedule


async def test_each_article_has_a_post_with_a_thread_named_after_it(world: World) -> None:
    more_articles(world)
    await plan(world, choice=NEWEST, target="thread", posts=PostOptions(each=True))
    await runner(world).run_once()
    posts = [post for post in world.channel.history() if post.components]
    assert [text_of(post).splitlines()[0] for post in posts] == [
        "### Gulls return",
        "### Ferry \\*\\*sails\\*\\* again",
        f"### {TITLE}",
    ]
    names = [world.env.bot.get_channel(post.id).name for post in posts]  # type: ignore[union-attr]
    assert names == ["Gulls return", "Ferry **sails** again", TITLE]
    history = text_of((await world.moderator.slash(world.channel, "digest history", digest=1)).response)
    assert history.count("posts made") == 1
    assert "3 of 3 posts made" in history
    why = await world.member.click(posts[0], label="Why these?")
    assert all(name in reply_of(why) for name in ("Gulls return", TITLE)), "any post explains the whole slot"
    assert all(post.jump_url in reply_of(why) for post in posts)


async def test_posts_of_one_slot_are_edited_each_by_itself(world: World) -> None:
    more_articles(world)
    await plan(world, choice=NEWEST, posts=PostOptions(each=True))
    await runner(world).run_once()
    with CorpusWriter(engine_at(world.data)) as writer:
        writer.undo(world.guild.id, 2)
    await look(world)
    history = card_of(await world.moderator.slash(world.channel, "digest history", digest=1))
    assert "3 of 3 posts made · " in text_of(history)
    assert "Redact posts" in buttons(history), "also if the first post of the slot stays as it is"
    await world.moderator.click(history, label="Redact posts")
    await look(world)
    [posted] = world.channel.history()
    assert text_of(posted).startswith(f"### {TITLE}")


async def test_tags_of_forum_posts_follow_rules(world: World) -> None:
    more_articles(world)
    names = ("News", "Birds", "Help", "Market")
    desk = await forum(world, available_tags=[discord.ForumTag(name=name) for name in names])
    rules = (
        TagRule("Birds", "source", "Gulls.example"),
        TagRule("Help", "flair", "question"),
        TagRule("Market", "search", '"fish market"'),
    )
    options = PostOptions(each=True, tags=rules)
    await plan(world, desk.id, choice=NEWEST, target="forum", tag="News", posts=options)
    await runner(world).run_once()
    threads = {
        thread.name: {tag.name for tag in thread.applied_tags}
        for thread in world.env.bot.get_channel(desk.id).threads  # type: ignore[union-attr]
    }
    assert threads == {
        "Gulls return": {"News", "Birds"},
        "Ferry **sails** again": {"News", "Help"},
        TITLE: {"News", "Market"},
    }


async def test_the_form_of_a_forum_has_its_tags_and_refuses_unknown_ones(world: World) -> None:
    desk = await forum(world, available_tags=[discord.ForumTag(name="News"), discord.ForumTag(name="Sport")])
    card = await create(world, channel=desk, tag="News")
    filled = {"count": ["each"], "tags": 'News\nSport: source bbc.co.uk\nSport: search "cup final"'}
    preview = await changed(world, card, "Posts…", **filled)
    assert "one post for each article · tags by rule: Sport" in reply_of(preview)
    for tags, says in (("Football", "Football"), ("Sport: colour red", "isn't a rule for tags")):
        assert says in reply_of(await changed(world, card, "Posts…", **(filled | {"tags": tags})))
    assert "saved" in await saved(world, preview)
    schedule = await only(world)
    assert schedule.plan.tag == "News"
    assert schedule.plan.posts.tags == (
        TagRule("Sport", "source", "bbc.co.uk"),
        TagRule("Sport", "search", '"cup final"'),
    )
    shown = card_of(await world.moderator.slash(world.channel, "digest show", digest=1))
    form = await world.moderator.click(shown, label="Posts…")
    assert "Sport: source bbc.co.uk" in str(form.modal)


async def test_a_role_is_pinged_once_at_the_head_of_the_first_post(
    world: World, requests_of_the_bot: list[Sent]
) -> None:
    more_articles(world)
    role = world.guild.create_role("Readers", mentionable=True)
    pins = overwrites_of(world.moderator, pin_messages=True)
    desk = world.guild.create_text_channel("desk", overwrites=pins)
    card = await create(world, count=3, channel=desk)
    preview = await changed(world, card, "Posts…", count=["each"], role=[role], how=["silent", "pin"])
    assert f"pings <@&{role.id}> · without notifications · newest post pinned" in reply_of(preview)
    assert "And 2 more posts like this" in reply_of(preview)
    assert "saved" in await saved(world, preview)
    schedule = await only(world)
    await runner(world, schedule.next_at or DUE).run_once()
    path = f"/channels/{desk.id}/messages"
    sent = [one.body for one in requests_of_the_bot if one.path == path and isinstance(one.body, dict)]
    sent = [body for body in sent if body.get("nonce")]
    assert [body["allowed_mentions"]["roles"] for body in sent if body["allowed_mentions"].get("roles")] == [
        [role.id]
    ]
    assert all(body["flags"] & 4096 for body in sent), "silent"
    posts = [post for post in desk.history() if post.components]
    assert text_of(posts[0]).startswith(f"<@&{role.id}>\n")
    assert all("<@&" not in text_of(post) for post in posts[1:])
    assert [post.id for post in posts if post.pinned] == [posts[0].id]


async def test_the_newest_post_is_pinned_and_published(world: World, requests_of_the_bot: list[Sent]) -> None:
    news = world.guild.create_news_channel("announcements")
    await plan(world, news.id, posts=PostOptions(publish=True, pin=True))
    await runner(world).run_once()
    load(world.data, world.guild.id, [thread("Gulls return", "They do.")])
    await runner(world, DUE + timedelta(hours=1)).run_once()
    posts = [post for post in news.history() if post.components]  # without Discord's notes of what was pinned
    assert len(posts) == 2
    assert [post.pinned for post in posts] == [False, True], "the one before is not pinned any more"
    published = [one.path for one in requests_of_the_bot if one.path.endswith("/crosspost")]
    assert published == [f"/channels/{news.id}/messages/{post.id}/crosspost" for post in posts]


@pytest.mark.parametrize("slow", [MAX_SLOW_ATTEMPTS - 1, 20])
async def test_a_slow_step_after_a_post_is_taken_later_and_does_not_hold_the_digest_up_for_ever(
    world: World, monkeypatch: pytest.MonkeyPatch, requests_of_the_bot: list[Sent], slow: int
) -> None:
    delays = [5.0] * slow
    request = world.env.bot.http.request

    async def delayed(route: Route, **details: Any) -> Any:
        if route.path.endswith("/crosspost") and delays:
            await asyncio.sleep(delays.pop())
        return await request(route, **details)

    monkeypatch.setattr(world.env.bot.http, "request", delayed)
    monkeypatch.setattr(discord_publisher, "STEP_TIMEOUT", 0.05)
    news = world.guild.create_news_channel("announcements")
    await plan(world, news.id, posts=PostOptions(publish=True, pin=True))
    now = DUE
    worker = world.services.workers.digests(
        DiscordDigestSender(cast(NewsdeskClient, world.env.bot)), clock=lambda: now
    )
    for _ in range(MAX_SLOW_ATTEMPTS - 1):
        await worker.run_once()
        assert await state(world) == [("sending", "")], "Discord can be reached"
        now += timedelta(seconds=10)
    await worker.run_once()
    assert await state(world) == [("posted", None)]
    [post] = [post for post in news.history() if post.components]
    assert post.pinned
    published = [one.path for one in requests_of_the_bot if one.path.endswith("/crosspost")]
    path = f"/channels/{news.id}/messages/{post.id}/crosspost"
    assert published == ([path] if slow < MAX_SLOW_ATTEMPTS else [])


async def test_a_digest_of_several_posts_is_posted_whole_although_no_step_succeeds(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    more_articles(world)
    request = world.env.bot.http.request

    async def delayed(route: Route, **details: Any) -> Any:
        await asyncio.sleep(5 * route.path.endswith("/crosspost"))
        return await request(route, **details)

    monkeypatch.setattr(world.env.bot.http, "request", delayed)
    monkeypatch.setattr(discord_publisher, "STEP_TIMEOUT", 0.05)
    news = world.guild.create_news_channel("announcements")
    await plan(world, news.id, posts=PostOptions(each=True, publish=True), choice=NEWEST, late=0)
    now = DUE
    worker = world.services.workers.digests(
        DiscordDigestSender(cast(NewsdeskClient, world.env.bot)), clock=lambda: now
    )
    for _ in range(60):
        await worker.run_once()
        now += timedelta(seconds=5)
    assert await state(world) == [("posted", None)]
    assert len([post for post in news.history() if post.components]) == 3


async def test_what_a_moderator_may_not_do_cannot_be_planned_in_any_way(world: World) -> None:
    """In the form, on saving, and from a file."""
    role = world.guild.create_role("Staff")
    card = await create(world)
    assert "You can't mention the role Staff in #general." in reply_of(
        await changed(world, card, "Posts…", count=["one"], role=[role])
    )
    assert "#general is not an announcement channel" in reply_of(
        await changed(world, card, "Posts…", count=["one"], how=["publish"])
    )
    many = await create(world, count=11, channel=world.guild.create_news_channel("announcements"))
    assert "Discord publishes at most 10 messages an hour" in reply_of(
        await changed(world, many, "Posts…", count=["each"], how=["publish"])
    )
    assert "That role can't be pinged." in reply_of(
        await changed(world, card, "Posts…", count=["one"], role=[world.guild.roles["@everyone"]])
    )
    await plan(world, posts=PostOptions(role=role.id))
    exported = await world.services.settings_transfer.export(world.guild.id)
    await world.services.digests.delete(world.guild.id, 1)
    result = await world.moderator.slash(world.channel, "settings", file=("settings.json", exported))
    assert "1 is left out: its channel or article isn't here, you or Newsdesk can't post there" in reply_of(
        result
    )
    assert await world.services.digests.schedules(world.guild.id) == ()


async def test_a_template_is_seen_before_it_is_saved_and_trusts_no_text(world: World) -> None:
    load(world.data, world.guild.id, [thread("{footer} **Gulls** [x](y) @everyone", "Text.", **at(1))])
    card = await create(world, count=1)
    filled = {
        "heading": "## {topic} ({count}) <@&1> @everyone",
        "item": "{number}) {title} by {author} {nonsense}",
        "footer": "-# all from {source}",
    }
    refused = await changed(world, card, "Template…", **filled)
    assert "{nonsense} is not a placeholder here. These are: {number}, {title}," in reply_of(refused)
    filled |= {"item": "{number}) {title} by {author}", "footer": "-# that was it"}
    preview = await changed(world, card, "Template…", **filled)
    shown = reply_of(preview)
    assert "## New in the archive (1) \\<@&1> \\@everyone" in shown
    assert "1) {footer} \\*\\*Gulls\\*\\* \\[x\\](y) \\@everyone by" in shown
    assert "-# that was it" in shown
    assert "its own template" in shown
    assert "saved" in await saved(world, preview)
    await runner(world, (await only(world)).next_at or DUE).run_once()
    [posted] = world.channel.history()
    assert "1) {footer}" in text_of(posted)
    assert "-# that was it" in text_of(posted)


async def test_digests_of_earlier_versions_stay_as_they_are(world: World) -> None:
    schedule = await plan(world)
    assert schedule.plan.posts == PostOptions()
    await runner(world).run_once()
    [posted] = world.channel.history()
    assert text_of(posted).startswith("### New in the archive\n**1. ")
    assert await state(world) == [("posted", None)]


async def test_a_deleted_role_does_not_stop_a_digest(world: World) -> None:
    await plan(world, posts=replace(PostOptions(), role=12345))
    await runner(world).run_once()
    [posted] = world.channel.history()
    assert "<@&" not in text_of(posted)


async def test_a_bot_that_may_not_pin_is_refused_by_name(world: World) -> None:
    me = world.guild.me
    assert me is not None
    channel = world.guild.create_text_channel("quiet", overwrites=overwrites_of(me, pin_messages=False))
    card = await create(world, channel=channel)
    refused = await changed(world, card, "Posts…", count=["one"], how=["pin"])
    assert "Pin Messages" in reply_of(refused)


async def test_an_interrupted_search_of_a_forum_reads_no_post_again(world: World) -> None:
    made = await forum(world)
    desk = world.env.bot.get_channel(made.id)
    assert isinstance(desk, discord.ForumChannel)
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label="Open", custom_id="open.5eed5eed5eed5eed"))
    wanted = (await desk.create_thread(name="The first", content="Here.", view=view)).thread
    later = [(await desk.create_thread(name=f"Day {n}", content="News.")).thread for n in range(4)]
    search = ForumSearch(cast(NewsdeskClient, world.env.bot))

    def break_down(post: discord.Thread, times: int | None) -> None:
        path = f"/channels/{post.id}/messages*"
        world.env.inject_error("GET", path, status=503, code=0, message="Down", times=times)

    break_down(later[1], times=1)
    with pytest.raises(TransientDeliveryError):
        await search.find(desk, "5eed5eed5eed5eed", DUE)
    for post in later[2:]:
        break_down(post, times=None)
    for _ in range(2):
        assert await search.find(desk, "5eed5eed5eed5eed", DUE) == wanted.id
