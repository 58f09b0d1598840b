"""Answers, article cards and comment digests beside their sources, for a person to judge.

`docs/reading.md` has the rubric. What is printed depends only on the development data and the options:
reading the same items again shows what a change did, and `--start 25` shows others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from discord import ui

from benchmarks.support.measure import FOLDER, Option, parse_options, workspace
from bot.domain.articles import Article, Scope
from bot.domain.dump import ParsedComment, ParsedThread
from bot.domain.loads import Person
from bot.services import Services, open_services
from bot.store.engines import engine_of
from bot.store.ingest.writer import CorpusWriter
from bot.text.language.word_vectors import SHIPPED, load_vectors
from bot.text.search.analyzer import Analyzer
from bot.ui.articles import views as articles
from bot.ui.ask import views as asking
from bot.ui.ask.question_state import QuestionState
from bot.ui.kit.card import Card
from bot.ui.kit.context import Viewer
from tests.support import reading_data
from tests.support.paths import SHARED
from tests.support.question_data import WHEN
from tests.support.reading_data import ReadQuestion

KINDS = ("answers", "cards", "comment-digests")


def main() -> None:
    given = parse_options(
        __doc__,
        kinds=Option([*KINDS], [*KINDS], "what to print"),
        start=Option(0, 0, "items of each kind to pass over"),
        items=Option(25, 2, "items of each kind to print"),
        size=Option(100_000, 8, "maximum articles from each collection"),
        dumps=Option(
            [""], [""], "more dumps of Reddit's comments (.zst or JSON lines), whose threads come first"
        ),
        deal=Option(
            "",
            "again",
            "any word: other questions for each, articles with other headlines and in another order, and the"
            " arguments are divided into other threads",
        ),
        vectors=Option(SHIPPED, "off", "value of NEWSDESK_VECTORS"),
        folder=FOLDER,
    )
    data, size = SHARED / "data", given.size
    stories = reading_data.news(data, given.deal)[:size]
    threads = reading_data.discussions(data, [Path(name) for name in given.dumps if name], given.deal)[:size]
    chosen = slice(given.start, given.start + given.items)
    with workspace(given.folder) as folder:
        if not (folder / "corpus.db").exists():
            texts = [*reading_data.encyclopedia(data)[:size], *reading_data.snippets(data)[:size]]
            store(folder, [*stories, *threads, *texts], given.vectors)
        asyncio.run(
            show(
                folder,
                given.vectors,
                reading_data.questions(data, given.deal)[chosen] if "answers" in given.kinds else [],
                stories[chosen] if "cards" in given.kinds else [],
                threads[chosen] if "comment-digests" in given.kinds else [],
            )
        )


def store(folder: Path, threads: list[ParsedThread], vectors: str) -> None:
    """Loads the threads into the shared archive."""
    with CorpusWriter(engine_of(folder)) as writer:
        load = writer.begin_load(None, "reading", Person(None, "benchmark"), WHEN)
        writer.add_threads(load, threads)
        writer.update_statistics(Analyzer(lambda: load_vectors(vectors)))
        writer.finish(load, "done", 0.0)


async def show(
    folder: Path,
    vectors: str,
    questions: list[ReadQuestion],
    stories: list[ParsedThread],
    threads: list[ParsedThread],
) -> None:
    """Prints each card after what it is made of."""
    async with open_services(folder, vectors=vectors) as services:
        viewer = Viewer(
            services, Scope(), moderator=False, can_share=False, mention_command=lambda name: f"/{name}"
        )
        for number, question in enumerate(questions):
            source = f"expected: {question.gold or '(no answer in the archive)'}"
            card = await asking.first(viewer, QuestionState.parse(question.text))
            _print(f"answer {number} ({question.kind}): {question.text}", source, card)
        await _each(services, stories, "card", lambda article: articles.article(viewer, article.id))
        await _each(
            services, threads, "comment digest", lambda article: articles.comment_digest(viewer, article.id)
        )


async def _each(
    services: Services, threads: list[ParsedThread], kind: str, view: Callable[[Article], Awaitable[Card]]
) -> None:
    for number, thread in enumerate(threads):
        article = await services.archive.article(Scope(), thread.title)
        source = "\n".join(
            [*(paragraph.text for paragraph in thread.paragraphs), *map(_comment, thread.comments)]
        )
        _print(f"{kind} {number}: {thread.title}", source, await view(article))


def _comment(comment: ParsedComment) -> str:
    return f"- [{comment.score}] {comment.text}" if comment.score is not None else f"- {comment.text}"


def _print(heading: str, source: str, card: Card) -> None:
    print(
        f"\n{'=' * 100}\n{heading}\n{'-' * 40} source\n{source}\n{'-' * 40} card\n{_text(card)}", flush=True
    )


def _text(card: Card) -> str:
    """The card's texts as Discord gets them, without its buttons."""
    return "\n".join(item.content for item in card.walk_children() if isinstance(item, ui.TextDisplay))


if __name__ == "__main__":
    main()
