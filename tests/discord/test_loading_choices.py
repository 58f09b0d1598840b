"""What a load can be asked for: files of the drop folder, filters, and a look without loading."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import simcord

from tests.support.simulated_discord import PAGE, World
from tests.support.world import buttons, text_of

pytestmark = pytest.mark.slow


SUBMISSIONS = (
    {"id": "a1", "title": "Gulls vote", "subreddit": "harbour", "created_utc": 1700000000, "score": 9},
    {"id": "a2", "title": "Tides turn", "subreddit": "Harbour", "created_utc": 1600000000, "score": 2},
    {"id": "a3", "title": "Trams run", "subreddit": "trams", "created_utc": 1700000000, "score": 9},
    {"id": "a4", "title": "Not for all", "subreddit": "harbour", "created_utc": 1700000000, "over_18": True},
)

ADULT = "1 left out as 18+ (`over_18` loads it)"
ELSEWHERE = "1 left out from other subreddits (`subreddit`)"


def dump() -> bytes:
    return b"".join(
        json.dumps({"author": "tern", "selftext": "Words."} | one).encode() + b"\n" for one in SUBMISSIONS
    )


@pytest.fixture
def drop(world: World) -> Path:
    (world.drop / "years").mkdir()
    (world.drop / "years" / "RS_2020").write_bytes(dump())
    (world.drop / "lighthouse.txt").write_text(PAGE)
    (world.drop.parent / "secret.txt").write_text(PAGE)
    (world.drop / "link.txt").symlink_to(world.drop.parent / "secret.txt")
    return world.drop


async def load(world: World, **given: object) -> simcord.InteractionResult:
    return await world.moderator.slash(world.channel, "archive load", **given)


async def test_a_file_of_the_drop_folder_is_completed_and_loaded(world: World, drop: Path) -> None:
    offered = await world.moderator.autocomplete(world.channel, "archive load", "path", "")
    assert {one["value"] for one in offered} == {"lighthouse.txt", "years/RS_2020"}
    offered = await world.moderator.autocomplete(world.channel, "archive load", "path", "LIGHT")
    assert [one["value"] for one in offered] == ["lighthouse.txt"]
    result = await load(world, path="lighthouse.txt")
    assert text_of(result.response).startswith("**Loaded** lighthouse.txt in ")
    assert "1 new article\n2 new comments" in text_of(result.response)
    assert (drop / "lighthouse.txt").exists()


@pytest.mark.parametrize("path", ["../secret.txt", "link.txt", "/etc/passwd", "nothing.txt"])
async def test_no_path_leaves_the_drop_folder(world: World, drop: Path, path: str) -> None:
    for dry in (False, True):
        result = await load(world, path=path, dry_run=dry)
        assert "There is no file " in text_of(result.response)
        assert "in the drop folder." in text_of(result.response)
    assert len(await world.services.loads.recent(world.guild.id)) == 1


async def test_what_lies_in_the_drop_folder_is_for_moderators(world: World, drop: Path) -> None:
    for command in await world.env.bot.tree.fetch_commands():  # type: ignore[attr-defined]
        world.guild.set_command_permissions(command, {world.guild.default_role: True})
    assert await world.member.autocomplete(world.channel, "archive load", "path", "") == []
    result = await world.member.slash(world.channel, "archive load", path="lighthouse.txt")
    assert text_of(result.response).startswith("Only moderators can do that here")


async def test_a_load_is_of_one_thing(world: World, drop: Path) -> None:
    result = await load(world)
    assert text_of(result.response) == "Attach a file, or name one from the drop folder as path."
    result = await load(world, file=("a.txt", PAGE.encode()), path="lighthouse.txt")
    assert text_of(result.response) == "Give either a file or a path, not both."


@pytest.mark.parametrize(
    ("given", "articles", "left_out"),
    [
        ({}, "3 new articles", ADULT),
        ({"over_18": True}, "4 new articles", ""),
        ({"subreddit": " Harbour, nowhere"}, "2 new articles", f"{ELSEWHERE} · {ADULT}"),
        (
            {"subreddit": "r/harbour", "min_score": 5},
            "1 new article",
            f"{ELSEWHERE} · 2 left out for a low score (`min_score`)",
        ),
        ({"after": "2023"}, "2 new articles", f"1 left out as too early (`after`) · {ADULT}"),
        ({"before": "2023-01-01"}, "1 new article", "3 left out as too late (`before`)"),
    ],
)
async def test_filters_leave_out_and_are_counted(
    world: World, given: dict[str, object], articles: str, left_out: str
) -> None:
    result = await load(world, file=("RS_2020", dump()), **given)
    counts = text_of(result.response).splitlines()[1:-1]
    assert counts == [*filter(None, [articles, "No new comments", left_out])]


@pytest.mark.parametrize("dropped", [False, True])
async def test_a_dry_run_says_what_would_be_loaded_and_loads_nothing(
    world: World, drop: Path, dropped: bool
) -> None:
    given = {"path": "years/RS_2020"} if dropped else {"file": ("RS_2020", dump() + b"{broken\n")}
    result = await load(world, dry_run=True, **given)
    lines = text_of(result.response).splitlines()
    assert lines[0].startswith("**Would load** ")
    assert lines[1] == "3 articles · 0 comments · 13 Sept 2020 to 14 Nov 2023"
    assert lines[2:5] == ["Compared with the archive:", "3 new articles", "No new comments"]
    assert lines[5] == ("" if dropped else "1 would be rejected · ") + ADULT
    assert lines[-1] == "-# Nothing was loaded. To load it, run the command again without dry_run."
    assert buttons(result.response) == []
    assert len(await world.services.loads.recent(world.guild.id)) == 1
    assert list(world.data.glob("upload-*")) == []


async def test_tables_are_loaded_and_others_named(world: World, drop: Path) -> None:
    (drop / "news.csv").write_text("title,text,url\nLamp relit,It burns.,https://t.example/1\nonly one\n")
    (drop / "people.csv").write_text("name,age,town\nAnn,5,Hull\nBo,6,York\nCy,7,Deal\n")
    shown = text_of((await load(world, path="news.csv")).response)
    assert "1 new article" in shown
    assert "1 rejected" in shown
    shown = text_of((await load(world, path="people.csv")).response)
    assert "a table with the columns name, age, town. Name its columns" in shown
