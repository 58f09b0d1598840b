"""Splits stored texts into passages and sentences for a question, and ranks the passages by BM25."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.answers import Evidence
from bot.domain.articles import Article, Comment
from bot.domain.index_words import fold
from bot.text.discussion.bots import is_bot
from bot.text.discussion.comment_filter import is_deleted
from bot.text.language.boilerplate import dateline_end, is_boilerplate
from bot.text.language.index_tokens import raw_words
from bot.text.language.markup import head, own_text, whole_links
from bot.text.language.sentences import sentence_spans
from bot.text.language.stems import stem, stop_words
from bot.text.qa.question import Question

K1, B = 1.2, 0.75
MIN_MEAN_WORDS = 60.0
"""The minimum mean length of a passage, in words, that BM25 assumes."""
TITLE_WEIGHT = 0.3
"""The weight of a word of the title relative to one of the paragraph."""
MAX_PASSAGES = 8
"""The maximum number of passages whose sentences are scored."""
MAX_TITLES = 3
"""The maximum number of titles read although nothing else of their article matches."""
MAX_PASSAGE_CHARACTERS = 10_000
"""As many as a Reddit comment has: what stands behind them in a longer text is not read."""
_MAX_STEMS = 100_000
_FOOTNOTE_MARKS = re.compile(r"(?:\[(?:\d{1,3}|citation needed)\]){1,9}\Z")
_MAX_MARKS = 90
"""The last characters of a sentence in which its footnote marks are looked for."""
_GAP = re.compile(r"(?<=\S)\s+(?:(?:\.\.\.|…|·)\s+)+(?=\S)")


class StemTable(dict[str, str]):
    """Maps each word of one language, as texts write it, to its stem, or to `empty` for a word without
    content."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.empty: set[str] = set()
        self._stop_words = stop_words(language)

    def __missing__(self, raw: str) -> str:
        if len(self) > _MAX_STEMS:
            self.clear()
            self.empty.clear()
        word = fold(raw)
        if word in self._stop_words:
            self.empty.add(raw)
        self[raw] = stem(word, self.language)
        return self[raw]


@dataclass(slots=True)
class PassageSentence:
    """A sentence: `text` is `[start:end]` of its paragraph or comment; `stems` has the stem of each word in
    order."""

    text: str
    start: int
    end: int
    raw_words: list[str]
    stems: list[str]
    stem_set: frozenset[str]

    def word_starts(self) -> list[int]:
        """The offsets in the text at which its words begin."""
        starts, end = [], 0
        for raw in self.raw_words:
            starts.append(self.text.find(raw, end))
            end = starts[-1] + len(raw)
        return starts


@dataclass(slots=True)
class Passage:
    """A paragraph of an article, its title (`paragraph` and `comment` are then None), or a comment, without
    what it quotes, with its stems. `title_words` are the stems of all words of the article's title,
    `title_stems` those of its content words."""

    article: Article
    paragraph: int | None
    comment: Comment | None
    text: str
    stems: list[str]
    title_words: list[str]
    title_stems: frozenset[str]
    score: float = 0.0
    _sentences: list[PassageSentence] | None = field(default=None, repr=False)

    def sentences(self, stem_table: StemTable) -> list[PassageSentence]:
        """Returns the passage's own sentences in order, without boilerplate."""
        if self._sentences is None:
            spans = self._title_span() if self.is_title else self._sentence_spans(stem_table.language)
            self._sentences = [
                _sentence(self.text[start:end], start, end, stem_table) for start, end in spans
            ]
        return self._sentences

    def joined(
        self, first: PassageSentence, second: PassageSentence, stem_table: StemTable
    ) -> PassageSentence:
        """Returns two sentences of the passage as one, with all between them."""
        return _sentence(self.text[first.start : second.end], first.start, second.end, stem_table)

    def part(self, start: int, end: int, stem_table: StemTable) -> PassageSentence:
        """Returns a part of the passage as a sentence."""
        return _sentence(self.text[start:end], start, end, stem_table)

    @property
    def is_title(self) -> bool:
        """Whether the passage is a headline."""
        return self.paragraph is None and self.comment is None

    def is_beside(self, other: Passage) -> bool:
        """Whether both belong to one article or comment, such as a headline and the text below it."""
        return self.article.id == other.article.id and self.comment is other.comment

    def _title_span(self) -> list[tuple[int, int]]:
        start, end = len(self.text) - len(self.text.lstrip()), len(self.text.rstrip())
        return [(start, end)] if start < end else []

    @property
    def stored(self) -> str:
        """The text as it is stored; `text` is the author's own part of it, at the same positions."""
        if self.comment is not None:
            return self.comment.text
        return self.article.title if self.paragraph is None else self.article.paragraphs[self.paragraph].text

    def _sentence_spans(self, language: str) -> list[tuple[int, int]]:
        skip = dateline_end(self.text) if self.comment is None else 0
        spans = [(start + skip, end + skip) for start, end in sentence_spans(self.text[skip:], language)]
        spans = [part for span in spans for part in _split_at_gaps(self.text, span)]
        spans = whole_links(self.stored[: len(self.text)], spans)
        if self.comment is not None:
            return spans
        spans = [(start, _without_marks(self.text, start, end)) for start, end in spans]
        return [(start, end) for start, end in spans if not is_boilerplate(self.text[start:end])]


def _without_marks(text: str, start: int, end: int) -> int:
    """Returns the end of a sentence without the footnote marks behind it."""
    marks = _FOOTNOTE_MARKS.search(text, max(start, end - _MAX_MARKS), end)
    return marks.start() if marks and marks.start() > start else end


def _split_at_gaps(text: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    """Splits a sentence of a search engine's snippet where something is left out."""
    starts = [span[0], *(gap.end() for gap in _GAP.finditer(text, *span))]
    ends = [*(gap.start() for gap in _GAP.finditer(text, *span)), span[1]]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if text[start:end].strip(" .…")]


def _sentence(text: str, start: int, end: int, stem_table: StemTable) -> PassageSentence:
    raw = raw_words(text)
    stems = [stem_table[word] for word in raw]
    return PassageSentence(text, start, end, raw, stems, frozenset(stems))


def inverse_document_frequencies(question: Question, evidence: Evidence) -> dict[str, float]:
    """Returns the inverse document frequency (BM25's idf) of each asked stem."""
    total = max(evidence.document_count, 1)
    counts = {stem: min(evidence.document_frequencies.get(stem, 0), total) for stem in question.stems}
    return {stem: math.log1p((total - count + 0.5) / (count + 0.5)) for stem, count in counts.items()}


def best_passages(
    question: Question,
    evidence: Evidence,
    idf: Mapping[str, float],
    stem_table: StemTable,
    limit: int = MAX_PASSAGES,
) -> list[Passage]:
    """Returns the `limit` passages that match best, best first, without any that has none of the words; then
    the titles of their articles, and the best of the other titles."""
    articles = {article.id: article for article in (*evidence.articles, *evidence.threads)}
    titles = {number: _title_words(article.title, stem_table) for number, article in articles.items()}

    def passage(article: Article, paragraph: int | None, comment: Comment | None, text: str) -> Passage:
        text = text[:MAX_PASSAGE_CHARACTERS]
        stems = [stem_table[raw] for raw in raw_words(text)]
        return Passage(article, paragraph, comment, text, stems, *titles[article.id])

    passages = [
        passage(article, number, None, own_text(head(paragraph.text, MAX_PASSAGE_CHARACTERS)))
        for article in evidence.articles
        for number, paragraph in enumerate(article.paragraphs)
        if not paragraph.furniture
    ]
    passages += [
        passage(
            articles[comment.article], None, comment, own_text(head(comment.text, MAX_PASSAGE_CHARACTERS))
        )
        for comment in evidence.comments
        if not is_deleted(comment) and not is_bot(comment.author, comment.text)
    ]
    headlines = [passage(article, None, None, article.title) for article in articles.values()]
    asked = frozenset(question.stems)
    mean = max(MIN_MEAN_WORDS, sum(len(p.stems) for p in passages) / max(1, len(passages)))
    for scored in (*passages, *headlines):
        scored.score = _bm25(scored, asked, idf, mean)
    best = sorted((p for p in passages if p.score > 0), key=lambda p: -p.score)[:limit]
    headlines.sort(key=lambda p: -p.score)
    of_best = {p.article.id for p in best}
    headlines = [p for n, p in enumerate(headlines) if n < MAX_TITLES or p.article.id in of_best]
    return best + [p for p in headlines if p.score > 0]


def _title_words(title: str, stem_table: StemTable) -> tuple[list[str], frozenset[str]]:
    """Returns the title's words, and the stems of its content words."""
    raw = raw_words(title[:MAX_PASSAGE_CHARACTERS])
    stems = [(word, stem_table[word]) for word in raw]
    return raw, frozenset(stem for word, stem in stems if word not in stem_table.empty)


def _bm25(passage: Passage, asked: frozenset[str], idf: Mapping[str, float], mean: float) -> float:
    matched = asked.intersection(passage.stems)
    if not matched:
        return 0.0
    counts = Counter(stem for stem in passage.stems if stem in matched)
    length = K1 * (1 - B + B * len(passage.stems) / mean)
    score = sum(idf[stem] * count * (K1 + 1) / (count + length) for stem, count in counts.items())
    return score + TITLE_WEIGHT * sum(idf[stem] for stem in (asked & passage.title_stems) - matched)
