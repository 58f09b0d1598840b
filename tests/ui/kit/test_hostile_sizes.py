"""Cards are drawn on the event loop: texts of two megabytes hold it up for no longer than short ones do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from bot.domain.answers import (
    Answer,
    Citation,
    CitedLink,
    Claim,
    CommentDigest,
    Divergence,
    KeyTerms,
    Quote,
    Rest,
    Sentence,
    Summary,
    Theme,
    Written,
    WrittenSentence,
)
from bot.domain.articles import Article, Comment, CommentPage, Paragraph, Scope
from bot.domain.digests import DigestEntry
from bot.domain.search import Filters, Hit, SearchPage
from bot.services import Services, lookup, open_services
from bot.ui.articles import cards, comment_cards, comment_digest_card, views
from bot.ui.ask import card as answer_card
from bot.ui.ask.question_state import QuestionState
from bot.ui.digests import post_card
from bot.ui.kit import routes
from bot.ui.kit.card import Card
from bot.ui.kit.context import Viewer
from bot.ui.search import cards as search_cards
from tests.support.cards import AT, check
from tests.support.world import comment, load, thread

pytestmark = pytest.mark.slow

SIZE = 2_000_000
MAX_SECONDS = 1.0
"""Of processor time on the event loop; most cards take a twentieth of it."""
KINDS = {
    "signs": "*_~|`<>[]@\\",
    "back ticks": "`",
    "brackets": "[](",
    "links": "[a](https://x.example/(",
    "one address": "https://x.example/`",
    "combining marks": "e\u0301\u0316\u0489",
    "right to left": "\u05d0\u202e\u200f ",
    "endless word": "harbour",
    "lines": "gull\n",
    "quotes": ">" * 30 + " gull\n",
    "spoilers": ">!gull!< ",
    "emoji": "👩‍👩‍👧‍👦",
    "spaces": " ",
    "numbers": "1. ",
}


def drawn(text: str) -> Iterator[Callable[[], Card]]:
    """Every card that shows texts, with this one in every place for a text."""
    article = Article(1, None, text, text, text, AT, True, (Paragraph(text),), 9, text, text)
    one = Comment(1, 1, None, text, AT, text, 7, 5, replies_to=text)
    sentence = Sentence(text, 0, 0, len(text))
    summary = Summary(1, (sentence,) * 3, 9, 9, KeyTerms((text,), (text,), (text,)))
    quote = Quote(1, text, AT, text, 0, len(text), 7, ((0, 9),), text)
    theme = Theme(tuple(range(9)), (quote,) * 2, 7, (1,), (text,) * 3, (2,))
    cited = Citation("comment", 1, 1, None, 0, len(text), text, text, text, text, AT, ((0, 9),), text, text)
    titled = replace(cited, kind="title", comment=None)
    digest = CommentDigest(
        *(1, text, 40, 30, 3, (theme,) * 6),
        rest=(Rest("points", (1, 2)),),
        mentioned=(Rest("mentions", (1, 2), text),) * 4,
        subjects=((text, 7),) * 3,
        questions=(quote,) * 3,
        links=(CitedLink(text, text[:60], (1, 2)),) * 5,
        divergences=(
            Divergence("contradicts", text, (1,), (quote,), text, sentence),
            Divergence("adds", text, (1,), (quote,)),
        ),
        written=Written(text, (WrittenSentence(text, (cited, titled)),)),
    )
    yield from _of_comments(article, summary, one, digest)
    yield from _of_hits(article, summary, digest, text)
    yield from _of_answers(text, cited, titled)


def _of_comments(
    article: Article, summary: Summary, one: Comment, digest: CommentDigest
) -> Iterator[Callable[[], Card]]:
    yield lambda: cards.article(article, summary, share=True)
    yield lambda: cards.article(article, replace(summary, written=digest.written), share=True)
    yield lambda: comment_cards.comments(CommentPage(article, (one,) * 5, 0, 9), share=True)
    yield lambda: comment_cards.comment(one, article, ["x"], 0, share=True)
    for page in range(3):
        yield partial(comment_digest_card.comment_digest, digest, page, share=True)
    few = replace(digest, themes=(), few=digest.questions + digest.questions[:2])
    yield lambda: comment_digest_card.comment_digest(few, share=True)
    yield lambda: comment_digest_card.theme(digest, 0, [one] * 4, 0, share=True)


def _of_hits(
    article: Article, summary: Summary, digest: CommentDigest, text: str
) -> Iterator[Callable[[], Card]]:
    hit = Hit(1, 1, None, text, text, text, AT, text, ((0, 9), (90, len(text))), masks=((0, 9),))
    found = SearchPage(text, text, (hit, replace(hit, comment=None)) * 2, 0, 9)
    route = routes.SearchRoute("gull")
    yield lambda: search_cards.hits(found, route, Filters(text[:100], text[:100]), share=True)
    yield lambda: search_cards.mentioned_articles([lookup._hit(article)] * lookup.MAX_MENTIONS)
    hit = replace(hit, explains=True, title="t")
    entries = [DigestEntry(article, summary, hit=hit), DigestEntry(article, None, digest, hit)] * 3
    yield lambda: post_card.render_topic(replace(found, cut=True), entries, "a1", share=True)


def _of_answers(text: str, cited: Citation, titled: Citation) -> Iterator[Callable[[], Card]]:
    first = Claim("answer", text, (cited,), (0, 99), supporters=7, commenters=9)
    answer = Answer(text, "who", (first, Claim("answer", text, (titled,))))
    asked = QuestionState("Who?")
    for question_type in ("who", "opinion", "yesno", "latest"):
        shown = replace(answer, question_type=question_type, passages=(cited, titled) * 3)
        yield partial(answer_card.answer, shown, asked, share=True)
    yield lambda: answer_card.answer(
        replace(answer, claims=(), refused="not-said", closest=(cited, titled), unmet=(text,)),
        asked,
        share=True,
    )
    yield lambda: answer_card.why(replace(answer, passages=(cited, titled) * 3), asked)


@pytest.mark.parametrize("piece", KINDS.values(), ids=KINDS)
def test_no_card_takes_long(piece: str) -> None:
    text = ("The gulls said: " + piece * (SIZE // len(piece)))[:SIZE]
    for draw in drawn(text):
        start = time.process_time()
        card = draw()
        assert time.process_time() - start < MAX_SECONDS
        check(card)


@asynccontextmanager
async def event_loop_stalls() -> AsyncGenerator[list[float]]:
    """How much processor time the process uses between two turns of the event loop."""
    stalls: list[float] = []

    async def watch() -> None:
        while True:
            start = time.process_time()
            await asyncio.sleep(0.002)
            stalls.append(time.process_time() - start)

    watching = asyncio.create_task(watch())
    yield stalls
    watching.cancel()


async def test_eight_readers_of_long_texts_hold_up_no_other_server(tmp_path: Path) -> None:
    text = KINDS["signs"] * (SIZE // 10)
    said = [comment("ann", f"{number} {text}", number) for number in range(8)]
    load(tmp_path, 1, [thread("Gulls", text, comments=said)])
    [other] = load(tmp_path, 2, [thread("Market", "The market opens in May. It rains. Gulls came.")]).ids
    async with open_services(tmp_path) as services:
        own, theirs = (viewer(services, guild) for guild in (1, 2))
        await views.article(theirs, other)  # loads what summaries need
        listed = (await services.archive.comments(own.scope, "Gulls")).comments
        done: list[str] = []

        async def turn(who: str, card: Awaitable[Card]) -> None:
            check(await card)
            done.append(who)

        async with event_loop_stalls() as stalls:
            turns = [turn("own", views.comment(own, one.id, page)) for one in listed for page in (1, 2)]
            turns += [turn("own", views.text(own, "Gulls", page)) for page in (1, 2)]
            await asyncio.gather(*turns, turn("other", views.article(theirs, other)))
    assert done.index("other") < 4
    assert max(stalls) < MAX_SECONDS


def viewer(services: Services, guild: int) -> Viewer:
    return cast("Viewer", Reader(services, Scope(guild)))


@dataclass
class Reader:
    """What views need to know of who reads."""

    services: Services
    scope: Scope
    payer: None = None
    can_share: bool = True
    can_follow: bool = False
    can_discuss: bool = False
