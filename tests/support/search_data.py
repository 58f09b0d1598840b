"""Search measured on research collections, and on paragraphs and questions in several languages: documents as
threads in a real corpus, queries through the product.

Used by the floors here and by `benchmarks/search_quality.py`. nDCG@10 has the relevance as its gain and
log2(rank + 1) as its discount; MAP is the mean of average precision over everything that a search lists.
Queries without any relevant document do not count."""

from __future__ import annotations

import hashlib
import json
import math
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.articles import Paragraph
from bot.domain.dump import ParsedThread
from bot.domain.loads import Person
from bot.domain.search import Query
from bot.loading.context import ANNOTATOR
from bot.store.ingest.writer import CorpusWriter
from bot.store.search.index import SearchIndex
from bot.text.language.index_tokens import raw_words
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from bot.text.search.term_vector import term_ids
from tests.support.corpus_engines import corpus_at

COLLECTIONS = ("cranfield", "med", "cisi")
QUESTIONS = {
    "en": "qa/squad2_dev.json",
    **{language: f"qa/xquad/{language}.json" for language in ("de", "ru", "tr", "zh")},
}
"""Paragraphs with questions, by language."""
PINNED = {
    "cranfield/docs.jsonl": "063351684cb0459eae00ab171972e34870c35961142d45446bc5fe55c0e7c17b",
    "cranfield/qrels.tsv": "2f38f644de78a7b52ff91592645c2718906a6d557c4388163cf2828d5426d484",
    "cranfield/queries.jsonl": "39d2c0cc3a39f2d587782b9ec9d3ff134c1261eb1150edb61fad321acb6f1154",
    "med/docs.jsonl": "4dd5bd69d7d6235e9828e2cf45fd2cd4e381bb32f0df2e0d5dd095eb9d925dbb",
    "med/qrels.tsv": "f4e5a792f9c6ac1a5ffb012116b889394f7fd889ec0da138f7d0a0a79214c349",
    "med/queries.jsonl": "2ef9a7e888912b846c34c38fd272dfcdd31775c988a0834d710ed4c3b3e207db",
    "cisi/docs.jsonl": "e58ff618570ba5862a18e5299c4ef05a1b0bc99e2e6efcdaff9d7f634cb578af",
    "cisi/qrels.tsv": "1474ee282a602fad47488fba02282d241f09c3755b5c201fcda0293b3572fce5",
    "cisi/queries.jsonl": "88554f6fecc65a840ce656c717bbdd37df7325d46f0e4f1a6311e34f5cfb3747",
}
WHEN = datetime(2024, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Collection:
    """Documents, queries, and for each query the relevance of documents."""

    name: str
    documents: Mapping[int, tuple[str, str]]
    queries: Mapping[str, str]
    relevant: Mapping[str, Mapping[int, int]]


def read_collection(folder: Path, name: str) -> Collection:
    """Reads `folder/name`, which must be the pinned data."""
    for file, expected in PINNED.items():
        if file.startswith(name):
            found = hashlib.sha256((folder / file).read_bytes()).hexdigest()
            assert found == expected, f"{file} is other data: {found}"
    documents = {int(row["id"]): (row["title"], row["text"]) for row in _rows(folder / name / "docs.jsonl")}
    relevant: dict[str, dict[int, int]] = {}
    for line in (folder / name / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, document, relevance = line.split("\t")
        relevant.setdefault(query, {})[int(document)] = int(relevance)
    asked = {row["id"]: row["text"] for row in _rows(folder / name / "queries.jsonl")}
    return Collection(name, documents, {q: text for q, text in asked.items() if q in relevant}, relevant)


def read_questions(data: Path, language: str, most: int = 250) -> Collection:
    """Every paragraph is a document without a title, and the only one that is relevant for its questions, of
    which every n-th is a query."""
    documents: dict[int, tuple[str, str]] = {}
    asked: list[tuple[int, str]] = []
    for article in json.loads((data / QUESTIONS[language]).read_text(encoding="utf-8"))["data"]:
        for number, paragraph in enumerate(article["paragraphs"], len(documents) + 1):
            documents[number] = ("", paragraph["context"])
            questions = [qa["question"] for qa in paragraph["qas"] if not qa.get("is_impossible")]
            asked += [(number, question) for question in questions]
    queries = dict(enumerate(asked[:: max(1, len(asked) // most)][:most]))
    return Collection(
        language,
        documents,
        {str(no): question for no, (_, question) in queries.items()},
        {str(no): {document: 1} for no, (document, _) in queries.items()},
    )


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ndcg(ranking: Sequence[int], relevant: Mapping[int, int], depth: int = 10) -> float:
    """Discounted gain of the first hits over the best that there can be."""
    gains = [relevant.get(document, 0) for document in ranking[:depth]]
    best = sorted(relevant.values(), reverse=True)[:depth]
    return _discounted(gains) / _discounted(best)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def average_precision(ranking: Sequence[int], relevant: Mapping[int, int]) -> float:
    """The mean over relevant documents of the precision down to each; 0 for one that is not listed."""
    found = 0
    total = 0.0
    for place, document in enumerate(ranking, 1):
        if relevant.get(document, 0) > 0:
            found += 1
            total += found / place
    return total / sum(relevance > 0 for relevance in relevant.values())


def figures(collection: Collection, rankings: Mapping[str, Sequence[int]]) -> tuple[float, float]:
    """nDCG@10 and MAP over the collection's queries."""
    gains = [ndcg(rankings[query], collection.relevant[query]) for query in collection.queries]
    means = [average_precision(rankings[query], collection.relevant[query]) for query in collection.queries]
    return sum(gains) / len(gains), sum(means) / len(means)


# The product.


def store(data: Path, collection: Collection, analysis: Analyzer) -> None:
    """Loads the documents as threads without comments, in order: their numbers become the articles'."""
    assert list(collection.documents) == list(range(1, len(collection.documents) + 1))
    threads = [
        ParsedThread(
            title=title or str(number),
            source="collection.example",
            submitter=None,
            posted_at=WHEN,
            inferred=False,
            paragraphs=(Paragraph(text),),
            comments=(),
            key=f"t3_{number}",  # without one, two documents of one title are the same
        )
        for number, (title, text) in collection.documents.items()
    ]
    with CorpusWriter(corpus_at(data), annotator=ANNOTATOR) as writer:
        load = writer.begin_load(None, collection.name, Person(None, "test"), WHEN)
        writer.add_threads(load, threads)
        writer.update_statistics(analysis)
        writer.finish(load, "done", 0.0)


async def rankings(data: Path, collection: Collection, analysis: Analyzer) -> dict[str, Sequence[int]]:
    """For each query the documents that a search over articles lists, best first."""
    index = SearchIndex.open(corpus_at(data), analysis, timeout=60)
    found: dict[str, Sequence[int]] = {}
    for query, text in collection.queries.items():
        found[query] = await index.ranking((0,), plain(text), place="articles")
    await index.close()
    return found


def plain(text: str) -> Query:
    """A query without operators: these collections' texts have quotes and hyphens that mean none."""
    return parse_query(re.sub(r'["*|]|(?<!\S)-', " ", text))


# What it is compared with.

_SAYS_NOTHING = """
a about above after again against all am an and any are as at be because been before being
below between both but by can did do does doing don down during each few for from further
had has have having he her here hers herself him himself his how i if in into is it its
itself just me more most my myself no nor not now of off on once only or other our ours
ourselves out over own s same she should so some such t than that the their theirs them
themselves then there these they this those through to too under until up very was we were
what when where which while who whom why will with you your yours yourself yourselves
"""
_STOP_WORDS = frozenset(_SAYS_NOTHING.split())


def plain_fts5(collection: Collection) -> dict[str, list[int]]:
    """FTS5 as it comes: porter stems, stop words dropped, any word will do, its own bm25."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE plain USING fts5 (title, body, tokenize='porter unicode61')")
    rows = [(number, *texts) for number, texts in collection.documents.items()]
    db.executemany("INSERT INTO plain (rowid, title, body) VALUES (?, ?, ?)", rows)
    found = {}
    for query, text in collection.queries.items():
        words = dict.fromkeys(w for w in re.findall(r"\w+", text.lower()) if w not in _STOP_WORDS)
        match = " OR ".join(f'"{word}"' for word in words)
        hits = db.execute("SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY rank", (match,))
        found[query] = [row for (row,) in hits]
    db.close()
    return found


def plain_bm25(collection: Collection, language: str) -> dict[str, list[int]]:
    """BM25 (k1 1.5, b .75) over Snowball's stems without stop words, pairs of characters for Chinese."""
    ids = term_ids(language)
    texts = {
        no: Counter(filter(None, map(ids.__getitem__, raw_words(" ".join(text)))))
        for no, text in collection.documents.items()
    }
    holding = Counter(term for counts in texts.values() for term in counts)
    mean = sum(counts.total() for counts in texts.values()) / len(texts)
    found = {}
    for query, text in collection.queries.items():
        words = [term for word in raw_words(text) if (term := ids[word]) in holding]
        scores: dict[int, float] = {}
        for number, counts in texts.items():
            norm = 1.5 * (0.25 + 0.75 * counts.total() / mean)
            for term in filter(counts.__contains__, words):
                weight = math.log1p((len(texts) - holding[term] + 0.5) / (holding[term] + 0.5))
                gain = weight * counts[term] * 2.5 / (counts[term] + norm)
                scores[number] = scores.get(number, 0.0) + gain
        found[query] = sorted(scores, key=lambda number: (-scores[number], number))
    return found
