"""What came in is shown as its source has it: who replies to whom, what is quoted, linked and hidden."""

from __future__ import annotations

import pytest

from tests.support.simulated_discord import World
from tests.support.world import buttons, card_of, comment, list_id, load, options, said, thread

pytestmark = pytest.mark.slow

QUOTED = "The port has lied to us for ten years."
SECRET = "the harbour master sank it"


@pytest.fixture
def discussion(world: World) -> World:
    texts = [
        ("anna", "Engineers say the west pier can be mended in ten days.", None),
        ("ben", "The east pier is the real problem.", None),
        ("carl", f"> {QUOTED}\n\nThat is a lie.\nRead it.", "t1_a0"),
        ("dora", f"In the end >!{SECRET}!<, see [the [tide] log](https://port.example/log_(1)).", "t1_a1"),
        ("emil", "[https://port.example/t_(2).pdf](https://port.example/t_(2).pdf)", "t1_a2"),
        ("finn", "What of the ferry?", "t1_zz"),
    ]
    comments = [
        comment(author, text, minute, key=f"t1_a{minute}", parent_key=parent)
        for minute, (author, text, parent) in enumerate(texts)
    ]
    load(world.data, world.guild.id, [thread("Pier closed", "It shut.", comments=comments, key="t3_zz")])
    return world


async def test_replies_stand_below_what_they_answer_and_name_it(discussion: World) -> None:
    world = discussion
    listed = card_of(await world.member.slash(world.channel, "comments list", title="Pier closed"))
    names = [line.split("**")[1] for line in said(listed).splitlines() if line.startswith("**")]
    assert names == ["anna", "carl", "emil", "ben", "dora"]
    assert "**carl** · replying to *anna* · " in said(listed)
    assert "-# 1–5 of 6 · oldest first, replies below" in said(listed)
    last = card_of(await world.member.click(listed, label="›"))
    assert "**finn** · replying to a comment that is not in the archive · " in said(last)
    newest = card_of(await world.member.click(last, label="Newest first"))
    assert "-# 1–5 of 6 · newest first" in said(newest)
    turned = card_of(await world.member.click(newest, label="›"))
    assert "**anna**" in said(turned)
    assert "**carl**" not in said(turned)
    again = card_of(await world.member.click(turned, label="By conversation"))
    assert "oldest first, replies below" in said(again)
    way = options(again)["carl: That is a lie. Read it."]
    opened = await world.member.select(again, [way], custom_id=list_id(again, "jump"))
    back = card_of(await world.member.click(card_of(opened), label="Surrounding comments"))
    assert "**carl** · replying to *anna*" in said(back)


async def test_quotations_links_and_spoilers_are_what_they_were(discussion: World) -> None:
    world = discussion
    listed = said(card_of(await world.member.slash(world.channel, "comments list", title="Pier closed")))
    assert f"\n> {QUOTED}\n\nThat is a lie.\nRead it.\n" in listed
    assert f"||{SECRET}||, see [the \\[tide\\] log](<https://port.example/log_(1)>).\n" in listed
    assert "\n<https://port.example/t_(2).pdf>\n" in listed


async def test_nobody_is_quoted_with_what_others_said_or_hide(discussion: World) -> None:
    world = discussion
    cards = [
        card_of(await world.member.slash(world.channel, "comments digest", title="Pier closed")),
        card_of(await world.member.slash(world.channel, "search", query="lied OR sank OR lie")),
        card_of(await world.member.slash(world.channel, "ask", question="Who sank the pier?")),
        card_of(await world.member.slash(world.channel, "ask", question="Who has lied to us for ten years?")),
    ]
    for card in cards:
        assert QUOTED not in said(card)
        assert not any(SECRET in label or "lied" in label for label in options(card))
        assert SECRET not in said(card).replace(f"||{SECRET}||", "")
    digest = said(cards[0])
    assert "“That is a lie.\nRead it.”\n-# *carl*, replying to *anna*" in digest
    assert "[port.example/log\\_(1)](<https://port.example/log_(1)>)" in digest


async def test_a_flat_discussion_is_newest_first(world: World) -> None:
    load(
        world.data,
        world.guild.id,
        [thread("Flat", comments=[comment("ann", "A.", 1), comment("bob", "B.", 2)])],
    )
    listed = card_of(await world.member.slash(world.channel, "comments list", title="Flat"))
    assert said(listed).index("**bob**") < said(listed).index("**ann**")
    assert "By conversation" not in buttons(listed)
    assert "replying" not in said(listed)
