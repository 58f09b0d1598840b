"""Asking measured on reading-comprehension data: paragraphs as articles, questions through the product.

The titles of the data are sorted; those at odd places (2nd, 4th, ...) make one archive, those at even places
another. Questions about the other archive are the unanswerable ones. A hit is a gold string in what is shown.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.answers import Answer, Evidence
from bot.domain.articles import Paragraph
from bot.domain.dump import ParsedThread
from bot.domain.loads import Person
from bot.domain.search import Filters
from bot.store.ingest.writer import CorpusWriter
from bot.store.search.passages import PassageIndex, PassageQuery
from bot.text.language.sentences import sentence_spans
from bot.text.qa.question import Question, parse_question
from bot.text.search.analyzer import Analyzer
from tests.support.corpus_engines import corpus_at

DATA = "qa/squad2_dev.json"
SHA256 = "6830b90574555d37a67806d47b652ccd4a5d810eb38b680658d1e98f9177c7aa"
NOISE = ("summaries/cnn_dailymail.jsonl", "search/cranfield/docs.jsonl")
WHEN = datetime(2024, 3, 1, tzinfo=UTC)
ASKED = 500
YEAR = re.compile(r"\b(1[5-9]\d\d|20[0-2]\d)\b")


@dataclass(frozen=True)
class Asked:
    """One question of the data, with the strings that answer it and the article that it is about."""

    text: str
    gold: tuple[str, ...]
    about: str


@dataclass(frozen=True)
class Side:
    """The articles of one archive: paragraphs and questions."""

    name: str
    paragraphs: tuple[tuple[str, str], ...]
    answerable: tuple[Asked, ...]
    all_questions: tuple[Asked, ...]

    def single(self) -> list[Side]:
        """Each of its articles by itself."""
        return [
            Side(
                title,
                tuple(one for one in self.paragraphs if one[0] == title),
                tuple(one for one in self.answerable if one.about == title),
                tuple(one for one in self.all_questions if one.about == title),
            )
            for title in dict.fromkeys(title for title, _ in self.paragraphs)
        ]


def read_sides(data: Path) -> dict[str, Side]:
    """The two archives, "odd" and "even"; the file must be the pinned one."""
    raw = (data / DATA).read_bytes()
    assert hashlib.sha256(raw).hexdigest() == SHA256, f"{DATA} is other data"
    articles = squad_articles(data / DATA)
    return {"odd": _side("odd", articles[1::2]), "even": _side("even", articles[0::2])}


def _side(name: str, articles: Sequence[dict[str, Any]]) -> Side:
    paragraphs, answerable, everything = [], [], []
    for article in articles:
        title = article["title"].replace("_", " ")
        for paragraph in article["paragraphs"]:
            paragraphs.append((title, paragraph["context"]))
            for one in paragraph["qas"]:
                gold = tuple(sorted({answer["text"] for answer in one["answers"]}))
                asked = Asked(one["question"], gold, title)
                everything.append(asked)
                if not one.get("is_impossible"):
                    answerable.append(asked)
    for questions in (answerable, everything):
        random.Random(0).shuffle(questions)
    return Side(name, tuple(paragraphs), tuple(answerable), tuple(everything))


def squad_articles(path: Path) -> list[dict[str, Any]]:
    """The articles of a file in SQuAD's form, by their titles."""
    found = json.loads(path.read_bytes())
    return sorted(found["data"] if isinstance(found, dict) else found, key=lambda article: article["title"])


def read_languages(data: Path, languages: Iterable[str]) -> dict[str, tuple[Side, Side]]:
    """For each language of the translated data, two archives of different articles."""
    sides = {}
    for language in languages:
        articles = squad_articles(data / "qa" / "xquad" / f"{language}.json")
        sides[language] = (_side("odd", articles[1::2]), _side("even", articles[0::2]))
    return sides


def read_noise(data: Path) -> list[ParsedThread]:
    """Articles about anything else."""
    found = []
    for name in NOISE:
        for number, line in enumerate((data / name).read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            text = row.get("article") or row["text"]
            title = f"{row.get('title') or text[:50]} {number}"
            spans = sentence_spans(text)
            paragraphs = [text[three[0][0] : three[-1][1]] for three in batched(spans, 3)]
            found.append(article_thread(title, paragraphs or [title]))
    return found


def threads(side: Side) -> list[ParsedThread]:
    """Each paragraph as an article with a title that says nothing."""
    return [
        article_thread(f"Passage {number}", text.split("\n\n"))
        for number, (_, text) in enumerate(side.paragraphs)
    ]


def with_another_year(questions: Iterable[Asked]) -> list[Asked]:
    """Those that name a year, moved by 30 years: nothing answers them."""
    return [
        Asked(YEAR.sub(lambda year: str(int(year[0]) - 30), asked.text), (), asked.about)
        for asked in questions
        if YEAR.search(asked.text)
    ]


def passages_as_threads(texts: Iterable[str]) -> list[ParsedThread]:
    """Each text as an article with a title that says nothing."""
    return [article_thread(f"Passage {number}", [text]) for number, text in enumerate(dict.fromkeys(texts))]


def article_thread(title: str, paragraphs: Iterable[str]) -> ParsedThread:
    """An article without comments."""
    return ParsedThread(
        title, "data.example", None, WHEN, False, tuple(Paragraph(text) for text in paragraphs), ()
    )


def store(data: Path, found: Sequence[ParsedThread], analysis: Analyzer) -> None:
    """Loads threads into the shared archive."""
    with CorpusWriter(corpus_at(data)) as writer:
        load = writer.begin_load(None, "asking", Person(None, "test"), WHEN)
        for start in range(0, len(found), 1000):
            writer.add_threads(load, found[start : start + 1000])
        writer.update_statistics(analysis)
        writer.finish(load, "done", 0.0)


async def materials(
    data: Path, questions: Iterable[Asked], analysis: Analyzer
) -> AsyncIterator[tuple[Asked, Question, Evidence]]:
    """What the product finds for each question."""
    index = PassageIndex.open(corpus_at(data), analysis, timeout=60)
    for asked in questions:
        question = parse_question(asked.text)
        wanted = PassageQuery((0,), question.words, question.language, Filters())
        yield asked, question, await index.find(wanted)
    await index.close()


def batched(items: Sequence[tuple[int, int]], size: int) -> list[Sequence[tuple[int, int]]]:
    """Runs of so many."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def returned(answer: Answer) -> list[str]:
    """The sentences that are shown: claims or, where it was refused, the closest passage; the best candidate
    where none is shown."""
    shown = [claim.citations[0].quote for claim in answer.claims] or [one.quote for one in answer.closest]
    return shown or [one.quote for one in answer.passages[:1]]


def hit(asked: Asked, quotes: Iterable[str]) -> bool:
    """Whether a gold string stands in one of them."""
    return any(gold in quote for quote in quotes for gold in asked.gold)
