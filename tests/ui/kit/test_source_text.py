"""Stored texts as Discord shows them: links lead on, quotations and spoilers stay what they are."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.ui.kit import markdown, source_text
from bot.ui.kit.truncate import utf16_length

MARKUP = st.lists(
    st.sampled_from(
        (
            "> ",
            "&gt; ",
            ">!",
            "!<",
            "[",
            "](",
            "](https://a.example/b_(c))",
            "https://d.example/e",
            ")",
            "**",
            "||",
            "`",
            "\\",
            "\n",
            "\n\n",
            "# ",
            "<@1>",
            "@everyone",
            "tern ",
            "gulls ",
            "Damn those Retards ",
        )
    ),
    max_size=14,
).map("".join)
SPANS = st.lists(st.tuples(st.integers(-2, 45), st.integers(-2, 45)), max_size=4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See [https://a.example/t](https://a.example/t) now", "See <https://a.example/t> now"),
        ("[https://a.example/l_(1).pdf](https://a.example/l_(1).pdf)", "<https://a.example/l_(1).pdf>"),
        ("[the log](https://a.example/b_(c)).", "[the log](<https://a.example/b_(c)>)."),
        ("[\\[PDF\\] log](https://a.example/b_\\(c\\))", "[\\[PDF\\] log](<https://a.example/b_(c)>)"),
        ("[a [b] c](https://a.example)", "[a \\[b\\] c](<https://a.example>)"),
        ("[log](https://a.example/b(c x", "\\[log\\](<https://a.example/b(c> x"),
        ("[a.example/very…](https://a.example/very/long)", "<https://a.example/very/long>"),
        ('[log](https://a.example/b "The log")', "[log](<https://a.example/b>)"),
        ("[![gull](https://i.example/g.png)](https://a.example)", "[gull](<https://a.example>)"),
        ("[bank.example](https://evil.example)", "bank.example (<https://evil.example>)"),
        ("[https://bank.example](https://evil.example)", "https\\://bank.example (<https://evil.example>)"),
        ("(https://a.example/b_(c))", "(<https://a.example/b_(c)>)"),
        ("<https://a.example/b_c>", "<https://a.example/b_c>"),
        ("https://a.example/b\\_c", "<https://a.example/b_c>"),
        ("[r/gulls](/r/gulls) [x](javascript:alert(1))", "r/gulls x"),
        ("quay[0](he said)", "quay\\[0\\](he said)"),
        ("[**log**](https://a.example)", "[\\*\\*log\\*\\*](<https://a.example>)"),
        ("> Is it *safe*?\n\nNo.\n> # 1", "> Is it \\*safe\\*?\n\nNo.\n> \\# 1"),
        (">> deep\n> > too", "> deep\n> too"),
        (
            "The end: >!the tern [drowns](https://a.example)!<.",
            "The end: ||the tern [drowns](<https://a.example>)||.",
        ),
        ("> a\n> b\n[log](https://a.example)", "> a\n> b\n\n[log](<https://a.example>)"),
        ("[the tern](/spoiler) and [gull](/s)", "||the tern|| and ||gull||"),
        ("见https://a.example/b。好", "见<https://a.example/b>。好"),
        (">!all of this", "||all of this||"),
        ("2 >! 1 and || <#1>", "2 \\>! 1 and \\|\\| \\<#1\\>"),
        ("one\ntwo\n\n\nthree", "one\ntwo\nthree"),
    ],
)
def test_a_text_is_shown_as_its_source_means_it(text: str, expected: str) -> None:
    assert source_text.markdown(text) == expected
    assert source_text.excerpt(text, 400, linked=True) == expected


def test_a_quote_has_labels_and_no_links_behind_them() -> None:
    text = "[the log](https://a.example/b) at https://a.example, [bank.example](https://evil.example)"
    assert source_text.excerpt(text, 400) == (
        "the log at <https://a.example>, bank.example (<https://evil.example>)"
    )


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("the rail yard", [(4, 8)], "the **rail** yard"),
        ("the rail yard", [(4, 8), (9, 13)], "the **rail** **yard**"),
        ("a *b* c", [(2, 5)], "a **\\*b\\*** c"),
        ("at https://rail.example/yard now", [(11, 15)], "at **<https://rail.example/yard>** now"),
        ("ab", [(0, 99), (-5, 1)], "**ab**"),
        ("a\nb", [(1, 2)], "a\nb"),
        ("the rail yard", [(3, 9)], "the **rail** yard"),
        ("the [rail yard](https://a.example)", [(5, 9)], "the **[rail yard](<https://a.example>)**"),
        ("the >!rail yard!<", [(6, 10)], "the ||**rail** yard||"),
    ],
)
def test_matches_are_bold(text: str, spans: list[tuple[int, int]], expected: str) -> None:
    assert source_text.excerpt(text, 100, spans, linked=True) == expected


@given(st.text(max_size=40), SPANS)
@example("00", [(-2, -1)])
def test_marks_never_change_the_words(text: str, spans: list[tuple[int, int]]) -> None:
    plain, marked = source_text.excerpt(text, 300), source_text.excerpt(text, 300, spans)
    assert re.sub(r"\*\*|\\|\s", "", marked) == re.sub(r"\*\*|\\|\s", "", plain)


@given(st.text(max_size=300) | MARKUP, SPANS, st.integers(20, 200), st.booleans(), st.booleans())
@example("[log](https://a.example/" + "a" * 300 + ")", [], 50, True, True)
@example("HTTP://@everyone", [], 200, False, False)
def test_what_is_shown_fits_and_spoilers_are_closed(
    text: str, spans: list[tuple[int, int]], limit: int, one_line: bool, linked: bool
) -> None:
    shown = source_text.excerpt(text, limit, spans, one_line=one_line, linked=linked)
    assert utf16_length(shown) <= limit
    assert re.sub(r"\\.", "", shown).count("||") % 2 == 0
    assert not one_line or "\n" not in shown
    assert "@everyone" not in re.sub(r"\\.", "", shown)
    pages = source_text.pages(text, limit)
    assert all(utf16_length(page) <= limit for page in pages)
    assert all(re.sub(r"\\.", "", page).count("||") % 2 == 0 for page in pages)


@given(st.text(alphabet="ab .\n#*", max_size=300), st.integers(10, 120))
def test_pages_leave_nothing_out(text: str, limit: int) -> None:
    pages = source_text.pages(text, limit)
    seen = "".join("".join(pages).replace("\\", "").split())
    assert seen == "".join(markdown.clean(text).split())


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("One one. Two two.\n\nThree three. Four", ("One one. Two two.", "Three three. Four")),
        ("One one. Two two.\nThree three. Four", ("One one. Two two.", "Three three. Four")),
        ("One one. Two two. Three three.", ("One one. Two two.", "Three three.")),
        ("one two three four five six", ("one two three four five", "six")),
        ("one >!two three four five six!<", ("one ||two three four||", "||five six||")),
        ("> one two three four five six", ("> one two three four", "> five six")),
        ("one\n\ntwo", ("one\n\ntwo",)),
    ],
)
def test_pages_end_after_paragraphs_lines_sentences_and_words(text: str, pages: tuple[str, ...]) -> None:
    assert source_text.pages(text, 24) == pages


def test_a_long_quotation_leaves_room_for_what_is_said() -> None:
    text = "> " + "The port lied. " * 40 + "\n> Twice.\n\nIt did not."
    shown = source_text.excerpt(text, 300)
    assert shown.endswith("…\n\nIt did not.")
    assert len(shown) < 160
    assert source_text.excerpt("> The port lied.", 300) == "> The port lied."


def test_a_spoiler_that_is_cut_stays_one() -> None:
    text = "The end: >!" + "the tern drowns " * 400 + "!< indeed"
    shown = source_text.excerpt(text, 60)
    assert shown == "The end: ||the tern drowns the tern drowns the tern||…"
    assert shown.count("||") == 2
    assert "tern" not in source_text.excerpt("word " * 5_000 + text, 60)
