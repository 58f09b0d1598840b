"""HTML of posts as text: paragraphs, quotations as `>` lines, links as Markdown."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dumps.formats.html_text import html_text

BASE = "https://talk.oar.example/"
TEXTS = {
    "One<p>Two<p>&gt; quoted": "One\n\nTwo\n\n> quoted",
    "<p>a\nb  <b>c</b> &amp; <i>d</i>, e<br>f</p>": "a b c & d, e\nf",
    "<blockquote><p>a</p><p>b</p></blockquote><p>c</p>": "> a\n>\n> b\n\nc",
    "<blockquote>a<blockquote>b</blockquote></blockquote>c": "> a\n>\n>> b\n\nc",
    "<pre><code>if a &lt; b:\n    c\n</code></pre>": "    if a < b:\n        c",
    "<ul><li>a</li><li><p>b</p></li></ul><ol><li>c</li><li>d</li></ol>": "- a\n\n- b\n\n1. c\n2. d",
    '<a href="https://x.example/y">y</a>': "[y](https://x.example/y)",
    '<a href="https://x.example/y">https://x.example/y</a>': "https://x.example/y",
    '<a href="https://x.example/long/y">x.example/lo...</a>': "https://x.example/long/y",
    '<a href="https://x.example/(y)">y</a>': "[y](https://x.example/%28y%29)",
    '<a href="/t/12">y</a>': "[y](https://talk.oar.example/t/12)",
    '<a href="javascript:y()">y</a> <a href="#y"></a>': "y",
    '<a class="mention" href="/u/y">@y</a>': "@y",
    'so <img class="emoji" alt=":oar:" src="/o.png">': "so :oar:",
    '<img alt="map" src="https://x.example/m.png">': "[map](https://x.example/m.png)",
    '<aside class="onebox" data-onebox-src="https://x.example/y"><h3>Not mine</h3></aside><p>z</p>': "https://x.example/y\n\nz",
    'a <span class="spoiler">b</span><div class="spoiler"><p>c</p><p>d</p></div>': "a >!b!<\n\n>!c\n\nd!<",
    "<script>x</script><style>y</style><!-- z -->a": "a",
    "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>": "a | b\n1 | 2",
    "1 < 2 and <3": "1 < 2 and <3",
}


@pytest.mark.parametrize("markup", TEXTS)
def test_the_text_of_a_post(markup: str) -> None:
    assert html_text(markup, BASE) == TEXTS[markup]


def test_links_within_an_unknown_site_keep_their_labels() -> None:
    assert html_text('<a href="/t/12">y</a>') == "y"


PIECES = [
    "<p>",
    "</p>",
    "<blockquote>",
    "</blockquote>",
    "<a href='/x'>",
    "</a>",
    "<pre>",
    "</pre>",
    "<li>",
    "<ul>",
    '<div class="spoiler">',
    "</div>",
    "<aside>",
    "</aside>",
    "<script>",
    "</script>",
    "words ",
    "&lt;",
    "\n",
    "<",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30) | st.text())
@settings(max_examples=200)
def test_any_markup_is_some_text_with_its_words(pieces: list[str] | str) -> None:
    text = html_text("".join(pieces), BASE)
    assert "\n\n\n" not in text or "<pre>" in pieces
    if "<script>" not in pieces:
        assert text.count("words") == pieces.count("words ")


@pytest.mark.parametrize(
    "piece", ["<a ", '<a "', "<!--", "<![", "<", "<blockquote>", "<a href=x>y", "&#x", "<p>x", "</"]
)
def test_time_is_linear_in_the_size(piece: str) -> None:
    def cost(size: int) -> float:
        start = time.process_time()
        html_text(piece * (size // len(piece)), BASE)
        return time.process_time() - start

    assert cost(100_000) < 40 * max(cost(10_000), 0.002)
