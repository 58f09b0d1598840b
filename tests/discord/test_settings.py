"""What a server chooses, and what follows from it."""

from __future__ import annotations

from datetime import UTC, datetime

import discord
import pytest
import simcord

from bot.client import NewsdeskBot
from bot.domain.digests import ContentSource, DigestConfig, Timing
from bot.domain.follows import FollowTarget
from bot.domain.loads import Person
from bot.domain.search import Filters
from tests.support.simulated_discord import World, moderator_by_role
from tests.support.world import buttons, card_of, list_id, load, overwrites_of, reply_of, text_of, thread

pytestmark = pytest.mark.slow


async def panel(world: World) -> simcord.ResponseMessage:
    result = await world.moderator.slash(world.channel, "settings")
    assert result.ephemeral
    assert result.response is not None
    return result.response


LEFT_OUT = (
    "1 is left out: its channel or article isn't here, you or Newsdesk can't post there, or names are hidden."
)


async def test_the_panel_tells_what_is_set(world: World) -> None:
    shown = text_of(await panel(world))
    assert "**Moderators:** members with Manage Server\n" in shown
    assert "**Shared archive:** on. Searches include the operator's archive." in shown


async def test_the_shared_archive_is_turned_off_and_on(world: World) -> None:
    load(world.data, None, [thread("Night train returns", "It returns in May.")])
    card = await panel(world)
    off = await world.moderator.click(card, label="Turn off shared archive")
    assert "**Shared archive:** off." in text_of(off.response)
    assert off.response is not None
    assert off.response.id == card.id
    found = await world.member.slash(world.channel, "search", query="night train")
    assert "Nothing about “night train” in this archive" in text_of(found.response)
    await world.moderator.click(card, label="Turn on shared archive")
    found = await world.member.slash(world.channel, "search", query="night train")
    assert "Night train returns" in text_of(found.response)


async def test_a_role_is_chosen_and_taken_back(world: World) -> None:
    role = world.guild.create_role("Archivists")
    card = await panel(world)
    chosen = await world.moderator.select(card, [role], custom_id=list_id(card, "role"))
    assert f"**Moderators:** members with Manage Server or {role.mention}" in text_of(chosen.response)
    assert (await world.services.settings.get(world.guild.id)).moderator_role == role.id
    assert f"**Moderators:** members with Manage Server or {role.mention}" in text_of(await panel(world))
    cleared = await world.moderator.select(card, [], custom_id=list_id(card, "role"))
    assert "**Moderators:** members with Manage Server\n" in text_of(cleared.response)


async def test_a_role_that_was_deleted_is_nobody(world: World) -> None:
    await world.services.settings.change(world.guild.id, moderator_role=4242)
    assert "**Moderators:** members with Manage Server\n" in text_of(await panel(world))


async def test_who_is_a_moderator_by_role_appoints_nobody(world: World) -> None:
    member, role = await moderator_by_role(world, "eve")
    card = (await member.slash(world.channel, "settings")).response
    assert card is not None
    refused = await member.select(card, [world.guild.default_role], custom_id=list_id(card, "role"))
    assert "Only members with Manage Server can choose" in text_of(refused.response)
    assert (await world.services.settings.get(world.guild.id)).moderator_role == role.id
    changed = await member.click(card, label="Turn off shared archive")
    assert "Turn on shared archive" in buttons(changed.response)


async def test_the_settings_of_one_server_are_not_those_of_another(world: World) -> None:
    await world.services.settings.change(world.guild.id, shared_archive=False)
    other = world.env.create_guild("Other")
    load(world.data, None, [thread("Night train returns", "It returns in May.")])
    member = other.add_member(world.env.create_user("kim"))
    found = await member.slash(other.create_text_channel("general"), "search", query="night train")
    assert "Night train returns" in text_of(found.response)


async def test_languages_channels_and_zone_are_chosen_in_one_panel(world: World) -> None:
    card = await panel(world)
    assert "**Digest languages:** any language" in text_of(card)
    chosen = await world.moderator.select(card, ["de", "en"], custom_id=list_id(card, "languages"))
    assert "**Digest languages:** German or English" in text_of(chosen.response)
    chosen = await world.moderator.select(card, [world.channel], custom_id="place1:digest")
    assert f"are posted in {world.channel.mention} unless" in text_of(chosen.response)
    chosen = await world.moderator.select(card, [world.channel], custom_id="place2:moderator")
    assert f"moderators get a notice in {world.channel.mention}." in text_of(chosen.response)
    settings = await world.services.settings.get(world.guild.id)
    assert settings.languages == ("de", "en")
    assert settings.digest_channel == settings.moderator_channel == world.channel.id
    cleared = await world.moderator.select(card, [], custom_id="place1:digest")
    assert "are posted where they are created unless" in text_of(cleared.response)


async def test_what_everybody_sees_is_in_the_language_of_the_server(world: World) -> None:
    changed = await world.moderator.slash(world.channel, "settings", language="de")
    assert "**Posts are in:** German\n" in text_of(changed.response)
    found = await world.member.slash(world.channel, "search", query="gulls", after="2024-03-01")
    assert "1 Mar 2024" in text_of(found.response)
    await world.member.click(card_of(found), label="Share")
    assert "01.03.2024" in text_of(world.channel.last_message)
    card = card_of(changed)
    changed = await world.moderator.select(card, ["pt-BR"], custom_id="language1:-")
    assert "**Posts are in:** Portuguese (Brazil)\n" in text_of(changed.response)
    file = await exported(world)
    await world.moderator.slash(world.channel, "settings", language="server")
    assert (await world.services.settings.get(world.guild.id)).language == ""
    would = await compared(world, file)
    assert "**Language of posts** Same as the server → Portuguese (Brazil)" in reply_of(would)
    await world.moderator.click(card_of(would), label="Import")
    assert (await world.services.settings.get(world.guild.id)).language == "pt-BR"


async def test_a_channel_where_newsdesk_may_not_post_is_refused(world: World) -> None:
    silent = discord.PermissionOverwrite(send_messages=False)
    closed = world.guild.create_text_channel("closed", overwrites={world.guild.default_role: silent})
    card = await panel(world)
    refused = await world.moderator.select(card, [closed], custom_id="place1:digest")
    assert "#closed" in text_of(refused.response)
    assert (await world.services.settings.get(world.guild.id)).digest_channel is None


async def test_commenters_are_letters_where_a_server_wants_that(world: World) -> None:
    where = str(world.article)
    shown = await world.member.slash(world.channel, "comments list", title=where)
    assert "oysterjo" in text_of(shown.response)
    await world.moderator.click(await panel(world), label="Hide names")
    for command, asked in (
        ("comments list", {"title": where}),
        ("comments digest", {"title": where}),
        ("article show", {"title": where}),
        ("search", {"query": "gulls"}),
    ):
        shown = await world.member.slash(world.channel, command, **asked)
        text = text_of(shown.response)
        assert not any(name in text for name in ("oysterjo", "netmender", "pierpoet", "tidewatcher"))
        assert ("Commenter" in text) == (command != "article show")
    refused = await world.member.slash(world.channel, "search", query="rent", author="oysterjo")
    assert "so you can't search by name" in text_of(refused.response)


async def test_what_is_for_adults_is_shown_in_their_channels_alone(world: World) -> None:
    load(world.data, world.guild.id, [thread("Lantern cabaret opens", "It opens in May.", over_18=True)])
    late = world.guild.create_text_channel("late")
    channel = world.env.bot.get_channel(late.id)
    assert isinstance(channel, discord.TextChannel)
    channel.nsfw = True  # which the simulation does not know
    for place, there in ((world.channel, False), (late, True)):
        found = await world.member.slash(place, "search", query="cabaret")
        assert ("Lantern cabaret" in text_of(found.response)) == there
    refused = await world.member.slash(
        late, "article post", title="Lantern cabaret opens", channel=world.channel
    )
    assert "marked 18+, and #general isn't age-restricted." in reply_of(refused)
    posted = await world.member.slash(late, "article post", title="Lantern cabaret opens", channel=late)
    assert "Posted" in reply_of(posted)
    await world.moderator.click(await panel(world), label="Hide 18+ articles")
    found = await world.member.slash(late, "search", query="cabaret")
    assert "Lantern cabaret" not in text_of(found.response)


async def test_the_zone_is_typed_into_a_form(world: World) -> None:
    card = await panel(world)
    form = await world.moderator.click(card, label="Time zone…")
    changed = await world.moderator.submit_modal(form, {"zone": "europe/berlin"})
    assert "**Digest time zone:** Europe/Berlin" in text_of(changed.response)
    form = await world.moderator.click(card, label="Time zone…")
    refused = await world.moderator.submit_modal(form, {"zone": "Atlantis"})
    assert "Atlantis" in reply_of(refused)
    assert (await world.services.settings.get(world.guild.id)).zone == "Europe/Berlin"
    form = await world.moderator.click(card, label="Time zone…")
    await world.env.restart_bot(NewsdeskBot(world.services))
    changed = await world.moderator.submit_modal(form, {"zone": "Asia/Tokyo"})
    assert "**Digest time zone:** Asia/Tokyo" in reply_of(changed)


async def exported(world: World) -> bytes:
    result = await world.moderator.click(await panel(world), label="Export")
    assert result.response is not None
    [file] = result.response.attachments
    return bytes(await file.read())


async def compared(world: World, file: bytes) -> simcord.InteractionResult:
    return await world.moderator.slash(world.channel, "settings", file=("settings.json", file))


async def test_settings_digests_and_follows_are_a_file_that_brings_them_back(world: World) -> None:
    services, guild, by = world.services, world.guild.id, Person(world.moderator.id, "mod")
    now = datetime.now(UTC)
    plan = DigestConfig(
        guild, world.channel.id, Timing("daily", zone="Europe/Berlin"), ContentSource("newest")
    )
    await services.digests.create(plan, by, now, "draft")
    thread_of = FollowTarget(article=world.article)
    for watch in (FollowTarget("fish market"), thread_of):
        await services.follows.add(guild, world.channel.id, watch, by, now, direct=False)
    await services.follows.add(guild, world.member.id, FollowTarget("secret"), by, now, direct=True)
    await services.settings.change(guild, zone="Europe/Berlin", languages=("de", "en"), pseudonyms=True)
    file = await exported(world)
    assert b"secret" not in file
    assert "is already set up here" in reply_of(await compared(world, file))
    await services.settings.change(guild, zone="UTC", languages=(), pseudonyms=False)
    [schedule] = await services.digests.schedules(guild)
    await services.digests.delete(guild, schedule.id)
    for follow in await services.follows.follows(guild):
        await services.follows.remove(guild, follow.id)
    would = await compared(world, file)
    assert "**Time zone** UTC → Europe/Berlin" in reply_of(would)
    assert "**Languages of articles in digests** any language → German or English" in reply_of(would)
    assert "1 new digest\n" in reply_of(would)
    assert "2 new follows" in reply_of(would)
    assert not await services.digests.schedules(guild), "nothing is changed before it is confirmed"
    await world.moderator.click(card_of(would), label="Import")
    assert [of.plan for of in await services.digests.schedules(guild)] == [plan]
    assert {of.watch for of in await services.follows.follows(guild)} == {
        FollowTarget("fish market"),
        thread_of,
    }
    settings = await services.settings.get(guild)
    assert (settings.zone, settings.languages, settings.pseudonyms) == ("Europe/Berlin", ("de", "en"), True)
    assert "is already set up here" in reply_of(await compared(world, file))


async def test_a_follow_of_a_name_that_is_hidden_here_is_left_out(world: World) -> None:
    services, guild, by = world.services, world.guild.id, Person(1, "mod")
    watch = FollowTarget(filters=Filters(author="netmender"))
    [follow, _] = await services.follows.add(
        guild, world.channel.id, watch, by, datetime.now(UTC), direct=False
    )
    await services.settings.change(guild, pseudonyms=True, zone="Asia/Tokyo")
    file = await exported(world)
    await services.follows.remove(guild, follow.id)
    await services.settings.change(guild, zone="UTC")
    would = await compared(world, file)
    assert LEFT_OUT in reply_of(would)
    await world.moderator.click(card_of(would), label="Import")
    assert (await services.settings.get(guild)).zone == "Asia/Tokyo"
    assert await services.follows.follows(guild) == ()


async def test_what_has_no_place_here_is_left_out(world: World) -> None:
    services, by, now = world.services, Person(1, "mod"), datetime.now(UTC)
    other = world.env.create_guild("Other")
    elsewhere = other.create_text_channel("elsewhere")
    await services.digests.create(
        DigestConfig(other.id, elsewhere.id, Timing("daily"), ContentSource("newest")), by, now, "draft"
    )
    await services.settings.change(
        other.id, digest_channel=elsewhere.id, moderator_role=99, zone="Asia/Tokyo"
    )
    await services.settings.change(other.id, follow_cap=20)
    would = await compared(world, await services.settings_transfer.export(other.id))
    assert "**Time zone** UTC → Asia/Tokyo" in reply_of(would)
    assert "**Messages from follows a day** 10 → 20" in reply_of(would)
    assert LEFT_OUT in reply_of(would)
    await world.moderator.click(card_of(would), label="Import")
    settings = await services.settings.get(world.guild.id)
    assert (settings.zone, settings.digest_channel, settings.moderator_role) == ("Asia/Tokyo", None, None)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "That isn't a Newsdesk settings file."),
        (b"\xff\xfe\x00", "That isn't a Newsdesk settings file."),
        (b'{"newsdesk": 1, "settings": {"guild": 1, "zone": 5}}', "settings.zone"),
        (b'{"newsdesk": 1, "settings": {"guild": 1, "zone": "Atlantis"}}', "isn't a time zone"),
        (b'{"newsdesk": 1, "settings": {"guild": 1, "language": "tlh"}}', "the language “tlh” in that"),
        (b'["newsdesk"]', "That isn't a Newsdesk settings file."),
        (
            b'{"newsdesk": 1, "settings": {"guild": 1, "follow_cap": 1%s}}' % (b"0" * 30),
            "follow_cap",
        ),
        (b'{"newsdesk": 1, "settings": {"guild": 1, "follow_cap": -1}}', "follow_cap"),
        (b'{"newsdesk": 1, "settings": {"guild": 1, "languages": ["en de"]}}', "languages"),
        (
            b'{"newsdesk": 1, "settings": {"guild": 1}, "follows": [{"channel": 1,'
            b' "watch": {"query": "%s"}}]}' % (b"x" * 301),
            "Follow 1 in that",
        ),
        (
            b'{"newsdesk": 1, "settings": {"guild": 1}, "follows": [{"channel": 1, "watch": {}}]}',
            "Follow 1 in that",
        ),
        (b'{"newsdesk": 9, "settings": {"guild": 1}}', "(format 9, this one supports 1)"),
        (b" " * 300_000, "too large"),
        (
            b'{"newsdesk": 1, "settings": {"guild": 1}, "schedules": [{"guild": 1, "channel": 2, "timing":'
            b' {"every": "cron", "cron": "x"}, "choice": {"what": "newest"}}]}',
            "Digest 1 in that",
        ),
    ],
)
async def test_a_bad_file_is_refused_with_the_place_of_its_fault(
    world: World, file: bytes, sentence: str
) -> None:
    before = await world.services.settings.get(world.guild.id)
    assert sentence in reply_of(await compared(world, file))
    assert await world.services.settings.get(world.guild.id) == before


async def test_who_may_not_manage_the_server_brings_back_no_role(world: World) -> None:
    member, role = await moderator_by_role(world, "eve")
    file = b'{"newsdesk": 1, "settings": {"guild": 1, "moderator_role": %d, "zone": "Asia/Tokyo"}}'
    would = await member.slash(world.channel, "settings", file=("s.json", file % world.guild.default_role.id))
    assert "Moderator role" not in reply_of(would)
    await member.click(card_of(would), label="Import")
    settings = await world.services.settings.get(world.guild.id)
    assert (settings.moderator_role, settings.zone) == (role.id, "Asia/Tokyo")


async def test_a_moderator_by_role_plans_nothing_where_they_may_not_post(world: World) -> None:
    """What a file plans is asked the same as `/digest create`, `/follow` and the panel ask."""
    services, guild, by, now = world.services, world.guild.id, Person(1, "mod"), datetime.now(UTC)
    role = world.guild.create_role("Archivists")
    member = world.guild.add_member(world.env.create_user("eve"), roles=[role])
    for command in await world.env.bot.tree.fetch_commands():  # type: ignore[attr-defined]
        world.guild.set_command_permissions(command, {role: True})
    bot = overwrites_of(world.guild.me, view_channel=True, send_messages=True)
    hidden = overwrites_of(world.guild.default_role, view_channel=False) | bot
    silent = overwrites_of(world.guild.default_role, send_messages=False) | bot
    board = world.guild.create_text_channel("board", overwrites=hidden)
    rules = world.guild.create_text_channel("rules", overwrites=silent)
    for channel in (board, rules, world.channel):
        plan = DigestConfig(guild, channel.id, Timing("daily"), ContentSource("newest"))
        await services.digests.create(plan, by, now, str(channel.id))
        await services.follows.add(guild, channel.id, FollowTarget("fish"), by, now, direct=False)
    await services.settings.change(guild, moderator_channel=board.id, digest_channel=rules.id)
    file = await exported(world)
    for schedule in await services.digests.schedules(guild):
        await services.digests.delete(guild, schedule.id)
    for follow in await services.follows.follows(guild):
        await services.follows.remove(guild, follow.id)
    await services.settings.change(guild, moderator_channel=None, digest_channel=None, moderator_role=role.id)
    would = await member.slash(world.channel, "settings", file=("settings.json", file))
    assert "1 new digest\n1 new follow\n" in reply_of(would)
    assert "4 are left out" in reply_of(would)
    await member.click(card_of(would), label="Import")
    assert [one.plan.channel for one in await services.digests.schedules(guild)] == [world.channel.id]
    assert [one.where for one in await services.follows.follows(guild)] == [world.channel.id]
    settings = await services.settings.get(guild)
    assert (settings.moderator_channel, settings.digest_channel) == (None, None)
    shown = card_of(await member.slash(world.channel, "settings"))
    refused = await member.select(shown, [rules], custom_id=list_id(shown, "place"))
    assert "#rules" in text_of(refused.response)
    assert (await services.settings.get(guild)).digest_channel is None
