"""`newsdesk load`, `loads` and `undo`."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from tests.support.command_line import Desk
from tests.support.dump_folders import FERRY, MARKET, page

pytestmark = pytest.mark.slow


def test_a_dump_loads_and_what_is_no_page_is_listed(desk: Desk, dump: Path) -> None:
    result = desk("load", dump, "--json")
    receipt = result.json
    assert (result.code, receipt["state"], receipt["load"]) == (0, "done", 1)
    assert receipt["articles"] == {"new": 2, "updated": 0, "unchanged": 0}
    assert receipt["comments"] == {"new": 3, "updated": 0, "unchanged": 0}
    assert receipt["ids"] == [1, 2]
    assert [(one["where"].partition(":")[0], one["reason"]) for one in receipt["rejected"]] == [
        ("dump/empty.txt", "empty"),
        ("dump/picture.txt", "binary"),
    ]
    assert receipt["seconds"] >= 0


def test_what_was_loaded_is_told_to_people(desk: Desk, dump: Path) -> None:
    result = desk("load", dump)
    assert result.out.startswith("Loaded dump in ")
    assert "2 new articles · 3 new comments" in result.out
    assert "2 rejected:" in result.out
    assert "dump/empty.txt" in result.out
    assert "Load 1 · To undo: newsdesk undo 1" in result.out


def test_a_load_of_which_nothing_could_be_read_has_failed(desk: Desk, tmp_path: Path) -> None:
    table = tmp_path / "table.txt"
    table.write_text("a,b,c\n1,2,3\n")
    result = desk("load", table)
    assert (result.code, result.out.splitlines()[:2]) == (2, ["Failed table.txt", "Nothing was loaded."])


def test_what_can_be_loaded_is_said_once(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.pdf").write_bytes(b"%PDF-1.7\n...")
    (folder / "e.txt").write_bytes(b"")
    lines = [line.strip() for line in desk("load", folder).out.splitlines()]
    places = [line for line in lines if "papers/" in line]
    assert [place.partition(": ")[2] for place in places] == [*["This is a PDF."] * 3, "This file is empty."]
    assert [line.startswith("Newsdesk reads article pages") for line in lines].count(True) == 1
    assert "This is a PDF. Newsdesk reads" in desk("load", folder / "a.pdf").out, "a file alone says both"


def test_loading_the_same_dump_again_changes_nothing(loaded: Desk, dump: Path) -> None:
    receipt = loaded("load", dump, "--json").json
    assert receipt["articles"] == {"new": 0, "updated": 0, "unchanged": 2}
    assert receipt["comments"] == {"new": 0, "updated": 0, "unchanged": 3}
    assert loaded("stats", "--json").json["comments"] == 3


@pytest.mark.usefixtures("each_database")
def test_a_newer_capture_adds_its_new_comments(loaded: Desk, tmp_path: Path) -> None:
    title, source, submitter, body, comments = MARKET
    newer = (("mayfly", "2024-03-14T08:00", "The gulls will follow the fish."), *comments)
    later = tmp_path / "later.txt"
    later.write_text(page(title, source, submitter, body, newer))
    receipt = loaded("load", later, "--json").json
    assert (receipt["ids"], receipt["articles"]["new"]) == ([2], 0)
    assert receipt["comments"] == {"new": 1, "updated": 0, "unchanged": 2}
    authors = [comment["author"] for comment in loaded("article", "2", "--json").json["comments"]]
    assert authors == ["mayfly", "oysterjo", "netmender"]


def test_several_paths_are_one_load(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(page(*FERRY))
    with zipfile.ZipFile(tmp_path / "market.zip", "w") as archive:
        archive.writestr("deep/market.txt", page(*MARKET))
    receipt = desk("load", tmp_path / "ferry.txt", tmp_path / "market.zip", "--json").json
    assert (receipt["load"], receipt["articles"]["new"]) == (1, 2)
    assert receipt["name"] == "ferry.txt and 1 more"


def test_a_dump_without_any_page_is_bad_input_with_a_receipt(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Buy milk.\n")
    result = desk("load", tmp_path / "note.txt", "--json")
    assert (result.code, result.json["state"]) == (2, "done")
    assert result.json["rejected"][0]["where"].startswith("note.txt")


def test_a_path_that_is_not_there_is_bad_input_and_loads_nothing(desk: Desk, dump: Path) -> None:
    result = desk("load", dump, dump / "missing.txt")
    assert (result.code, result.out) == (2, "")
    assert result.err == f"newsdesk: There is no file or folder “{dump / 'missing.txt'}”.\n"
    assert desk("loads").code == 1


def test_a_dump_larger_than_the_setting_is_cut_off_with_a_reason(desk: Desk, tmp_path: Path) -> None:
    desk.env["NEWSDESK_LOAD_MAX_MB"] = "1"
    with zipfile.ZipFile(tmp_path / "big.zip", "w") as archive:
        archive.writestr("1.txt", page(*FERRY))
        archive.writestr("2.txt", "x" * 1_100_000)
        archive.writestr("3.txt", page(*MARKET))
    receipt = desk("load", tmp_path / "big.zip", "--json").json
    assert receipt["articles"]["new"] == 1
    assert receipt["rejected"]


def test_the_archive_of_a_server_is_its_own(loaded: Desk, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(page(*FERRY))
    receipt = loaded("--guild", "77", "load", tmp_path / "ferry.txt", "--json").json
    assert receipt["articles"] == {"new": 1, "updated": 0, "unchanged": 0}
    number = str(receipt["ids"][0])
    assert loaded("article", number).code == 1
    assert loaded("article", number, "--guild", "78").code == 1
    assert loaded("article", "--guild", "77", number).code == 0
    assert loaded("article", "--guild", "77", "1").code == 1
    assert loaded("undo", str(receipt["load"])).code == 1
    assert [one["load"] for one in loaded("loads", "--json").json["loads"]] == [1]
    assert loaded("stats", "--guild", "77", "--json").json["articles"] == 1


@pytest.mark.usefixtures("each_database")
def test_a_load_can_be_taken_back(loaded: Desk) -> None:
    result = loaded("undo", "1", "--json")
    assert (result.code, result.json) == (
        0,
        {"load": 1, "articles": {"removed": 2}, "comments": {"removed": 3}, "restored": 0},
    )
    assert loaded("search", "market").code == 0
    assert loaded("loads", "--json").json["loads"][0]["state"] == "undone"


def test_what_cannot_be_taken_back_says_why(loaded: Desk) -> None:
    assert loaded("undo", "9").err == "newsdesk: There is no load 9 in this archive.\n"
    assert loaded("undo", "9").code == 1
    assert "Load 1 undone\nRemoved 2 articles and 3 comments." in loaded("undo", "1").out
    again = loaded("undo", "1")
    assert (again.code, again.err) == (2, "newsdesk: Load 1 is already undone.\n")


def test_loads_are_listed_newest_first(loaded: Desk, dump: Path) -> None:
    loaded("load", dump / "ferry.txt")
    assert [one["load"] for one in loaded("loads", "--json").json["loads"]] == [2, 1]
    assert [one["load"] for one in loaded("loads", "--limit", "1", "--json").json["loads"]] == [2]
    lines = loaded("loads").out.splitlines()
    assert lines[0] == "2. ferry.txt"
    assert lines[1] == "   Nothing new. Already in the archive: 1 article and 1 comment."
    assert lines[2].startswith("   by ")


def test_no_loads_is_an_empty_list(loaded: Desk) -> None:
    result = loaded("loads", "--guild", "5")
    assert (result.code, result.out) == (0, "Nothing loaded yet. Start with: newsdesk load FILE\n")
    assert loaded("loads", "--guild", "5", "--json").json == {"loads": []}


def test_a_load_notes_the_language_and_finds_words_inside_unspaced_scripts(
    desk: Desk, tmp_path: Path
) -> None:
    body = ("市議会は火曜日、魚市場を古い操車場に移すことを決めた。",)
    comments = (("gull", "2024-03-12T11:02", "家賃が無料なのは賄賂だ。"),)
    (tmp_path / "ja.txt").write_text(page("魚市場の移転", "a.example", "tide", body, comments))
    (tmp_path / "en.txt").write_text(page(*MARKET))
    numbers = desk("load", tmp_path / "ja.txt", tmp_path / "en.txt", "--json").json["ids"]
    assert [desk("article", str(number), "--json").json["language"] for number in numbers] == ["ja", "en"]
    assert desk("search", "操車場").code == 0
    assert desk("search", "--in", "comments", "賄賂").code == 0


SUBMISSION = {
    "id": "abc12",
    "title": "Harbour council votes to move the fish market",
    "author": "tidewatcher",
    "created_utc": 1710234840,
    "score": 120,
    "subreddit": "harbournews",
    "domain": "courier.example",
    "url": "https://courier.example/market",
    "selftext": "",
}


def comments(count: int) -> list[dict[str, object]]:
    return [
        {
            "id": f"k{number:04}",
            "link_id": "t3_abc12",
            "parent_id": "t3_abc12" if number == 0 else f"t1_k{number - 1:04}",
            "author": f"gull{number}",
            "created_utc": 1710240000 + number,
            "score": number,
            "subreddit": "harbournews",
            "body": f"Opinion {number} on the rail yard.",
        }
        for number in range(count)
    ]


def ndjson(*records: dict[str, object]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def test_what_is_left_out_is_told_with_the_option_that_lets_it_in(desk: Desk, tmp_path: Path) -> None:
    dump = tmp_path / "RS.ndjson"
    dump.write_bytes(ndjson(SUBMISSION, SUBMISSION | {"id": "abc13", "over_18": True, "score": 9}))
    result = desk("load", dump)
    assert "1 left out as 18+ (--over-18 loads it)" in result.out.splitlines()
    assert desk("load", dump, "--json").json["left_out"] == {"over_18": 1}
    result = desk("load", dump, "--dry-run", "--over-18", "--min-score", "10")
    assert "1 left out for a low score (--min-score)" in result.out.splitlines()


def test_rejected_lines_are_where_the_receipt_says(each_database: str, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "RC.ndjson").write_bytes(ndjson(*comments(30)) + b"{broken\n" * 30)
    # A long path stands on a line of its own.
    place = desk("load", tmp_path / "RC.ndjson").out.partition("Full list:")[2].lstrip().splitlines()[0]
    printed = desk("loads", "--rejected", "1").out
    assert [json.loads(text)["where"] for text in printed.splitlines()] == [
        f"RC.ndjson:{number}" for number in range(31, 61)
    ]
    if each_database == "postgres":
        assert place.strip() == "newsdesk loads --rejected 1"
    else:
        assert Path(place.strip()).read_text() == printed
    assert desk("loads", "--rejected", "9").out == ""


def test_a_reddit_dump_loads_with_its_own_ids(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "RC.ndjson").write_bytes(ndjson(*comments(3)) + b"{broken\n")
    (tmp_path / "RS.ndjson").write_bytes(ndjson(SUBMISSION))
    receipt = desk("load", tmp_path / "RC.ndjson", tmp_path / "RS.ndjson", "--json").json
    assert (receipt["articles"]["new"], receipt["comments"]["new"]) == (1, 3)
    assert [one["where"] for one in receipt["rejected"]] == ["RC.ndjson:4"]
    article = desk("article", "t3_abc12", "--json").json
    assert (article["key"], article["score"], article["subreddit"]) == ("t3_abc12", 120, "harbournews")
    ids = {comment["key"]: comment["id"] for comment in article["comments"]}
    assert [(one["key"], one["parent"], one["score"]) for one in article["comments"]] == [
        ("t1_k0002", ids["t1_k0001"], 2),
        ("t1_k0001", ids["t1_k0000"], 1),
        ("t1_k0000", None, 0),
    ]
    hit = desk("search", "opinion", "2", "--json").json["hits"][0]
    assert (hit["key"], hit["comment"]) == ("t1_k0002", ids["t1_k0002"])


def test_an_archive_that_breaks_off_fails_with_what_came_before(desk: Desk, tmp_path: Path) -> None:
    packed = gzip.compress(ndjson(SUBMISSION) + ndjson(*comments(20_000)))
    (tmp_path / "cut.gz").write_bytes(packed[: len(packed) * 2 // 3])
    result = desk("load", tmp_path / "cut.gz", "--json")
    assert (result.code, result.json["state"]) == (2, "failed")
    assert result.json["problem"].startswith("cut.gz is damaged or incomplete.")
    assert result.json["rejected"] == []
    assert result.json["articles"]["new"] == 1
    assert 0 < result.json["comments"]["new"] < 20_000
    (tmp_path / "cut.gz").write_bytes(packed)
    mended = desk("load", "--resume", "--json")
    assert (mended.code, mended.json["state"], mended.json["problem"]) == (0, "done", None)
    assert mended.json["comments"] == {"new": 20_000, "updated": 0, "unchanged": 0}
    assert desk("check").code == 0


def test_comments_that_wait_are_counted_with_what_to_load(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "RC").write_bytes(ndjson(*comments(2)))
    waits = "2 comments wait for their articles and are not shown yet. They appear once the"
    for told in (desk("load", tmp_path / "RC").out, desk("stats").out):
        assert waits in told
        assert "(in Reddit dumps: the submissions, RS_…)" in told
    for looked in (("search", "harbour"), ("trend", "harbour"), ("ask", "When was the vote?")):
        assert waits in desk(*looked).out
    books = desk("stats", "--json").json["books"]["comments"]
    assert (books["read"], books["new"], books["waiting"]) == (2, 0, 2)
    (tmp_path / "RS").write_bytes(ndjson(SUBMISSION | {"num_comments": 9}))
    result = desk("load", tmp_path / "RS")
    assert "7 comments are known to exist but are not in the archive" in result.out
    assert "wait for" not in desk("stats").out
    assert "2 of about 9 comments" in desk("article", "1").out
    assert "The archive has 2 of about 9 comments." in desk("comments", "1").out


@pytest.mark.usefixtures("each_database")
def test_a_receipt_accounts_for_every_record(desk: Desk, tmp_path: Path) -> None:
    old, *others = comments(3)
    lines = ndjson(SUBMISSION, old, others[0] | {"over_18": True}, others[1] | {"created_utc": "soon"})
    (tmp_path / "dump").write_bytes(lines)
    result = desk("load", tmp_path / "dump")
    assert "Comments read: 3 (1 new, 1 rejected and 1 left out)" in result.out
    assert "Articles read" not in result.out, "the line of counts says it all"
