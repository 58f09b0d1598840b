"""What a reader sees is the text itself: an independent reader of Discord's markdown is the judge."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord.preview._markdown import markdown_tokens

from bot.ui.kit import markdown

# Everything that a mention, an emoji or a command could name does exist.
KNOWN = {
    "users": {"12": "ann"},
    "roles": {"12": "mods"},
    "channels": {"12": "general"},
    "emojis": {"12": {"name": "wave", "animated": False}},
    "commands": {"12": "search"},
    "everyone": True,
}
MARKS = "\\*_~`|<>[]()#-+=.:@!/&0123456789 \n"
HOSTILE = [
    "@everyone and @here",
    "<@12> <@!12> <@&12> <#12> </search:12> <id:browse>",
    "<t:1700000000:R> <:wave:12> <a:wave:12>",
    "[a bank](https://evil.example) [x]: https://evil.example",
    "# Heading\n## Heading\n### Heading\n- point\n* point\n+ point\n1. one\n2) two",
    "> quoted\n>>> all of it",
    "```py\ncode\n``` and `code` and ``code``",
    "**bold** *it* __under__ ~~gone~~ ||hidden|| ***all***",
    "Title\n=====\nTitle\n-----\n***\n___",
    "ftp://files.example mailto:x@y.example discord://app steam://run",
    "\\*escaped\\* \\\\*twice*",
    "snake_case_name and 2*3*4",
]


QUIET = ("text", "break", "link_open", "link_close", "inline", "paragraph")


def parts(tokens: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for token in tokens:
        yield token
        yield from parts(token.get("children") or ())


def read(text: str) -> tuple[str, set[str], list[str]]:
    """What is seen but for white space, the kinds of markup in it, and where its links lead."""
    found = list(parts(markdown_tokens(text, "text_display", context=KNOWN)))
    seen = "".join(str(part.get("content", "")) for part in found)
    links = [str(part["href"]) for part in found if part["type"] == "link_open"]
    return "".join(seen.split()), {part["type"] for part in found} - set(QUIET), links


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_mentions_times_and_emoji_are_shown_as_they_were_written(text: str) -> None:
    seen, kinds, _ = read(markdown.escape(text))
    assert seen == "".join(text.split())
    assert kinds == set()


@given(st.text(alphabet=st.one_of(st.sampled_from(MARKS), st.sampled_from("abAB")), max_size=60))
def test_no_text_of_marks_becomes_markup(text: str) -> None:
    # Four blanks begin a block of code, and `&amp;` is `&`, for the judge but not for Discord.
    # It also sees small text, `-# `, where the dash is escaped.
    text = "\n".join(line.strip() for line in re.sub("&|-+#", "", text).splitlines())
    seen, kinds, links = read(markdown.escape(text))
    assert seen == "".join(text.split())
    assert kinds == set()
    assert all(link.startswith(("http://", "https://")) for link in links)


def test_small_text_and_lists_are_escaped_at_the_beginning_of_a_line() -> None:
    assert (
        markdown.escape("-# small\n  - point\nwell-known - so") == "\\-# small\n  \\- point\nwell-known - so"
    )


def test_a_link_stays_a_quiet_one_that_shows_where_it_leads() -> None:
    assert markdown.escape("(at https://site.example/a_b.)") == "(at <https://site.example/a_b>.)"
    seen, kinds, links = read(markdown.escape("https://site.example/a_b_c, http://two.example"))
    assert (seen, kinds) == ("https://site.example/a_b_c,http://two.example", set())
    assert links == ["https://site.example/a_b_c", "http://two.example"]


def test_characters_that_hide_or_reorder_are_left_out() -> None:
    assert markdown.clean("a\u202eb\u2066c\u200bd\x00e\x1bf\ud800g") == "abcdefg"
    assert markdown.clean("one\r\ntwo\rthree\u2028four\x85five") == "one\ntwo\nthree\nfour\nfive"
    assert markdown.clean("می‌خواهم 👩‍🚒") == "می‌خواهم 👩‍🚒"


def test_one_line_is_one_line() -> None:
    assert markdown.one_line(" a\n\n b\t c ") == "a b c"
    assert "\n" not in markdown.line("a\n# b")


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "https://a b.example", "https://é.example", None, "x" * 600]
)
def test_only_plain_web_addresses_become_buttons(link: str | None) -> None:
    assert markdown.web_address(link) is None


def test_a_web_address_becomes_a_button() -> None:
    assert markdown.web_address("https://site.example/a") == "https://site.example/a"


def test_times_are_discords() -> None:
    assert markdown.time(datetime(2024, 3, 12, tzinfo=UTC), "f") == "<t:1710201600:f>"


def test_brackets_of_an_address_belong_to_it() -> None:
    assert markdown.escape("(https://a.example/b_(c))") == "(<https://a.example/b_(c)>)"
    assert markdown.link("Log", "https://a.example/b_(c)") == "[Log](<https://a.example/b_(c)>)"
    assert markdown.link("[Log]", "https://a.example/b(c|d") == "[\\[Log\\]](<https://a.example/b%28c%7Cd>)"
    assert markdown.link("Log", "javascript:alert(1)") is None
