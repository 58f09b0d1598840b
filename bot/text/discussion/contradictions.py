"""Finds where comments contradict the article's figures or statements, and the facts they add to it.

Words alone cannot show who is right. Only pairs are kept whose sentences share most of their words or count
the same thing differently."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from bot.domain.answers import Divergence, Sentence
from bot.domain.articles import DELETED, Article
from bot.text.discussion.quotes import (
    CommentSentence,
    CommentText,
    has_quotable_length,
    is_context_dependent,
    is_question,
    pick_distinct,
    quality,
)
from bot.text.language.comment_tokens import CommentStemmer, comment_words
from bot.text.language.markup import secret_spans
from bot.text.language.negations import is_negation
from bot.text.language.number_words import ONE_TO_TWELVE
from bot.text.language.quantities import RANGE, Quantity, find_numbers, find_quantities
from bot.text.language.sentences import article_sentences

MAX_CONTRADICTIONS = 3
MAX_ADDITIONS = 2
MAX_READ_FOR_ADDITIONS = 1_000
"""The approximate number of comments read for additions; all are read for contradictions."""
_UNCERTAIN = re.compile(
    r"\b(?:if|would|could|should|might|may|maybe|perhaps|imagine|suppose|guess|probably|bet|hope|wish|let's"
    r"|need|needs|must|until|unless|like)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"\d|\b(?:{'|'.join(ONE_TO_TWELVE)})\b", re.IGNORECASE)
_REPORT = r"(?:article|story|piece|report|headline|paper|it) (?:says|said|claims|has|gives|writes|reports)"
_NAMES_FIGURE = re.compile(rf"\d to \d|\b{_REPORT}\b", re.IGNORECASE)
"""A sentence with such words is about the article, even if it shares no word with it."""
_WITNESS = re.compile(
    r"\b(?:i|we) (?:worked|work (?:at|in|for|on|as|there)|live|lived|was there|were there|counted|saw|heard"
    r"|asked|called|used to|grew up|teach|taught|run|ran|own|owned|signed|voted|attended|checked|measured)\b"
    r"|\bas (?:a|an|the) [a-z]+(?: [a-z]+)?,? (?:i|we)\b|\baccording to (?:the|my|our|their|a)\b"
    r"|\bmy (?:own )?(?:stall|shop|street|town|city|school|job|boss|family|father|mother|brother|sister|wife"
    r"|husband|son|daughter|neighbou?rs?|uncle|aunt|office|company)\b",
    re.IGNORECASE,
)
_OMISSION = re.compile(
    r"\b(?:article|story|piece|report|headline|author|reporter|journalist|paper)s?\b[^.?!]{0,40}"
    r"(?:\b(?:fails? to|failed to|forgets? to|forgot to|neglects? to|omits?|omitted|ignores?|ignored"
    r"|leaves? out|left out|misses|missed|skips?|skipped|never)\b"
    r"|\b(?:doesn['’]t|didn['’]t|don['’]t|does not|did not|do not) (?:mention|say|tell|explain|note|ask))",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    rf"\b{_REPORT}\b"
    r"(?P<article>[^.;]{0,40}?\d[\d,.]*(?: to \d+)?[^.;,\d]{0,20}?),? (?:but|though|and|while|when|not|yet)\b"
    r"(?P<comment>[^.;]{0,60}?\d[\d,.]*(?: to \d+)?)",
    re.IGNORECASE,
)
_COUNTING = re.compile(r"^(?:i|we)(?: \w+){1,3}? (?=\d)", re.IGNORECASE)
"""The commenter's own part of a correction, such as "I count": the figure is shown without it."""
MIN_SHARED_STEMS = 3


@dataclass(frozen=True, slots=True)
class _Statement:
    """A sentence of the article, prepared for comparison."""

    sentence: Sentence
    stems: frozenset[str]
    quantities: tuple[Quantity, ...]
    numbers: frozenset[float]
    negated: frozenset[str]


class ArticleComparison:
    """Compares the comments `texts` with their article."""

    def __init__(self, article: Article, texts: Sequence[CommentText], stemmer: CommentStemmer) -> None:
        self._stemmer = stemmer
        self._statements = [_statement(sentence, stemmer) for sentence in article_sentences(article)]
        stems = (statement.stems for statement in self._statements)
        self._known = stemmer.stems(comment_words(article.title)).union(*stems)
        self._near = [text for text in texts if self._is_near(text)] if self._statements else []

    def _is_near(self, text: CommentText) -> bool:
        """Whether a comment has a word of the article or of its title, or names a figure of it."""
        return bool(self._known & text.stems or _NAMES_FIGURE.search(text.own_text))

    def contradictions(self) -> list[Divergence]:
        """Returns where the comments contradict the article. Empty if the article has no sentences."""
        counting = [text for text in self._near if _NUMBER.search(text.own_text)]
        with_numbers = [s for s in _sentences(counting, self._stemmer) if _NUMBER.search(s.text)]
        closest = [text for text in self._near if len(self._known & text.stems) >= MIN_SHARED_STEMS]
        sentences = _sentences(closest, self._stemmer)
        close = [s for s in sentences if len(self._known & s.stems) >= MIN_SHARED_STEMS]
        contradictions = [
            *_corrections(with_numbers, self._statements),
            *_differing_quantities(with_numbers, self._statements, self._stemmer),
            *_negations(close, self._statements, self._stemmer),
        ]
        shown: dict[str, Divergence] = {}
        for contradiction in contradictions:
            shown.setdefault(contradiction.quotes[0].text, contradiction)
        return list(shown.values())[:MAX_CONTRADICTIONS]

    def additions(self, quoted: Container[int] = ()) -> list[Divergence]:
        """Returns what the comments add to the article, but not those in `quoted`. Empty if the article has
        no sentences."""
        sample = self._near[:: max(1, len(self._near) // MAX_READ_FOR_ADDITIONS)]
        unshown = [text for text in sample if text.comment.id not in quoted]
        return _additions(_sentences(unshown, self._stemmer), self._known, self._stemmer)


def _sentences(texts: Sequence[CommentText], stemmer: CommentStemmer) -> list[CommentSentence]:
    return [s for text in texts for s in text.sentences(stemmer) if not is_question(s.text)]


def _statement(sentence: Sentence, stemmer: CommentStemmer) -> _Statement:
    words = comment_words(sentence.text)
    return _Statement(
        sentence,
        stemmer.stems(words),
        tuple(find_quantities(sentence.text, stemmer)),
        frozenset(find_numbers(sentence.text)),
        _negated_stems(words, stemmer),
    )


def _negated_stems(words: Sequence[str], stemmer: CommentStemmer) -> frozenset[str]:
    """Returns the stems within three words after a negation."""
    return frozenset(
        stem
        for index, word in enumerate(words)
        if is_negation(word)
        for stem in stemmer.stems(words[index + 1 : index + 4])
    )


def _contradiction(
    comments_say: str, sentences: Sequence[CommentSentence], article_says: str, sentence: Sentence
) -> Divergence:
    """Builds the contradiction between comments' sentences (one or more) and a sentence of the article;
    quotes the best two. It has one comment of each author."""
    authors: dict[str | int, int] = {}
    for s in sentences:
        authors.setdefault(s.comment.id if s.comment.author == DELETED else s.comment.author, s.comment.id)
    quotes = pick_distinct(sorted(sentences, key=quality, reverse=True), 2)
    return Divergence(
        "contradicts",
        comments_say,
        tuple(authors.values()),
        tuple(s.quote() for s in quotes),
        article_says,
        replace(sentence, masks=secret_spans(sentence.text)),
    )


def _corrections(sentences: Sequence[CommentSentence], statements: Sequence[_Statement]) -> list[Divergence]:
    """Finds sentences that name the article's own figure and give another one."""
    corrections: list[Divergence] = []
    for sentence in sentences:
        match = _CORRECTION.search(sentence.text)
        if match is None:
            continue
        numbers = find_numbers(match["article"])
        statement = next((each for each in statements if numbers & each.numbers), None)
        if statement is not None and not find_numbers(match["comment"]) <= numbers:
            comment_says = _COUNTING.sub("", match["comment"].strip())
            article_says = match["article"].strip()
            corrections.append(_contradiction(comment_says, [sentence], article_says, statement.sentence))
    return corrections


def _differing_quantities(
    sentences: Sequence[CommentSentence], statements: Sequence[_Statement], stemmer: CommentStemmer
) -> list[Divergence]:
    """Finds comments' figures that differ from the article's for the same thing, the most frequent first."""
    known = frozenset[float]().union(*(statement.numbers for statement in statements))
    differing: dict[tuple[tuple[float, ...], _Statement, Quantity], tuple[str, list[CommentSentence]]] = {}
    for sentence in sentences:
        for quantity in find_quantities(sentence.text, stemmer):
            is_known = known.issuperset(quantity.values) and quantity.unit != RANGE
            if is_known or _UNCERTAIN.search(sentence.text):
                continue
            counterpart = _counterpart(quantity, sentence, statements)
            if counterpart is not None:
                key = (quantity.values, *counterpart)
                differing.setdefault(key, (quantity.text, []))[1].append(sentence)
    ranked = sorted(differing.items(), key=lambda item: (-len(item[1][1]), item[1][1][0].comment.id))
    return [
        _contradiction(text, saying, other.text, statement.sentence)
        for (_, statement, other), (text, saying) in ranked
    ]


def _counterpart(
    quantity: Quantity, sentence: CommentSentence, statements: Sequence[_Statement]
) -> tuple[_Statement, Quantity] | None:
    """Returns the article's sentence that counts the same thing, and its figure."""
    best: tuple[int, _Statement, Quantity] | None = None
    for statement in statements:
        shared = len((statement.stems & sentence.stems) - {quantity.unit})
        for other in statement.quantities:
            if other.unit != quantity.unit or other.values == quantity.values:
                continue
            # Two counts of one vote have the same sum.
            is_same_vote = quantity.unit == RANGE and sum(quantity.values) == sum(other.values)
            ratio = quantity.values[0] / max(other.values[0], 1e-9)
            if shared < (0 if is_same_vote else 2) or not 0.1 <= ratio <= 10:
                continue
            if best is None or shared > best[0]:
                best = (shared, statement, other)
    return None if best is None else best[1:]


def _negations(
    sentences: Sequence[CommentSentence], statements: Sequence[_Statement], stemmer: CommentStemmer
) -> list[Divergence]:
    """Finds sentences that repeat a sentence of the article but negate a word that both share."""
    negations: list[Divergence] = []
    for sentence in sentences:
        text, stems = sentence.text, sentence.stems
        if not has_quotable_length(sentence) or len(stems) < MIN_SHARED_STEMS or _UNCERTAIN.search(text):
            continue
        negated = _negated_stems(sentence.words, stemmer)
        for statement in statements:
            shared = statement.stems & stems
            if bool(shared & negated) == bool(shared & statement.negated):
                continue
            if len(shared) >= MIN_SHARED_STEMS and len(shared) >= 0.75 * len(stems):
                article_says = statement.sentence
                negations.append(_contradiction(text, [sentence], article_says.text, article_says))
                break
    return negations


def _additions(
    sentences: Sequence[CommentSentence], known: frozenset[str], stemmer: CommentStemmer
) -> list[Divergence]:
    """Finds additions by people who were there, give a source, or name something that the article lacks."""
    ranked: list[tuple[float, CommentSentence]] = []
    for sentence in sentences:
        text = sentence.text
        if not has_quotable_length(sentence) or is_context_dependent(sentence):
            continue
        is_omission = _OMISSION.search(text) is not None
        is_witness = _WITNESS.search(text) is not None and not _UNCERTAIN.search(text)
        least_known = 1 if is_omission else 2
        if not (is_omission or is_witness) or len(sentence.stems & known) < least_known:
            continue
        new = len(sentence.stems - known)
        score = quality(sentence) + 0.1 * min(new, 6)
        score += 0.3 * bool(find_quantities(text, stemmer))
        score += 0.5 * is_omission
        if new >= 2 and score > -0.5:
            ranked.append((score, sentence))
    ranked.sort(key=lambda pair: (-pair[0], pair[1].comment.id))
    return [
        Divergence("adds", s.text, (s.comment.id,), (s.quote(),))
        for s in pick_distinct([s for _, s in ranked], MAX_ADDITIONS)
    ]
