"""What came in is shown as its source has it: who replies to whom, what is quoted, linked and hidden."""

from __future__ import annotations

import pytest

from bot.domain.articles import Scope
from tests.support.simulated_discord import World
from tests.support.world import buttons, card_of, comment, list_id, load, options, text_of, thread

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
    names = [line.split(" · ")[0] for line in text_of(listed).splitlines() if "**" in line]
    assert names == ["**anna**", "↳ **carl**", "↳↳ **emil**", "**ben**", "↳ **dora**"]
    assert "**carl** · replying to *anna* · " in text_of(listed)
    assert "-# 1–5 of 6 · oldest first, replies below" in text_of(listed)
    last = card_of(await world.member.click(listed, label="›"))
    assert "**finn** · replying to a comment that is not in the archive · " in text_of(last)
    newest = card_of(await world.member.click(last, label="Newest first"))
    assert "-# 1–5 of 6 · newest first" in text_of(newest)
    turned = card_of(await world.member.click(newest, label="›"))
    assert "**anna**" in text_of(turned)
    assert "**carl**" not in text_of(turned)
    again = card_of(await world.member.click(turned, label="By conversation"))
    assert "oldest first, replies below" in text_of(again)
    way = options(again)["carl: That is a lie. Read it."]
    opened = await world.member.select(again, [way], custom_id=list_id(again, "jump"))
    back = card_of(await world.member.click(card_of(opened), label="Surrounding comments"))
    assert "**carl** · replying to *anna*" in text_of(back)


async def test_quotations_links_and_spoilers_are_what_they_were(discussion: World) -> None:
    world = discussion
    listed = text_of(card_of(await world.member.slash(world.channel, "comments list", title="Pier closed")))
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
        assert QUOTED not in text_of(card)
        assert not any(SECRET in label or "lied" in label for label in options(card))
        assert SECRET not in text_of(card).replace(f"||{SECRET}||", "")
    digest = text_of(cards[0])
    assert "“That is a lie.\nRead it.”\n-# *carl*, replying to *anna*" in digest
    assert "[port.example/log\\_(1)](<https://port.example/log_(1)>)" in digest


async def test_a_flat_discussion_is_newest_first(world: World) -> None:
    load(
        world.data,
        world.guild.id,
        [thread("Flat", comments=[comment("ann", "A.", 1), comment("bob", "B.", 2)])],
    )
    listed = card_of(await world.member.slash(world.channel, "comments list", title="Flat"))
    assert text_of(listed).index("**bob**") < text_of(listed).index("**ann**")
    assert "By conversation" not in buttons(listed)
    assert "replying" not in text_of(listed)


async def test_comments_in_each_order_with_their_answers_and_without_bots(world: World) -> None:
    footer = "*I am a bot, and this action was performed automatically.*"
    texts = [
        ("AutoModerator", footer, None, 1, 50),
        ("anna", "The pier can be mended.", None, 7, 60),
        ("ben", "In ten days?", "t1_b1", 40, None),
        ("carl", "In twelve.", "t1_b2", 3, 0),
        ("dora", "Close it for good.", None, 90, None),
    ]
    comments = [
        comment(author, text, minute, key=f"t1_b{minute}", parent_key=parent, score=score, captured=captured)
        for minute, (author, text, parent, score, captured) in enumerate(texts)
    ]
    load(
        world.data,
        world.guild.id,
        [thread("Pier shut", "It shut.", comments=comments, key="t3_pier", subreddit="harbour")],
        "march_*.zip",
    )

    def names(card: object) -> list[str]:
        return [line.split("**")[1] for line in text_of(card).splitlines() if line.startswith(("**", "↳"))]

    listed = card_of(await world.member.slash(world.channel, "comments list", title="Pier shut", sort="best"))
    assert names(listed) == ["dora", "ben", "anna", "carl", "AutoModerator"]
    assert "-# 1–5 of 5 · best first" in text_of(listed)
    at_reddit = "https://www.reddit.com/r/harbour/comments/pier/_/b2/"
    assert f" · [↗](<{at_reddit}>)" in text_of(listed)
    hidden = card_of(await world.member.click(listed, label="Hide 1 bot comment"))
    assert names(hidden) == ["dora", "ben", "anna", "carl"]
    assert "-# 1–4 of 4 · best first · 1 bot comment hidden" in text_of(hidden)
    oldest = card_of(await world.member.click(hidden, label="Oldest first"))
    assert names(oldest) == ["anna", "ben", "carl", "dora"]
    assert "Show 1 bot comment" in buttons(oldest)
    answers = card_of(await world.member.click(oldest, label="anna: 2 replies"))
    assert text_of(answers).startswith("### 2 replies to anna\n“The pier can be mended.”\n-# on Pier shut")
    assert [line for line in text_of(answers).splitlines() if "**" in line][1].startswith("↳ **carl**")
    opened = card_of(await world.member.click(answers, label="The comment"))
    assert "from march\\_\\*.zip (load " in text_of(opened)
    assert " · captured <t:60:D>" in text_of(opened)
    assert text_of(card_of(await world.member.click(opened, label="2 replies"))) == text_of(answers)


async def test_where_names_are_hidden_nothing_leads_to_them(discussion: World) -> None:
    world = discussion
    shown = await world.services.archive.comments(Scope(world.guild.id), "t3_zz")
    hidden = await world.services.archive.comments(Scope(world.guild.id, pseudonyms=True), "t3_zz")
    assert shown.article.thread_link == "https://www.reddit.com/comments/zz/"
    assert all(one.link for one in shown.comments)
    assert hidden.article.thread_link is None
    assert not any(one.link for one in hidden.comments)
