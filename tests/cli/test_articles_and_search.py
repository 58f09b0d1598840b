"""What people read in the terminal, and how commands end."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.terminal import clean
from bot.domain.articles import Paragraph
from bot.domain.dump import ParsedComment, ParsedThread, Rejection
from bot.domain.loads import Person
from bot.domain.stored_message import StoredMessage
from bot.store.ingest.writer import CorpusWriter
from bot.store.search import query_expansion
from bot.store.search.index import SearchIndex
from bot.store.search.limits import SearchLimits
from bot.store.sqlite import time_limit
from tests.support.command_line import Desk
from tests.support.dump_folders import page
from tests.support.engines import engine_at

pytestmark = pytest.mark.slow


def test_a_search_shows_titles_excerpts_and_numbers(loaded: Desk) -> None:
    result = loaded("search", "fish", "market")
    assert result.code == 0
    assert result.out.splitlines()[0] == "1 thread for “fish market” · best matches first"
    assert "1. Harbour council votes to move the fish market" in result.out
    assert "article 2" in result.out


def test_an_excerpt_that_ends_within_a_sentence_says_so(desk: Desk, tmp_path: Path) -> None:
    text = "The zeppelin " + "rose and fell and " * 40 + "landed."
    (tmp_path / "z.txt").write_text(page("Airship", "a.example", "bo", [text]), encoding="utf-8")
    assert desk("load", tmp_path / "z.txt").code == 0
    shown = " ".join(desk("search", "zeppelin").out.split())
    assert "1. Airship The zeppelin rose and fell" in shown
    assert shown.count("…") == 1
    assert "… a.example" in shown


def test_a_comment_that_only_quotes_the_word_has_no_excerpt(desk: Desk, tmp_path: Path) -> None:
    post = {"id": "zz1", "title": "Ferry is late", "selftext": "", "author": "quill", "subreddit": "quay"}
    reply = {"id": "c1", "link_id": "t3_zz1", "author": "gull", "body": "> The zeppelin landed", "score": 1}
    records = [{**record, "created_utc": 1_700_000_000} for record in (post, reply)]
    (tmp_path / "dump").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    assert desk("load", tmp_path / "dump").code == 0
    shown = desk("search", "zeppelin").out
    assert "1. Ferry is late\n   by gull" in shown
    assert "landed" not in shown


def test_a_misspelt_search_shows_what_was_meant(loaded: Desk) -> None:
    result = loaded("search", "councl")
    assert result.code == 0
    assert result.out.startswith("No threads for “councl”. Showing 1 for “council” · best matches first\n")


def test_nothing_found_says_what_was_searched(loaded: Desk) -> None:
    result = loaded("search", "zeppelin")
    assert result.code == 0
    assert result.out == "Nothing about “zeppelin” in this archive (2 threads, 2023 to 2024).\n"
    assert loaded("search", "zeppelin", "--json").json["hits"] == []
    narrowed = loaded("search", "market", "--author", "nobody", "--in", "comments")
    assert narrowed.out.startswith(
        "Nothing found for “market” (comments only · by nobody). This archive has 2"
    )


def test_a_search_out_of_time_says_so(loaded: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert loaded("search", "market", "--json").json["cut"] is False
    hasty = partial(SearchIndex.open, limits=SearchLimits(search_seconds=0.0))
    monkeypatch.setattr(SearchIndex, "open", hasty)
    monkeypatch.setattr(time_limit, "STEPS_PER_CHECK", 1)
    assert loaded("search", "market", "--json").json["cut"] is True
    said = "This search took too long and was cut short. Some matches may be missing."
    assert loaded("search", "market").out.splitlines()[-1] == said


def test_a_beginning_of_too_many_words_says_so(loaded: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert loaded("search", "m*", "--json").json["narrowed"] == []
    monkeypatch.setattr(query_expansion, "MAX_PREFIX_ROWS", 0)
    monkeypatch.setattr(query_expansion, "MAX_PREFIX_WORDS", 1)
    said = "For “m*”, only the most common words were searched. Type more letters to search the others."
    for command in ("search", "trend"):
        assert loaded(command, "m*", "--json").json["narrowed"] == ["m"]
        assert loaded(command, "m*").out.splitlines()[-1] == said


@pytest.mark.parametrize(
    ("options", "articles"),
    [
        ((), {1, 2}),
        (("--in", "articles"), {2}),
        (("--in", "comments"), {1}),
        (("--source", "Islander.example"), {1}),
        (("--author", "gullfan"), {1}),
        (("--after", "2024"), {2}),
        (("--before", "12 Mar 2024"), {1}),
        (("--after", "2023-06-02", "--before", "2024-03-13"), {1, 2}),
        (("--order", "newest", "--limit", "1"), {2}),
        (("--order", "newest", "--limit", "1", "--offset", "1"), {1}),
    ],
)
def test_a_search_can_be_narrowed(loaded: Desk, options: tuple[str, ...], articles: set[int]) -> None:
    found = loaded("search", "rail yard", *options, "--json").json
    assert {hit["article"] for hit in found["hits"]} == articles


def test_an_article_is_shown_whole(loaded: Desk) -> None:
    out = loaded("article", "2").out
    assert "courier.example · posted by tidewatcher · first comment 12 Mar 2024, 09:14 UTC" in out
    assert "A petition against the move has 3,100 names." in out
    assert "2 comments" in out
    assert "oysterjo · 12 Mar 2024, 11:02 UTC" in out


def test_an_article_can_be_named_by_its_title(loaded: Desk) -> None:
    assert loaded("article", "night ferry returns AFTER nine years", "--json").json["article"] == 1
    assert loaded("article", "harbour coun", "--json").json["article"] == 2


def test_a_summary_and_a_digest_are_shown(loaded: Desk) -> None:
    out = loaded("summary", "2", "--sentences", "1").out
    assert "1 of 3 sentences" in out
    out = loaded("comments", "2").out
    assert out.startswith("Harbour council votes to move the fish market\n")
    assert "“Free rent for a year is a bribe, and a cheap one.” — netmender" in out
    assert "Based on all 2 comments" in out


def test_a_summary_says_who_where_and_when(desk: Desk, tmp_path: Path) -> None:
    body = ("Mayor Ines Pohl spoke in Oslo on 3 May. Pohl said that Oslo is cold.",)
    (tmp_path / "a.txt").write_text(page("Mayor speaks", "courier.example", "tidewatcher", body))
    desk("load", tmp_path / "a.txt")
    assert "Ines Pohl · Oslo · 3 May" in desk("summary", "1").out
    terms = desk("summary", "1", "--json").json["terms"]
    assert terms == {"who": ["Ines Pohl"], "where": ["Oslo"], "when": ["3 May"]}


def test_slurs_are_hidden_from_people_and_not_from_programs(desk: Desk, tmp_path: Path) -> None:
    said = "The clerk called me a retard over a herring."
    comments = [("netmender", "2024-03-12T09:14", said)]
    (tmp_path / "a.txt").write_text(page("Herring trouble", "a.example", "tide", (said,), comments))
    desk("load", tmp_path / "a.txt")
    for command in (
        ("comments", "1"),
        ("summary", "1"),
        ("search", "herring clerk"),
        ("ask", "Who called me?"),
    ):
        out = " ".join(desk(*command).out.split())
        assert "The clerk called me a r***** over a herring." in out
        assert "retard" not in out
        assert said in json.dumps(desk(*command, "--json").json)


def test_an_article_without_text_or_comments_says_so(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "bare.txt").write_text(
        page("A headline and nothing else", "courier.example", "tidewatcher", ())
    )
    desk("load", tmp_path / "bare.txt")
    assert "We only have the headline for this one." in desk("article", "1").out
    assert "We only have the headline for this one." in desk("summary", "1").out
    assert desk("summary", "1", "--json").json["sentences"] == []
    assert "No comments on this article yet." in desk("comments", "1").out
    assert "no date" in desk("article", "1").out


@pytest.mark.parametrize("command", ["article", "summary", "comments"])
@pytest.mark.parametrize("ref", ["99", "t3_zzz", "no such title at all", "9" * 30, "", "-"])
def test_what_is_not_there_is_nothing_found(loaded: Desk, command: str, ref: str) -> None:
    result = loaded(command, ref)
    assert (result.code, result.out) == (1, "")
    assert result.err == f"newsdesk: No article here matches “{ref}”. Try its number or part of its title.\n"


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("fly",),
        ("search",),
        ("search", "x", "--limit", "0"),
        ("search", "x", "--limit", "many"),
        ("search", "x", "--order", "best"),
        ("search", "x", "--after", "soon"),
        ("search", "x", "--guild", "-3"),
        ("undo", "one"),
        ("load",),
        ("summary", "1", "--sentences", "²"),
    ],
)
def test_bad_input_ends_with_2_and_leaves_standard_output_alone(loaded: Desk, argv: tuple[str, ...]) -> None:
    result = loaded(*argv)
    assert result.code == 2
    if argv:
        assert result.out == ""
        assert result.err


def test_a_folder_without_an_archive_is_nothing_found_and_stays_as_it_is(desk: Desk) -> None:
    for command in (("search", "x"), ("article", "1"), ("stats",), ("undo", "1"), ("check",)):
        result = desk(*command)
        assert result.code == 1
        assert result.err.startswith(f"newsdesk: There is no archive in “{desk.data}” yet.")
    assert not desk.data.exists()


def test_wrong_settings_are_told_at_once(desk: Desk) -> None:
    desk.env |= {"NEWSDESK_LOG_LEVEL": "loud", "NEWSDESK_LOAD_MAX_MB": "-1"}
    result = desk("stats")
    assert result.code == 2
    assert len(result.err.splitlines()) == 2


def test_data_may_stand_before_and_after_the_command(loaded: Desk, tmp_path: Path) -> None:
    data, loaded.env = str(loaded.data), {}
    assert loaded("--data", data, "stats", "--json").json["articles"] == 2
    assert loaded("--json", "stats", "--data", data).json["articles"] == 2
    assert loaded("--data", str(tmp_path / "other"), "stats", "--data", data).code == 0


def test_somebody_elses_file_is_not_touched(desk: Desk) -> None:
    desk.data.mkdir()
    (desk.data / "corpus.db").write_bytes(b"not a database, " * 64)
    result = desk("stats")
    assert result.code == 2
    assert "corpus.db isn't a Newsdesk database" in result.err
    assert (desk.data / "corpus.db").read_bytes() == b"not a database, " * 64


HOSTILE = "Ferry \x1b[31mred\x1b[0m [bold]loud[/bold] \x07\x9b2J \u202etxt.exe\u202c sails"


def test_no_text_from_a_dump_steers_the_terminal(desk: Desk) -> None:
    when = datetime(2024, 3, 12, tzinfo=UTC)
    comment = ParsedComment(HOSTILE, when, HOSTILE)
    thread = ParsedThread(HOSTILE, HOSTILE, HOSTILE, when, False, (Paragraph(HOSTILE),), (comment,))
    with CorpusWriter(engine_at(desk.data)) as writer:
        load = writer.begin_load(None, HOSTILE, Person(None, HOSTILE), when)
        writer.reject(load, Rejection(HOSTILE, "binary", HOSTILE))
        writer.add_threads(load, [thread])
        writer.finish(load, "failed", 1, StoredMessage("load-problem-unreadable", {"problem": HOSTILE}))
    for command in (("search", "ferry"), ("article", "1"), ("summary", "1"), ("comments", "1"), ("loads",)):
        out = desk(*command).out
        assert "[bold]loud[/bold]" in out
        assert set("\x1b\x07\x9b\u202e\u202c\r").isdisjoint(out)


@given(st.text())
def test_clean_text_has_no_control_characters(text: str) -> None:
    cleaned = clean(text)
    assert all(char in "\n\t" or char >= " " for char in cleaned)
    assert not any("\x7f" <= char <= "\x9f" for char in cleaned)
    cleaned.encode()


def test_the_nearest_articles_say_what_they_share(loaded: Desk, tmp_path: Path) -> None:
    nothing = loaded("related", "2")
    assert (nothing.code, nothing.out) == (0, "No related articles in this archive yet.\n")
    body = ["The fish market will open in the old rail yard in May. The council voted for the move in March."]
    (tmp_path / "sequel.txt").write_text(page("Who pays for the fish market?", "b.example", "tern", body))
    assert loaded("load", tmp_path / "sequel.txt").code == 0
    result = loaded("related", "2")
    assert result.code == 0
    assert result.out.startswith("Who pays for the fish market?\nb.example · posted by tern")
    reasons = result.out.splitlines()[-1]
    assert reasons.startswith("Both mention ")
    assert "fish market" in reasons


def test_an_export_that_finds_nothing_leaves_an_earlier_one(loaded: Desk, tmp_path: Path) -> None:
    file = tmp_path / "export.ndjson"
    assert loaded("export", "--output", file).code == 0
    whole = file.read_bytes()
    assert whole
    assert loaded("export", "--search", "zeppelinfahrt", "--output", file).code != 0
    assert file.read_bytes() == whole
    assert [*tmp_path.glob("export*")] == [file]
