"""What digests, follows and a whole server leave out, as people set it and see it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.digests import ContentSource
from bot.domain.exclusions import Exclusions
from tests.support.follows import Fay, add, brings, gulls, tell
from tests.support.schedules import TITLE, create, plan, runner
from tests.support.simulated_discord import World
from tests.support.world import card_of, load, reply_of, text_of, thread

pytestmark = pytest.mark.slow


async def filled(world: World, card: Any, who: Any = None, **fields: str) -> Any:
    who = who or world.moderator
    form = await who.click(card, label="Leave out…")
    return await who.submit_modal(form, fields)


async def test_a_digest_leaves_out_what_its_form_says_and_why_names_it(world: World) -> None:
    load(world.data, world.guild.id, [thread("Gulls *return*", "They do.", flair="Joke")])
    card = await create(world, count=5)
    typed = {"words": "zeppelin, rail yard", "sources": "other.example, r/funny"}
    preview = await filled(world, card, **typed, flair="joke", minimum="score 3")
    shown = reply_of(preview)
    assert (
        "leaves out words: zeppelin, rail yard · sources: other.example · r/funny · flair: joke"
        " · under 3 points" in shown
    )
    assert "Nothing new this time." in shown
    assert "Filters leave out 2 articles." in shown
    assert "Digest 1 saved." in text_of(card_of(await world.moderator.click(card_of(preview), label="Save")))
    [schedule] = await world.services.digests.schedules(world.guild.id)
    assert schedule.plan.leave_out == Exclusions(
        ("zeppelin", "rail yard"), ("other.example",), (), ("funny",), ("joke",), 3
    )
    await world.services.digests.run_now(world.guild.id, 1, schedule.made_at)
    await runner(world).run_once()
    why = await world.moderator.slash(world.channel, "digest why", digest=1, article=TITLE)
    assert "skipped by this digest's filter: words: rail yard" in reply_of(why)


async def test_a_servers_filter_counts_for_every_digest_and_follow(world: World, fay: Fay) -> None:
    panel = card_of(await world.moderator.slash(world.channel, "settings"))
    changed = await filled(world, panel, words="lunch", authors="u/nobody")
    assert "**Digests and notices:** leaves out words: lunch · authors: nobody" in reply_of(changed)
    await add(world, fay, query="gulls")
    brings(world, gulls(1), thread("Gulls return", "They do."))
    await tell(world)
    [notice] = fay.user.dm_channel.history()
    assert "Gulls return" in text_of(notice)
    assert "steal" not in text_of(notice)
    await plan(world, choice=ContentSource("newest", count=5))
    await runner(world).run_once()
    [posted] = world.channel.history()
    assert "steal" not in text_of(posted)
    why = await world.member.click(posted, label="Why these?")
    assert "skipped by this server's filter: words: lunch" in reply_of(why)


async def test_a_follow_leaves_out_what_its_owner_says(world: World, fay: Fay) -> None:
    added = card_of(await add(world, fay, query="gulls"))
    changed = await filled(world, added, fay.member, sources="tabloid.example")
    assert "leaves out sources: tabloid.example" in reply_of(changed)
    brings(world, gulls(1), gulls(2, source="Tabloid.example"))
    await tell(world)
    [notice] = fay.user.dm_channel.history()
    assert "number 1" in text_of(notice)
    assert "number 2" not in text_of(notice)


async def test_the_audit_list_has_filters_of_channels_but_not_of_members(world: World, fay: Fay) -> None:
    own = card_of(await add(world, fay, query="gulls"))
    await filled(world, own, fay.member, words="secret")
    added = await world.moderator.slash(world.channel, "follow add", query="ferry", channel=world.channel)
    await filled(world, card_of(added), words="lottery", authors="u/nobody", minimum="comments 2")
    changed = card_of(await filled(world, card_of(added), words="lottery"))
    await filled(world, changed, words="lottery")  # the same again
    shown = reply_of(await world.moderator.slash(world.channel, "audit", about="digests"))
    here = f"Filters of follow 2 in <#{world.channel.id}>: "
    assert f"{here}none → leaves out words: lottery · authors: nobody · under 2 comments" in shown
    assert "under 2 comments → leaves out words: lottery\n" in shown
    assert "2 entries" in shown
    assert "secret" not in shown


async def test_filters_are_exported_and_imported(world: World) -> None:
    filters = Exclusions(words=("lottery",), min_comments=2)
    await plan(world, leave_out=filters)
    await world.services.settings.change(world.guild.id, leave_out=filters)
    exported = await world.services.settings_transfer.export(world.guild.id)
    await world.services.digests.delete(world.guild.id, 1)
    await world.services.settings.change(world.guild.id, leave_out=Exclusions())
    preview = card_of(await world.moderator.slash(world.channel, "settings", file=("s.json", exported)))
    assert "**What is left out** none → leaves out words: lottery · under 2 comments" in text_of(preview)
    await world.moderator.click(preview, label="Import")
    [schedule] = await world.services.digests.schedules(world.guild.id)
    assert schedule.plan.leave_out == filters
    assert (await world.services.settings.get(world.guild.id)).leave_out == filters


async def test_what_cannot_be_read_is_said(world: World) -> None:
    card = await create(world)
    assert "“many” isn't a minimum." in reply_of(await filled(world, card, minimum="many"))
    assert "too much to leave out" in reply_of(await filled(world, card, words=",".join(map(str, range(50)))))


async def test_an_erased_author_is_named_in_no_filter(world: World) -> None:
    filters = Exclusions(authors=("tidewatcher", "ann"))
    await plan(world, leave_out=filters)
    await world.services.settings.change(world.guild.id, leave_out=filters)
    asked = card_of(await world.moderator.slash(world.channel, "archive forget", author="tidewatcher"))
    await world.moderator.click(asked, label="Forget permanently")
    [schedule] = await world.services.digests.schedules(world.guild.id)
    assert schedule.plan.leave_out.authors == ("ann",)
    assert (await world.services.settings.get(world.guild.id)).leave_out.authors == ("ann",)
