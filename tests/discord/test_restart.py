"""Buttons and lists on old messages, when the bot that made them is gone."""

from __future__ import annotations

import pytest

from bot.client import NewsdeskBot
from bot.loading.protocol import LoadJob, encode_job
from bot.store.ingest.writer import CorpusWriter
from tests.support.engines import engine_at
from tests.support.openapi import Sent
from tests.support.simulated_discord import PAGE, World, load_file
from tests.support.world import BY, START, list_id, load, options, text_of, thread

pytestmark = pytest.mark.slow


TITLE = "Harbour council votes to move the fish market"


async def restart(world: World) -> None:
    await world.env.restart_bot(NewsdeskBot(world.services))


async def test_every_kind_of_button_works_after_a_restart(world: World) -> None:
    load(world.data, world.guild.id, [thread(f"Market day {n}", "The market opens.") for n in range(8)])
    article = (await world.member.slash(world.channel, "article show", title=TITLE)).response
    hits = (await world.member.slash(world.channel, "search", query="market " + "OR fair " * 30)).response
    listed = (await world.moderator.slash(world.channel, "archive loads")).response
    panel = (await world.moderator.slash(world.channel, "settings")).response
    assert article and hits and listed and panel  # noqa: PT018
    await world.member.click(article, label="Share")
    posted = world.channel.last_message
    assert posted is not None

    await restart(world)
    assert "Stallholders" in text_of((await world.member.click(article, label="Full text")).response)
    assert "-# 6–" in text_of((await world.member.click(hits, label="›")).response)
    way = next(iter(options(hits).values()))
    opened = await world.member.select(hits, [way], custom_id=list_id(hits, "jump"))
    assert "### Market day" in text_of(opened.response) or TITLE in text_of(opened.response)
    assert "pierpoet" in text_of((await world.moderator.click(posted, label="Comments")).response)
    way = options(listed)["1. sample.txt"]
    receipt = await world.moderator.select(listed, [way])
    assert "**Loaded** sample.txt" in text_of(receipt.response)
    assert receipt.response is not None
    await restart(world)
    question = await world.moderator.click(receipt.response, label="Undo")
    assert question.response is not None
    await restart(world)
    done = await world.moderator.click(question.response, label="Undo load")
    assert "**Load 1 undone**" in text_of(done.response)
    assert done.response is not None
    await restart(world)
    redacted = await world.moderator.click(done.response, label="Redact 1 post")
    assert "1 post deleted, as nothing was left of it." in text_of(redacted.response)
    off = await world.moderator.click(panel, label="Turn off shared archive")
    assert "Turn on shared archive" in str(off.response.components if off.response else "")


async def test_a_button_of_what_is_gone_says_so(world: World) -> None:
    card = (await world.member.slash(world.channel, "article show", title=TITLE)).response
    assert card is not None
    await world.services.loads.undo(world.guild.id, 1, load(world.data, None, []).by)
    result = await world.member.click(card, label="Full text")
    assert result.ephemeral
    told = [one.content for one in result.followups] + [text_of(result.response)]
    assert any("This archive is empty." in text for text in told)


async def test_commands_are_told_to_discord_only_when_they_changed(
    world: World, requests_of_the_bot: list[Sent]
) -> None:
    def told() -> int:
        return sum(sent.method == "PUT" and sent.path.endswith("/commands") for sent in requests_of_the_bot)

    world.env.backend.commands.clear()
    before = told()
    await restart(world)
    assert told() == before + 1
    await restart(world)
    assert told() == before + 1
    changed = NewsdeskBot(world.services)
    changed.tree.allowed_installs.user = True
    await world.env.restart_bot(changed)
    assert told() == before + 2
    shown = text_of((await world.member.slash(world.channel, "help")).response)
    assert "</search:" in shown


async def test_an_address_that_no_version_makes_says_so(world: World) -> None:
    card = (await world.member.slash(world.channel, "article show", title=TITLE)).response
    assert card is not None
    stored = world.env.backend.get_message(world.channel.id, card.id)
    row = next(part for part in stored.components[0]["components"] if part["type"] == 1)
    for address in ("q1", "a", "t1.2.3.4", "sx.y", "s0.br.~0123", "s0.br.x", "ax", "x5"):
        row["components"][0]["custom_id"] = f"turn1:{address}"
        result = await world.member.click(card, custom_id=f"turn1:{address}")
        assert text_of(result.response) == "This button has expired. Search for it again.", address


async def test_a_load_that_a_killed_bot_left_is_finished_in_its_message(world: World) -> None:
    page = world.drop / "lighthouse.txt"
    page.write_text(PAGE)
    shown = (await load_file(world, "notes.txt", b"Just some notes.\nNothing else.")).response
    assert shown is not None
    job = LoadJob(
        data=world.data,
        guild=world.guild.id,
        by=BY,
        vectors="off",
        paths=(page,),
        name=page.name,
        load_max_mb=10,
        display_names=(page.name,),
    )
    with CorpusWriter(engine_at(world.data)) as writer:  # as after kill -9: begun, and never finished
        number = writer.begin_load(world.guild.id, page.name, BY, START, encode_job(job).decode())
    await world.services.key_value.set(f"load:{number}", f"{world.channel.id}.{shown.id}.{page.name}")
    await restart(world)
    assert text_of(shown).startswith("**Loaded** lighthouse.txt in ")
    assert "1 new article\n2 new comments" in text_of(shown)
    assert (await world.services.loads.receipt(world.guild.id, number)).state == "done"
