"""What an author says, links, quotes and hides, each as stretches of the stored text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.language.markup import (
    own_links,
    own_spans,
    own_text,
    plain,
    runs,
    secret_spans,
    whole_links,
)

MARKS = (
    ">",
    "> ",
    "&gt;",
    ">!",
    "!<",
    "[",
    "]",
    "](",
    "(",
    ")",
    "https://a.example",
    "\\",
    "\n",
    "\n\n",
    "gull ",
)
TEXTS = st.lists(st.sampled_from(MARKS) | st.text(max_size=5), max_size=20).map("".join)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("[https://a.example/t](https://a.example/t)", ["https://a.example/t"]),
        (
            "[x](https://a.example/b_(c)), (https://a.example/d_(e)).",
            ["https://a.example/b_(c)", "https://a.example/d_(e)"],
        ),
        ("[x](https://a.example/b_(c)", ["https://a.example/b_(c)"]),
        ("[x](www.a.example/b)", ["https://www.a.example/b"]),
        (
            "**https://a.example/b**, https://a.example/c\\_d!",
            ["https://a.example/b", "https://a.example/c_d"],
        ),
        ("https://w.example/web/*/http://a.example/", ["https://w.example/web/*/http://a.example/"]),
        ("> https://a.example\n>!https://b.example!<\n[x](/r/gulls) [y](mailto:a@b.example)", []),
        ("http://", []),
        ("https://a.example/b[1].", ["https://a.example/b[1]"]),
        ("[https://a.example/b[1]](https://a.example/b[1])", ["https://a.example/b[1]"]),
        ("https://a.example/b[log](https://c.example)", ["https://a.example/b", "https://c.example"]),
    ],
)
def test_own_links(text: str, links: list[str]) -> None:
    assert own_links(text) == links


def test_own_text_has_neither_quotations_nor_spoilers_nor_addresses() -> None:
    text = "> It lied.\nNo. See [the log](https://a.example/b)\n>!It sinks.!< Yes, >!it\n\ndoes!<."
    own = own_text(text)
    assert len(own) == len(text)
    assert own.split() == ["No.", "See", "the", "log", "Yes,", "."]


def test_a_mark_of_a_quotation_inside_a_line_or_escaped_is_none() -> None:
    text = "2 > 1\n\\> so it is\n->!x"
    assert own_text(text) == text
    assert own_spans(text) == [(0, len(text))]


def test_lists_show_what_is_said_without_what_is_hidden() -> None:
    assert plain("> It lied.\n\nNo, [it](https://a.example) >!sank\n\ntwice!<.") == "No, it ▒▒▒▒▒."
    assert plain("> It lied.") == "It lied."
    assert plain("Damn those Retards.") == "Damn those R******."


def test_a_stretch_that_cuts_a_link_grows_to_it() -> None:
    text = "See [the log. Or](https://a.example) not."
    assert [text[start:end] for start, end in whole_links(text, [(5, 13), (0, 3)])] == [
        "[the log. Or](https://a.example)",
        "See",
    ]


@given(TEXTS)
@example("!<>!!<>")
def test_nothing_is_shown_that_is_not_stored_and_nothing_said_is_lost(text: str) -> None:
    own, shown = own_text(text), runs(text)
    assert len(own) == len(text)
    assert all(mine in (" ", stored) for mine, stored in zip(own, text, strict=True))
    said = "".join(run.text for run in shown if not run.quoted and not run.hidden)
    is_plain = not any(sign in text for sign in ("http", "\\", "["))
    assert not is_plain or "".join(own.split()) == "".join(said.split())
    for start, end in [*own_spans(text), *secret_spans(text)]:
        assert 0 <= start < end <= len(text)
    hidden = {run.text for run in shown if run.hidden == "spoiler" and not run.url}
    assert all(part in text for part in hidden if "\\" not in text)
