"""Front pages are refused by name; articles with many links around them are read."""

from __future__ import annotations

import pytest

from bot.domain.dump import ParsedThread
from bot.dumps.formats.html_index import is_list_of_links
from bot.dumps.formats.html_page import add_page
from bot.dumps.formats.html_tree import lines_of, parse_html
from bot.dumps.formats.records import Block, RecordFilter
from bot.dumps.rejections import Rejected
from tests.support.growth import assert_linear

HEADLINES = [
    "Ferry crews vote to end their strike",
    "Council to sell old lighthouse to a school",
    "Storm closes the north pier until Sunday",
    "Mayor of Lower Quay denies taking gifts",
    "New tram line opens with music and rain",
    "Baker wins the island race again",
]
TEASERS = [
    "Members backed a deal that gives them two more days of rest each month, the union said.",
    "The building has stood empty since 2011 and needs a new roof before anyone can use it again.",
    "Waves of six metres were measured at the harbour mouth early in the morning.",
    "She told reporters that the watches had been returned within a week of the dinner.",
    "The first tram left the market at nine, an hour late, with eighty people on board.",
    "He ran the whole of it in the rain, and with one shoe for the last part of the way.",
]
STORY = (
    "The harbour board met for five hours and heard from twelve crews, who said that the boats were old. "
    "Their pay was late, and the timetable could not be kept in winter weather, one captain said."
)
HEADING = "<h1>Ferry returns to Lower Quay</h1>"
RELATED = (
    "<ul>" + "".join(f"<li><a href='/{n}'>{line}</a></li>" for n, line in enumerate(HEADLINES)) + "</ul>"
)


def page(body: str, head: str = "") -> str:
    return f"<html><head><title>Lower Quay Bell</title>{head}</head><body><main>{body}</main></body></html>"


def stories(form: str) -> str:
    return "".join(
        form.format(link=f"/{number}", headline=headline, teaser=teaser)
        for number, (headline, teaser) in enumerate(zip(HEADLINES, TEASERS, strict=True))
    )


def thread(text: str) -> ParsedThread:
    block = Block()
    add_page(text, None, RecordFilter(), block)
    (article,) = block.articles
    return article


POST = (
    "<article><h2><a href='/x'>{}</a></h2>"
    + "".join(f"<p>{text}</p>" for text in (STORY, *TEASERS, STORY))
    + "</article>"
)
TITLE = "<h1>How the quay was rebuilt in five years</h1>"


def sections(link: str, tag: str = "h2") -> str:
    parts = zip(HEADLINES, TEASERS, strict=True)
    return "".join(
        f"<{tag} id='s{place}'><a href='{link.format(place)}'>{line}</a></{tag}><p>{teaser} {STORY}</p>"
        for place, (line, teaser) in enumerate(parts)
    )


IN_SECTIONS = "".join(
    f"<section><h2><a href='/story{place}'>{line}</a></h2><p>{STORY}</p></section>"
    for place, line in enumerate(HEADLINES)
)
CARDS = stories("<article><h2><a href='{link}'>{headline}</a></h2><p>{teaser}</p></article>")
DATED = '<script type="application/ld+json">{"@type": "ItemList", "itemListElement": [{"@type": '
DATED += '"NewsArticle", "headline": "Baker wins", "datePublished": "2023-04-05T10:00:00Z"}]}</script>'


@pytest.mark.parametrize(
    "text",
    [
        page(CARDS),
        page("<h1>Lower Quay Bell: news of the islands</h1>" + CARDS),
        page(CARDS, DATED),
        page(stories("<div><a href='{link}'><h3>{headline}</h3><p>{teaser}</p></a><i>An hour ago</i></div>")),
        page(stories("<div><a href='{link}'>{headline}</a><div>{teaser}</div></div>")),
        page(f"<table>{stories('<tr><td><a href={link}>{headline}</a> (bell.example)</td></tr>')}</table>"),
        page(RELATED),
        page("".join(POST.format(line) for line in HEADLINES)),
        page(HEADING + "".join(POST.format(line) for line in HEADLINES)),
        page(f"{HEADING}<p>{STORY}</p>" + "".join(POST.format(line) for line in HEADLINES)),
        page(f"<section>{HEADING}<p>{STORY}</p>{IN_SECTIONS.replace('section>', 'div>')}</section>"),
        page(f"<article>{sections('/story{}')}</article>"),
        page(sections("#/story{}")),
    ],
    ids=[
        *("cards", "under a heading", "with dates", "linked cards", "bare links", "a table", "a list"),
        *("whole posts", "whole posts under a heading", "whole posts under an introduction"),
        "whole posts in a section",
        *("stories without a title", "addresses of a script"),
    ],
)
def test_a_front_page_is_called_one(text: str) -> None:
    with pytest.raises(Rejected, match="front page") as caught:
        thread(text)
    assert caught.value.reason == "index-page"


@pytest.mark.parametrize(
    "text",
    [
        page(f"{HEADING}<p>{STORY}</p><p>{STORY}</p>{RELATED}"),
        page(f"{RELATED}{HEADING}<p>{STORY}</p>{RELATED}"),
        page(f"<p>{STORY}</p><p>{STORY}</p><p>{STORY}</p>{CARDS}"),
        page(HEADING + "".join(f"<p>{STORY}</p><p><a href='/x'>{line}</a></p>" for line in HEADLINES)),
        page(f"<p>{STORY}</p>{CARDS}", '<meta property="og:type" content="article">'),
        page(f"<p>{STORY}</p>{CARDS}", '<meta property="article:published_time" content="2023-04-05">'),
        page("".join(f"<p><a href='/x'>The harbour board</a> met. {STORY}</p>" for _ in HEADLINES)),
        page(
            "<h1><a href='/x'>Ferry returns to Lower Quay</a></h1>"
            + "".join(f"<p>{STORY}</p><p><a href='/x'>Read also: {line}</a></p>" for line in HEADLINES)
        ),
        page(POST.format("Ferry returns to Lower Quay").replace("</article>", f"<p>{STORY}</p>") + CARDS),
        page(f"<article>{TITLE}<p>{STORY}</p>{sections('#s{}')}</article>"),
        page(f"<article>{TITLE}<p>{STORY}</p>{sections('https://bell.example/ferry#s{}', 'h3')}</article>"),
        page(f"<article>{TITLE}{sections('/guide#s{}')}</article>"),
        page(
            f"{TITLE}{sections('/guide', 'h3')}", '<link rel="canonical" href="https://bell.example/guide/">'
        ),
        page(f"<article>{TITLE}<p>{STORY}</p>{sections('/story{}')}</article>{RELATED}"),
        page(f"{TITLE}<p>{STORY}</p>{sections('/story{}', 'h3')}"),
        page(f"{TITLE}<p>{STORY}</p>{IN_SECTIONS}"),
    ],
    ids=[
        *("links below", "links around", "cards below", "links between", "og:type", "time", "links within"),
        *("linked title", "linked title over cards"),
        *("links to sections", "addresses of sections", "paths of sections", "links to itself"),
        *("a roundup in an article", "a roundup", "a roundup of sections"),
    ],
)
def test_an_article_may_have_many_links_around_it(text: str) -> None:
    assert STORY in "\n".join(paragraph.text for paragraph in thread(text).paragraphs)


@pytest.mark.parametrize(
    "make",
    [
        lambda size: "<a href='/x'>" + "<i>" * 100 + "<br>A line of a link" * (size // 100),
        lambda size: "<a href='/x'>" + "<b></b>" * (size // 100) + "<br>A line of a link" * (size // 100),
        lambda size: "<p>A line of no link at all, which is long" * (size // 100),
    ],
    ids=["deep", "empty", "plain"],
)
def test_many_lines_take_linear_time(make: object) -> None:
    text = "An article that has none of these lines. " * 900
    assert_linear(make, lambda lines: is_list_of_links(lines_of(parse_html("<html>" + lines)), text), 100_000)  # type: ignore[arg-type]
