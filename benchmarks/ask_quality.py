"""Quality of answers: top-1 and top-2 sentences, and the share of unanswerable questions answered.

With `--fit` it fits the weights of `bot/text/qa/weights.json` again and prints them: a listwise ranker over
the sentences of each answerable question, and a logistic model over whole questions, on archives of several
sizes. It also prints the results of both on articles that they were not fitted on. With `--fit-languages` it
does so for the model of other languages, with each of them left out in turn."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.support.fitting import (
    Example,
    Fitted,
    answered,
    fit_answering,
    fit_ranking,
    kept,
    left_out,
    min_chance,
    shares,
    weights_json,
)
from benchmarks.support.measure import Option, parse_options, workspace
from bot.domain.dump import ParsedThread
from bot.text.language.word_vectors import SHIPPED, Vectors, load_vectors
from bot.text.qa.answerer import Answerer
from bot.text.qa.features import (
    ANSWERABILITY_FEATURES,
    QUESTION_FEATURES,
    QUESTION_VECTOR_FEATURES,
    SENTENCE_FEATURES,
    SENTENCE_VECTOR_FEATURES,
)
from bot.text.search.analyzer import Analyzer
from tests.support.paths import SHARED
from tests.support.question_data import (
    ASKED,
    Asked,
    Side,
    hit,
    materials,
    read_languages,
    read_noise,
    read_sides,
    returned,
    store,
    threads,
)

LANGUAGES = ("de", "ru", "tr")
"""Languages of the translated data that have stems, on which the decision in other languages is fitted."""
ALONE, AMONG, SINGLE = "alone", "among others", "one article's paragraphs"


@dataclass(frozen=True)
class Measured:
    """The results of one set of questions."""

    first: float
    second: float
    confidences: list[float]
    shown: float


def main() -> None:
    given = parse_options(
        __doc__,
        articles=Option(1_000, 2, "maximum articles from each of the two archives"),
        questions=Option(100_000, 12, "maximum questions for each archive"),
        beside=Option(100_000, 5, "maximum unrelated articles to add"),
        fit=Option(False, False, "fit the weights and print them"),
        fit_languages=Option(False, False, "fit the decision in other languages and print it"),
    )
    sides = {
        name: _part(side, given.articles, given.questions)
        for name, side in read_sides(SHARED / "data").items()
    }
    noise = read_noise(SHARED / "data")[: given.beside]
    if given.fit_languages:
        _fit_languages(given.questions, noise)
        return
    vectors = load_vectors(SHIPPED)
    if given.fit:
        _fit(sides, noise, vectors)
        return
    print(f"{'':44}  top-1  top-2   kept  answered  at 90%")
    for name, table in (("with vectors", vectors), ("without vectors", None)):
        for more, beside in ((" among other articles", noise), ("", [])):
            _show(f"{name}, odd articles{more}", sides["odd"], sides["even"], beside, table)


def _part(side: Side, articles: int, questions: int) -> Side:
    """Returns the first articles of an archive, with the first questions about these."""
    titles = set([*dict.fromkeys(title for title, _ in side.paragraphs)][:articles])
    return replace(
        side,
        paragraphs=tuple(row for row in side.paragraphs if row[0] in titles),
        answerable=tuple(asked for asked in side.answerable if asked.about in titles)[:questions],
        all_questions=tuple(asked for asked in side.all_questions if asked.about in titles)[:questions],
    )


def _show(
    name: str, side: Side, other: Side, beside: Sequence[ParsedThread], vectors: Vectors | None
) -> None:
    with workspace() as folder:
        store(folder, [*threads(side), *beside], Analyzer())
        answerer = Answerer(lambda: vectors)
        right = asyncio.run(_ask(folder, side.answerable[:ASKED], answerer))
        wrong = asyncio.run(_ask(folder, other.all_questions[:ASKED], answerer))
    share = answered(right.confidences, wrong.confidences)
    print(
        f"{name:44} {right.first:6.3f} {right.second:6.3f} {right.shown:6.3f}"
        f" {wrong.shown:9.3f} {share:7.3f}",
        flush=True,
    )


async def _ask(data: Path, questions: Sequence[Asked], answerer: Answerer) -> Measured:
    first = second = shown = 0
    confidences = []
    async for asked, question, material in materials(data, questions, Analyzer()):
        answer = answerer.answer(question, material)
        first += hit(asked, returned(answer)[:1])
        second += hit(asked, returned(answer)[:2])
        shown += answer.refused is None
        confidences.append(answer.confidence)
    return Measured(first / len(questions), second / len(questions), confidences, shown / len(questions))


def _fit(sides: dict[str, Side], noise: Sequence[ParsedThread], vectors: Vectors | None) -> None:
    answerer = Answerer(lambda: vectors)
    halves = {
        half: _examples(sides[half], sides[other], noise, answerer)
        for half, other in (("odd", "even"), ("even", "odd"))
    }
    whole = [*QUESTION_FEATURES, *QUESTION_VECTOR_FEATURES]
    fitted: dict[str, Fitted] = {}
    for name, rows, deciding in (
        ("vectors", [*SENTENCE_FEATURES, *SENTENCE_VECTOR_FEATURES], ANSWERABILITY_FEATURES),
        ("words", list(SENTENCE_FEATURES), QUESTION_FEATURES),
    ):
        chosen = [whole.index(feature) for feature in deciding]
        right, wrong = (
            {
                half: {
                    k: [example.cut(len(rows), chosen) for example in some] for k, some in examples[n].items()
                }
                for half, examples in halves.items()
            }
            for n in (0, 1)
        )
        questions = [example for half in right.values() for example in half[ALONE]]
        ranking = fit_ranking(questions, rows)
        odd = set(sides["odd"].answerable[:ASKED])
        asked = [example for example in questions if example.asked in odd]
        print(f"# top-1, top-2 of the {len(asked)} odd ones: {shares(asked, ranking, rows)}")
        print(f"# each article by the weights of the others: {left_out(questions, rows)}")
        for half, other in (("odd", "even"), ("even", "odd")):
            by_other = fit_answering(right[other], wrong[other], deciding, ALONE)
            for setting in right[half]:
                shown = [kept(examples[half][setting], by_other, deciding) for examples in (right, wrong)]
                print(f"# {half}, {setting}, by the weights of {other}: {shown[0]} kept, {shown[1]} answered")
        together = [
            {setting: [*examples["odd"][setting], *examples["even"][setting]] for setting in examples["odd"]}
            for examples in (right, wrong)
        ]
        answering = fit_answering(together[0], together[1], deciding, ALONE)
        fitted[name] = Fitted(ranking, answering)
    print(weights_json(fitted))


def _fit_languages(limit: int, noise: Sequence[ParsedThread]) -> None:
    """Fits the decision on several languages together, and on all but each of them. The ranking is that of
    English without vectors."""
    answerer = Answerer()
    right: dict[str, list[Example]] = {}
    wrong: dict[str, list[Example]] = {}
    for language, halves in read_languages(SHARED / "data", LANGUAGES).items():
        for side, other in (halves, halves[::-1]):
            for setting, beside in ((ALONE, []), (AMONG, noise)):
                with workspace() as folder:
                    store(folder, [*threads(side), *beside], Analyzer())
                    for examples, asked in ((right, side), (wrong, other)):
                        gathered = asyncio.run(_gather(folder, asked.answerable[:limit], answerer))
                        examples.setdefault(f"{language}, {setting}", []).extend(gathered)
    for language in (*LANGUAGES, ""):
        fitted_on = [
            {setting: rows for setting, rows in examples.items() if not setting.startswith(f"{language},")}
            for examples in (right, wrong)
        ]
        some = next(iter(fitted_on[0]))
        weights, _ = fit_answering(fitted_on[0], fitted_on[1], QUESTION_FEATURES, some)
        answering = weights, min_chance(fitted_on[1], weights, QUESTION_FEATURES)
        for setting in right:
            if setting.startswith(f"{language},"):
                shown = [kept(examples[setting], answering, QUESTION_FEATURES) for examples in (right, wrong)]
                print(f"# {setting}, by the others: {shown[0]} kept, {shown[1]} answered", flush=True)
    print(weights_json({"languages": Fitted({}, answering)}))


def _examples(
    side: Side, other: Side, noise: Sequence[ParsedThread], answerer: Answerer
) -> tuple[dict[str, list[Example]], dict[str, list[Example]]]:
    """Returns the answerable and the unanswerable questions by setting, in archives of several sizes."""
    archives = [(ALONE, side, []), (AMONG, side, noise), *((SINGLE, single, []) for single in side.single())]
    right: dict[str, list[Example]] = {}
    wrong: dict[str, list[Example]] = {}
    for setting, asked, beside in archives:
        with workspace() as folder:
            store(folder, [*threads(asked), *beside], Analyzer())
            right.setdefault(setting, []).extend(asyncio.run(_gather(folder, asked.answerable, answerer)))
            strangers = other.all_questions[: ASKED if setting == SINGLE else None]
            wrong.setdefault(setting, []).extend(asyncio.run(_gather(folder, strangers, answerer)))
    return right, wrong


async def _gather(data: Path, questions: Sequence[Asked], answerer: Answerer) -> list[Example]:
    examples = []
    async for asked, question, material in materials(data, questions, Analyzer()):
        evidence = answerer.extract_features(question, material)
        right = [hit(asked, [candidate.sentence.text]) for candidate in evidence.candidates]
        examples.append(Example(asked, evidence.rows, right, evidence.question_row))
    return examples


if __name__ == "__main__":
    main()
