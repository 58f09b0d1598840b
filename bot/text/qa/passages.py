"""Stored texts cut for a question: paragraphs and sentences with their words, the best paragraphs by BM25."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.answers import Evidence
from bot.domain.articles import Article, Comment
from bot.text.discussion.comment_filter import is_bot, is_deleted, own_text
from bot.text.language.boilerplate import dateline_end, is_boilerplate
from bot.text.language.index_tokens import fold, raw_words
from bot.text.language.sentences import sentence_spans
from bot.text.language.stems import stem, stop_words
from bot.text.qa.question import Question

K1, B = 1.2, 0.75
USUAL = 60.0
"""Words of a paragraph that BM25 takes for the usual length at least."""
BEST = 8
"""Paragraphs whose sentences are scored."""
TITLES = 3
"""Titles that are looked at also where nothing else of their article matches."""
LONGEST = 1_500
"""Words of one paragraph that are looked at."""
_MOST_KNOWN = 100_000


class StemTable(dict[str, str]):
    """The stem of every word of one language as it stands in texts; `empty` are those that say nothing."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.empty: set[str] = set()
        self._stops = stop_words(language)

    def __missing__(self, raw: str) -> str:
        if len(self) > _MOST_KNOWN:
            self.clear()
            self.empty.clear()
        word = fold(raw)
        if word in self._stops:
            self.empty.add(raw)
        found = self[raw] = stem(word, self.language)
        return found


@dataclass(slots=True)
class PassageSentence:
    """`text` is `[start:end]` of its paragraph or comment; `stems` are those of all its words in order."""

    text: str
    start: int
    end: int
    raw_words: list[str]
    stems: list[str]
    stem_set: frozenset[str]


@dataclass(slots=True)
class Passage:
    """A paragraph of an article, its title (then `paragraph` and `comment` are None), or a comment, with its
    stems; `title` has the words of its article's title, `head` the stems of those that say something."""

    article: Article
    paragraph: int | None
    comment: Comment | None
    text: str
    stems: list[str]
    title_words: list[str]
    title_stems: frozenset[str]
    score: float = 0.0
    _sentences: list[PassageSentence] | None = field(default=None, repr=False)

    def sentences(self, words: StemTable) -> list[PassageSentence]:
        """Its own sentences in order, without boilerplate."""
        if self._sentences is None:
            self._sentences = list(self._split(words))
        return self._sentences

    @property
    def is_title(self) -> bool:
        """Whether this is a headline."""
        return self.paragraph is None and self.comment is None

    def _split(self, words: StemTable) -> list[PassageSentence]:
        text = self.text
        if self.is_title:
            start, end = len(text) - len(text.lstrip()), len(text.rstrip())
            return [_sentence(text[start:end], start, end, words)] if start < end else []
        skip = dateline_end(text) if self.comment is None else 0
        found = []
        for start, end in sentence_spans(text[skip:], words.language):
            piece = text[start + skip : end + skip]
            if self.comment is None and is_boilerplate(piece):
                continue
            found.append(_sentence(piece, start + skip, end + skip, words))
        return found


def _sentence(text: str, start: int, end: int, words: StemTable) -> PassageSentence:
    raw = raw_words(text)
    stems = [words[one] for one in raw]
    return PassageSentence(text, start, end, raw, stems, frozenset(stems))


def inverse_document_frequencies(question: Question, material: Evidence) -> dict[str, float]:
    """For each asked stem how much it tells by being rare (BM25's idf)."""
    total = max(material.document_count, 1)
    holding = {one: min(material.document_frequencies.get(one, 0), total) for one in question.stems}
    return {one: math.log1p((total - count + 0.5) / (count + 0.5)) for one, count in holding.items()}


def best_passages(
    question: Question, material: Evidence, idf: Mapping[str, float], words: StemTable, most: int = BEST
) -> list[Passage]:
    """The `most` passages that match best, best first, none without any of the words; behind them the titles
    of their articles, and the best of the others."""
    found = [p for article in material.articles for p in _paragraphs(article, words)]
    found += _comments(material, words)
    wanted = frozenset(question.stems)
    usual = max(USUAL, sum(len(p.stems) for p in found) / max(1, len(found)))
    for passage in found:
        passage.score = _bm25(passage, wanted, idf, usual)
    ranked = sorted((p for p in found if p.score > 0), key=lambda p: -p.score)[:most]
    titles = [_headline(article, words) for article in (*material.articles, *material.threads)]
    for passage in titles:
        passage.score = _bm25(passage, wanted, idf, usual)
    titles.sort(key=lambda p: -p.score)
    there = {p.article.id for p in ranked}
    best = [p for n, p in enumerate(titles) if n < TITLES or p.article.id in there]
    return ranked + [p for p in best if p.score > 0]


def _paragraphs(article: Article, words: StemTable) -> list[Passage]:
    title, head = _title(article, words)
    return [
        Passage(
            article, number, None, p.text, [words[raw] for raw in raw_words(p.text)[:LONGEST]], title, head
        )
        for number, p in enumerate(article.paragraphs)
        if not p.furniture
    ]


def _headline(article: Article, words: StemTable) -> Passage:
    title, head = _title(article, words)
    return Passage(article, None, None, article.title, [words[raw] for raw in title], title, head)


def _comments(material: Evidence, words: StemTable) -> list[Passage]:
    articles = {article.id: article for article in (*material.articles, *material.threads)}
    titles = {number: _title(article, words) for number, article in articles.items()}
    found = []
    for comment in material.comments:
        if is_deleted(comment) or is_bot(comment):
            continue
        text = own_text(comment.text)
        stems = [words[raw] for raw in raw_words(text)[:LONGEST]]
        article = articles[comment.article]
        found.append(Passage(article, None, comment, text, stems, *titles[article.id]))
    return found


def _title(article: Article, words: StemTable) -> tuple[list[str], frozenset[str]]:
    """The title's words, and the stems of those that say something."""
    raw = raw_words(article.title)
    stems = [words[one] for one in raw]
    return raw, frozenset(stem for one, stem in zip(raw, stems, strict=True) if one not in words.empty)


TITLE = 0.3
"""What a word of the title counts beside one of the paragraph."""


def _bm25(passage: Passage, wanted: frozenset[str], idf: Mapping[str, float], usual: float) -> float:
    have = wanted.intersection(passage.stems)
    heading = (wanted & passage.title_stems) - have
    if not have:
        return 0.0
    counts = Counter(one for one in passage.stems if one in have)
    flat = K1 * (1 - B + B * len(passage.stems) / usual)
    score = sum(idf[one] * count * (K1 + 1) / (count + flat) for one, count in counts.items())
    return score + TITLE * sum(idf[one] for one in heading)
