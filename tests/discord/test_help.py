"""What the bot says about itself, and to whom."""

from __future__ import annotations

import pytest
import simcord

from bot.i18n import msg
from tests.support.simulated_discord import World
from tests.support.world import load, market, reply_of, text_of

pytestmark = pytest.mark.slow

MODERATORS = ("archive load", "archive loads", "archive stats", "archive undo", "archive forget", "settings")
MEMBERS = ("about", "article post", "article show", "comments digest", "comments list", "help", "search")


async def test_help_shows_members_what_they_may_use(world: World) -> None:
    result = await world.member.slash(world.channel, "help")
    assert result.ephemeral
    shown = text_of(result.response)
    assert all(f"</{name}:" in shown for name in MEMBERS)
    assert not any(f"</{name}:" in shown for name in MODERATORS)
    assert "</digest" not in shown
    assert "</news:" in shown
    assert "Apps > Find in the archive · Look up a message's links and headline" in shown
    assert "Apps > Ask about this · Ask about a message's articles" in shown


async def test_help_shows_moderators_what_they_may_use(world: World) -> None:
    shown = text_of((await world.moderator.slash(world.channel, "help")).response)
    assert all(f"</{name}:" in shown for name in (*MEMBERS, *MODERATORS, "digest create", "digest why"))


async def test_help_begins_with_what_is_used_every_day(world: World) -> None:
    shown = text_of((await world.moderator.slash(world.channel, "help")).response).splitlines()
    names = [line[2:].partition(":")[0] for line in shown if line.startswith("</")]
    assert names[:4] == ["search", "browse", "trend", "news"]
    archive = [name for name in names if name.startswith("archive ")]
    assert archive == [
        *("archive load", "archive loads", "archive undo", "archive export", "archive forget"),
        *("archive requests", "archive stats"),
    ]
    groups = [line for line in shown if line.startswith("**")]
    assert groups == ["**Read**", "**Ask and follow**", "**For moderators**"]
    read, ask, moderators = (shown.index(group) for group in groups)
    assert read < shown.index(next(line for line in shown if "Find in the archive" in line)) < ask
    assert ask < shown.index(next(line for line in shown if "Ask about this" in line)) < moderators
    assert {name.split()[0] for name in names[names.index("ask") : names.index("digest create")]} == {
        *("ask", "follow", "catchup")
    }


async def test_help_in_a_direct_message_shows_what_works_there(world: World) -> None:
    user = world.env.create_user("dora")
    shown = reply_of(await user.slash("help"))
    assert "</article show:" in shown
    assert "</article post:" not in shown
    assert "</news:" in shown
    assert "</digest" not in shown


async def test_commands_in_texts_can_be_pressed(world: World) -> None:
    shown = text_of((await world.member.slash(world.channel, "help")).response)
    numbers = {one.name: one.id for one in await world.env.bot.tree.fetch_commands()}  # type: ignore[attr-defined]
    assert f"</search:{numbers['search']}> · Search articles and their comments" in shown
    assert f"</article show:{numbers['article']}>" in shown


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        ("search", '`"rail yard"` these words next to each other'),
        ("asking", "</ask:"),
        ("following", "</follow add:"),
        ("loading", "</archive load:"),
    ],
)
async def test_help_has_topics(world: World, topic: str, words: str) -> None:
    assert words in text_of((await world.member.slash(world.channel, "help", topic=topic)).response)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"rail yard"', True),
        ("market -fish", False),
        ('market -"rail yard"', False),
        ("tram OR gulls", True),
        ("tram | gulls", True),
        ("stall*", True),
        ("rail-yard", True),
    ],
)
async def test_what_help_says_of_searching_is_so(world: World, query: str, found: bool) -> None:
    assert f"`{query}`" in msg("search-help")
    result = await world.member.slash(world.channel, "search", query=query)
    assert ("Harbour council votes" in reply_of(result)) is found


async def test_about_tells_what_it_reads(world: World) -> None:
    shown = text_of((await world.member.slash(world.channel, "about")).response)
    assert "### Newsdesk 0." in shown
    assert "This archive has 1 thread, 2024." in shown
    assert "Newsdesk only reads messages that mention it" in shown


async def test_direct_messages_read_the_shared_archive(world: World) -> None:
    load(world.data, None, [market()])
    user = world.env.create_user("dora")
    shown = text_of((await user.slash("help")).response)
    assert "</search:" in shown
    assert "</archive" not in shown
    found = await user.slash("search", query="gulls")
    assert not found.ephemeral
    assert "Nobody asked the **gulls**" in text_of(found.response)
    result = await user.slash("article show", title="harbour council")
    assert result.response is not None
    turned = await user.click(result.response, label="Comments")
    assert turned.response is not None
    assert turned.response.id == result.response.id
    assert "pierpoet" in text_of(turned.response)
    refused = await user.slash("article post", title="harbour council")
    assert "That only works in a server." in reply_of(refused)
    with pytest.raises(simcord.SetupError, match="context"):
        await user.slash("archive loads")
