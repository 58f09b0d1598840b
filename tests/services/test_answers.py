"""Questions to the sample archive: every quote is what is stored, within scope and filters."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.answers import Answer, Citation
from bot.domain.articles import Scope
from bot.domain.loads import Person
from bot.dumps.formats.page import parse_page
from bot.errors import NotFound
from bot.services import Services, open_services
from bot.services.sample import sample_paths
from bot.store.ingest.writer import CorpusWriter
from bot.text.search.analyzer import Analyzer
from bot.ui.ask import card
from bot.ui.ask.question_state import QuestionState
from tests.support.cards import components_of
from tests.support.engines import engine_at
from tests.support.world import comment, load, thread

SHARED = Scope()
FORMS = (
    "{}",
    "Who {}?",
    "How many {}?",
    "When {}?",
    "Was {}?",
    "latest on {}",
    "What do people think about {}?",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample archive, shared."""
    folder = tmp_path_factory.mktemp("sample")
    threads = [parse_page(path.read_bytes()) for path in sample_paths()]
    with CorpusWriter(engine_at(folder)) as writer:
        load = writer.begin_load(None, "sample", Person(None, "test"), datetime(2024, 4, 1, tzinfo=UTC))
        writer.add_threads(load, threads)
        writer.update_statistics(Analyzer())
        writer.finish(load, "done", 0.0)
    return folder


@pytest.fixture
async def services(data: Path) -> AsyncGenerator[Services]:
    async with open_services(data) as opened:
        yield opened


def cited(answer: Answer) -> list[Citation]:
    shown = (one for claim in answer.claims for one in claim.citations)
    return [*shown, *answer.closest, *answer.passages]


async def assert_stored(services: Services, citations: Iterable[Citation]) -> None:
    for one in citations:
        article = await services.archive.article(SHARED, one.article)
        if one.kind == "title":
            assert (one.paragraph, one.comment) == (None, None)
            text, author, at = article.title, article.submitter, article.posted_at
        elif one.comment is None:
            assert one.paragraph is not None
            paragraph = article.paragraphs[one.paragraph]
            assert not paragraph.furniture
            text, author, at = paragraph.text, article.submitter, article.posted_at
        else:
            comment = await services.archive.comment(SHARED, one.comment)
            assert comment.article == one.article
            text, author, at = comment.text, comment.author, comment.posted_at
        assert text[one.start : one.end] == one.quote
        assert (one.author, one.posted_at, one.title) == (author, at, article.title)


@pytest.mark.slow
async def test_every_citation_over_the_sample_archive(services: Services) -> None:
    page = await services.archive.search(SHARED, "", limit=50)
    kinds = set()
    for hit in page.hits:
        subject = " ".join(hit.title.split()[:5])
        for form in FORMS:
            answer = await services.answers.ask(SHARED, form.format(subject))
            assert (answer.refused is None) == bool(answer.claims)
            await assert_stored(services, cited(answer))
            kinds |= {one.kind for one in cited(answer)}
    assert kinds == {"article", "title", "comment"}


async def test_the_vote_leads(services: Services) -> None:
    answer = await services.answers.ask(SHARED, "How many votes were for moving the fish market?")
    assert any("7 to 4" in one.quote for one in cited(answer))


@pytest.mark.slow
async def test_one_article_and_its_comments(services: Services) -> None:
    page = await services.archive.search(SHARED, "fish market")
    article = page.hits[0].article
    for question in ("Who voted against it?", "What do people think?", "Is the bus late?"):
        answer = await services.answers.ask(SHARED, question, article=article)
        assert {one.article for one in cited(answer)} == {article}
        await assert_stored(services, cited(answer))
    with pytest.raises(NotFound):
        await services.answers.ask(SHARED, "Who voted?", article=999_999)


@pytest.mark.parametrize("text", ["thanks!", "Hello", "what do you think?", "what happened?"])
async def test_what_names_nothing_is_no_question_to_the_whole_archive(services: Services, text: str) -> None:
    assert (await services.answers.ask(SHARED, text)).refused == "no-question"
    page = await services.archive.search(SHARED, "fish market")
    about = await services.answers.ask(SHARED, text, article=page.hits[0].article)
    await assert_stored(services, cited(about))


async def test_another_server_is_told_nothing(services: Services) -> None:
    answer = await services.answers.ask(
        Scope(guild=5, shared=False), "How many votes were for the fish market?"
    )
    assert (answer.refused, answer.claims, answer.closest) == ("nothing-found", (), ())


async def test_filters_hold_for_articles_and_comments(services: Services) -> None:
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    later = await services.answers.ask(SHARED, "Who speaks of the council and the ferry?", after=moment)
    earlier = await services.answers.ask(SHARED, "Who speaks of the council and the ferry?", before=moment)
    assert all(one.posted_at is not None and one.posted_at >= moment for one in cited(later))
    assert all(one.posted_at is not None and one.posted_at < moment for one in cited(earlier))
    assert cited(later)
    assert cited(earlier)
    courier = await services.answers.ask(
        SHARED, "How did the council vote on the market?", source="Courier.example"
    )
    assert {one.source for one in cited(courier)} == {"courier.example"}


@pytest.mark.parametrize("text", ["", "?", '"', "NOT", "a* OR (b", "\ud800 why", "x" * 5000, "the of and"])
async def test_any_text_is_answered_or_refused(services: Services, text: str) -> None:
    answer = await services.answers.ask(SHARED, text)
    await assert_stored(services, cited(answer))


async def test_a_source_is_counted_once_and_a_submission_has_the_text_of_its_page(tmp_path: Path) -> None:
    title = "Harbour council votes to move the fish market"
    text = (
        "The harbour council voted 7 to 4 on Tuesday to move the fish market to the old rail yard by spring.",
        "Stallholders will pay no rent in the first year, and a petition against the move has 3,100 names.",
    )
    at = datetime(2024, 3, 12, tzinfo=UTC)
    told: dict[str, Any] = {"posted_at": at, "inferred": False}
    load(
        tmp_path,
        None,
        [
            thread(title, *text, **told),
            thread(title, *text, source="wire.example", key="t3_a1", **told),
            thread(title, key="t3_b2", link="https://courier.example/market", **told),
        ],
    )
    question = "How did the harbour council vote on the fish market?"
    async with open_services(tmp_path) as services:
        answer = await services.answers.ask(SHARED, question)
        assert len({citation.article for citation in cited(answer) if citation.kind == "article"}) == 1
        about = await services.answers.ask(SHARED, question, article="t3_b2")
        assert any("7 to 4" in citation.quote for citation in cited(about))


@pytest.mark.slow
async def test_opinions_count_a_thread_of_two_archives_as_their_quotes_do(tmp_path: Path) -> None:
    every = [
        comment(author, text, minute, key=f"t1_{author}", parent_key="t3_x1")
        for minute, (author, text) in enumerate(
            {
                "ann": "The new hall should have a cold store for the fish, or nobody can work there.",
                "ben": "I think that the steps should stay as they are because the boats land there.",
                "cleo": "The free bus is far too small for all the people who shop at the market.",
                "dora": "Tram line 4 must come first, otherwise nobody will reach the gasworks.",
            }.items()
        )
    ]
    scope = Scope(guild=7)
    title = "Harbour council votes to move the fish market"
    for guild, comments in ((None, [*every[:2], every[3]]), (7, every[:3])):
        captured = thread(title, comments=comments, key="t3_x1", subreddit="saltmere")
        [own] = load(tmp_path, guild, [captured]).ids
    async with open_services(tmp_path) as services:
        for article in (1, own):
            question = "What do people think?"
            answer = await services.answers.ask(scope, question, article=article)
            shown = str(components_of(card.answer(answer, QuestionState(question), share=False)))
            assert "What people say in 4 comments" in shown
