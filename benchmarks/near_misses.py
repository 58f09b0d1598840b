"""Shares of questions answered by archives about another year, place or thing; precision of bold facts.

Near misses are questions whose passages are about something close to what is asked: another year, place or
award, a year moved by 30, or an article that does not say it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.support.measure import Option, parse_options, workspace
from bot.domain.answers import Answer
from bot.domain.dump import ParsedThread
from bot.text.language.word_vectors import SHIPPED, Vectors, load_vectors
from bot.text.qa.answerer import Answerer
from bot.text.search.analyzer import Analyzer
from tests.support.paths import SHARED
from tests.support.question_data import (
    Asked,
    hit,
    materials,
    passages_as_threads,
    read_languages,
    read_sides,
    returned,
    store,
    threads,
    with_another_year,
)


def main() -> None:
    given = parse_options(
        __doc__,
        questions=Option(300, 5, "maximum questions of each kind"),
        articles=Option(1_000, 2, "maximum articles of each archive"),
        languages=Option(["de", "ru", "tr", "zh"], [], "languages of the translated data"),
        vectors=Option(["shipped", "off"], ["off"], "values of NEWSDESK_VECTORS"),
    )
    for value in given.vectors:
        table = load_vectors(SHIPPED) if value == "shipped" else None
        print(f"vectors {value}{'':28} questions  answered   top-1  bold  bold right")
        asyncio.run(_all(table, given.questions, given.articles, given.languages))


async def _all(table: Vectors | None, limit: int, most: int, languages: Sequence[str]) -> None:
    data = SHARED / "data"
    rows = [
        json.loads(row) for row in (data / "qa/rgb/en_fact_first50.jsonl").read_text("utf-8").splitlines()
    ]
    asked = [Asked(row["query"], _gold(row["answer"]), "") for row in rows]
    right = [text for row in rows for text in row["positive"]]
    wrong = [text for row in rows for text in row["negative"]]
    await _row("news: answerable", table, passages_as_threads([*right, *wrong]), asked[:limit])
    await _row("news: another year, place or award", table, passages_as_threads(wrong), asked[:limit])
    await _row(
        "news: year moved", table, passages_as_threads([*right, *wrong]), with_another_year(asked)[:limit]
    )
    sides = read_sides(data)
    for name, side in sides.items():
        archive = threads(side)[: most * 50]
        impossible = [question for question in side.all_questions if not question.gold]
        await _row(f"{name}: answerable", table, archive, side.answerable[:limit])
        await _row(f"{name}: not said", table, archive, impossible[:limit])
        await _row(f"{name}: year moved", table, archive, with_another_year(side.answerable)[:limit])
        other = sides["odd" if name == "even" else "even"]
        await _row(f"{name}: about other articles", table, archive, other.answerable[:limit])
    for language, (first, second) in read_languages(data, languages).items():
        await _row(f"{language}: answerable", table, threads(first)[: most * 50], first.answerable[:limit])
        await _row(
            f"{language}: about other articles", table, threads(first)[: most * 50], second.answerable[:limit]
        )


def _gold(answer: object) -> tuple[str, ...]:
    """The accepted strings of an answer: a string, or lists of alternatives."""
    if isinstance(answer, str):
        return (answer,)
    return tuple(gold for part in answer for gold in _gold(part)) if isinstance(answer, list) else ()


async def _row(
    name: str, table: Vectors | None, archive: Sequence[ParsedThread], asked: Sequence[Asked]
) -> None:
    with workspace() as folder:
        answers = await _ask(folder, table, archive, asked)
    shown = [
        (question, answer) for question, answer in zip(asked, answers, strict=True) if answer.refused is None
    ]
    spans = [
        (question, answer.claims[0].text[slice(*answer.claims[0].answer_span)])
        for question, answer in shown
        if answer.claims and answer.claims[0].answer_span
    ]
    good = sum(any(gold in span or span in gold for gold in question.gold) for question, span in spans)
    top = sum(hit(question, returned(answer)[:1]) for question, answer in zip(asked, answers, strict=True))
    count = max(len(asked), 1)
    print(
        f"{name:38}{len(asked):>8}{len(shown) / count:>10.3f}{top / count:>9.3f}{len(spans):>6}"
        f"{good / len(spans) if spans else 0:>11.3f}",
        flush=True,
    )


async def _ask(
    folder: Path, table: Vectors | None, archive: Sequence[ParsedThread], asked: Sequence[Asked]
) -> list[Answer]:
    store(folder, archive, Analyzer())
    answerer = Answerer(lambda: table)
    return [
        answerer.answer(parsed, evidence)
        async for _, parsed, evidence in materials(folder, asked, Analyzer())
    ]


if __name__ == "__main__":
    main()
