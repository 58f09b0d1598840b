"""What is marked as over 18 is nowhere in a scope that leaves it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.articles import Scope
from bot.errors import NotFound
from bot.services import Services
from tests.support.world import comment, load, thread

ADULT, YOUNG = Scope(None, True), Scope(None, True, adult=False)
TITLE, LINK = "Lantern club opens its night cabaret", "https://courier.example/cabaret"


@pytest.fixture
async def held(services: Services, tmp_path: Path) -> Services:
    """Article 1 is for adults, article 2 for everybody."""
    words = "The cabaret of the Lantern club opens at midnight, and 40 tickets are sold."
    talk = (comment("moth", "The cabaret was never this loud.", 1), comment("owl", "Forty tickets, sold.", 2))
    adult = thread(TITLE, words, comments=talk, over_18=True, link=LINK, key="t3_abc")
    young = thread("Bakery opens at dawn", "The bakery opens at dawn, and bread is sold.", comments=talk[1:])
    load(tmp_path / "data", None, [adult, young])
    return services


async def test_it_is_there_for_adults(held: Services) -> None:
    assert (await held.archive.article(ADULT, 1)).over_18
    assert [hit.article for hit in (await held.archive.search(ADULT, "cabaret")).hits] == [1]
    assert len(await held.archive.complete(ADULT, "")) == 2
    assert (await held.answers.ask(ADULT, "How many tickets are sold?")).claims


async def test_it_is_not_found_otherwise(held: Services) -> None:
    for text in ("cabaret", "tickets", "", "opens sold", "lantern -bread"):
        page = await held.archive.search(YOUNG, text)
        assert 1 not in {hit.article for hit in page.hits}
        assert page.total == len(page.hits)
    assert [match.article for match in await held.archive.complete(YOUNG, "")] == [2]
    assert await held.archive.complete(YOUNG, "lantern") == ()
    assert await held.archive.mentioned(YOUNG, f"{TITLE}\n{LINK}\nhttps://redd.it/abc") == ()
    assert {(await held.archive.random(YOUNG)).id for _ in range(20)} == {2}


@pytest.mark.parametrize("ref", [1, "1", "t3_abc", TITLE, "Lantern club"])
async def test_it_cannot_be_opened_otherwise(held: Services, ref: int | str) -> None:
    for opened in (
        held.archive.article,
        held.archive.summary,
        held.archive.comments,
        held.archive.all_comments,
        held.archive.comment_digest,
    ):
        with pytest.raises(NotFound):
            await opened(YOUNG, ref)
    [first, *_] = await held.archive.all_comments(ADULT, 1)
    with pytest.raises(NotFound):
        await held.archive.comment(YOUNG, first.id)


async def test_it_answers_nothing_otherwise(held: Services) -> None:
    answer = await held.answers.ask(YOUNG, "How many tickets of the cabaret are sold?")
    quoted = [one for claim in answer.claims for one in claim.citations]
    assert 1 not in {one.article for one in (*quoted, *answer.closest, *answer.passages)}
