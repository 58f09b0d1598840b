"""Builds the citation of a sentence, and finds the words in it that are the requested fact."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from bot.domain.answers import Citation, Quote
from bot.domain.articles import Article
from bot.domain.index_words import fold
from bot.domain.stories import StoryThread
from bot.text.language.markup import secret_spans
from bot.text.language.number_words import UNITS
from bot.text.language.stems import stem
from bot.text.language.stopwords import STOP_WORDS
from bot.text.qa.answer_types import SPAN_TYPES, Span, answer_spans, is_time
from bot.text.qa.fact_forms import UNIT, is_fact, unit_stems
from bot.text.qa.features import AnswerCandidate, is_same
from bot.text.qa.qualifiers import is_open
from bot.text.qa.question import Question
from bot.text.qa.question_words import LANGUAGES, pattern

MIN_NEARNESS_RATIO = {"who": 3.0, "where": 3.0, "when": 1.5, "count": 2.0}
"""A fact is marked only if its nearness to the asked words exceeds the next candidate's by this factor. With
these factors, of the facts marked in sentences that have the answer, nine in ten dates and numbers and three
in four names and places are right in the development data."""
MIN_SHARED_STEMS = {"who": 0.7, "where": 0.7, "when": 0.7, "count": 0.5}
"""The minimum share of the question's words outside the fact in a sentence whose fact is marked."""
OTHER_LANGUAGES = 3.0
"""The factor of these in other languages, of which fewer forms are known."""
MAX_TO_COUNTED = 25
"""The maximum number of characters between a number and what it counts."""
NAMED = ("who", "where")
"""Types of questions that names answer: the nearest must be the fact, or none is."""
_IN = re.compile(r"\b(?:in|at|near|into|outside|on|to|from) (?:the )?$")
_POSSESSIVE = re.compile(r"(?:['’]s|s['’])(?!\w)")
_COUNTED = re.compile(
    rf"\b(?:the|other|both|all|many|some|most|{'|'.join(UNITS[2:11])}|\d+) $",
    re.IGNORECASE,
)
_A = re.compile(r"\ban? $", re.IGNORECASE)
_THE = re.compile(r"\bthe $", re.IGNORECASE)
"""Before a word that says what somebody is: a Colombian has won, the Austrian author."""
_VERB = re.compile(r",| (?:and|has|had|is|was|will|would|says?|said|\w+ed|\w+s)\b")
_YEAR = re.compile(r"\b(?:1\d{3}|20\d\d)\b")
_INSIDE = re.compile(r"\b(?:in|at|near|into|outside) (?:the )?$")
_COMPARED = re.compile(r"\b(?:up|down) (?:\S+ ){0,2}from\b|\bcompared (?:to|with)\b|\b(?:versus|vs)\b")
"""Between an amount and that of another time: up from $3 in 2019."""
_UNDECIDED = re.compile(
    r"\bfor (?:an?|any) \w+ to \w+ (?:an?|the)\b|"
    r"\b(?:will|to) be (?:announced|named|revealed|crowned|decided|determined|chosen|elected|awarded)\b"
    r"|\bwho (?:(?:is|are) (?:winning|leading|likely)|will|would|might|could|may|should)\b"
)


def cite(candidate: AnswerCandidate) -> Citation:
    """Returns a citation of the candidate's sentence as it is stored."""
    passage, sentence = candidate.passage, candidate.sentence
    article, comment = passage.article, passage.comment
    kind: Literal["article", "title", "comment"] = "comment"
    if comment is None:
        kind = "title" if passage.is_title else "article"
    quote = passage.stored[sentence.start : sentence.end]
    return Citation(
        kind=kind,
        article=article.id,
        comment=None if comment is None else comment.id,
        paragraph=passage.paragraph,
        start=sentence.start,
        end=sentence.end,
        quote=quote,
        title=article.title,
        source=article.source,
        author=article.submitter if comment is None else comment.author,
        posted_at=article.posted_at if comment is None else comment.posted_at,
        masks=secret_spans(quote),
        link=article.link if comment is None else comment.link or article.thread_link or article.link,
        replies_to=None if comment is None else comment.replies_to,
    )


def cite_quote(article: Article, quote: Quote, threads: Iterable[StoryThread] = ()) -> Citation:
    """Returns a citation of a quote from a comment of the article, or of one of these threads of its
    story."""
    other = next((thread for thread in threads if thread.article == quote.article != article.id), None)
    address = article.thread_link or article.link if other is None else other.discussion
    return Citation(
        kind="comment",
        article=article.id if other is None else other.article,
        comment=quote.comment,
        paragraph=None,
        start=quote.start,
        end=quote.end,
        quote=quote.text,
        title=article.title if other is None else other.title,
        source=article.source if other is None else other.source,
        author=quote.author,
        posted_at=quote.posted_at,
        masks=quote.masks,
        link=quote.link or address,
        replies_to=quote.replies_to,
    )


def answer_span(question: Question, candidate: AnswerCandidate) -> Span | None:
    """Returns the span of the sentence that is the fact asked for, or None if that is not clear."""
    if question.question_type not in SPAN_TYPES or not candidate.answer_spans:
        return None
    sentence = candidate.sentence
    words = list(zip(sentence.word_starts(), sentence.raw_words, sentence.stems, strict=True))
    asked = [(start, start + len(raw)) for start, raw, stem in words if stem in question.stems]
    verbs = [(start, start + len(raw)) for start, raw, stem in words if stem == question.verb]
    things = question.counted_stems | unit_stems(question.counted_stems)
    counted = [
        start
        for start, _, stem in words
        if any(is_same(word, thing) for word in (stem, *unit_stems([stem])) for thing in things)
    ]

    def is_marked(span: Span) -> bool:
        """Whether the words around it mark it as the fact: the counted thing follows, or "by" precedes."""
        if question.question_type == "who":
            return sentence.text[: span[0]].endswith((" by ", " by the "))
        return any(0 <= start - span[1] < MAX_TO_COUNTED for start in counted)

    ranked = sorted(
        (
            (_nearness(span, asked) + is_marked(span), span)
            for span in candidate.answer_spans
            if _may_answer(question, sentence.text, span, asked)
            and (question.question_type in NAMED or is_fact(question, sentence.text, span, asked, verbs))
        ),
        reverse=True,
    )
    least = MIN_NEARNESS_RATIO[question.question_type] * (1 if question.language == "en" else OTHER_LANGUAGES)
    if not ranked or (len(ranked) > 1 and ranked[0][0] < least * ranked[1][0]):
        return None
    span = ranked[0][1]
    if question.counted_stems and not question.asks_money and not is_marked(span):
        return None
    if _has_other_unit(question, sentence.text, span) or _is_of_other_time(question, sentence.text, span):
        return None
    outside = {stem for start, _, stem in words if not span[0] <= start < span[1]}
    least_shared = MIN_SHARED_STEMS[question.question_type] * len(set(question.stems))
    is_about = len(outside.intersection(question.stems)) >= least_shared
    if is_open(sentence.text, question.text, span, [start for start, _ in asked], question.language):
        return None
    return span if is_about and is_fact(question, sentence.text, span, asked, verbs) else None


def _has_other_unit(question: Question, text: str, span: Span) -> bool:
    """Whether things are counted, and the amount is one of another unit: 4 weeks for days."""
    if not question.counted_stems or question.asks_money or question.language != "en":
        return False
    unit = UNIT.match(text, span[1])
    if unit is None:
        return False
    word = stem(fold(unit[0].split()[-1].strip("-")), "en")
    units = {word, *unit_stems([word])}
    return not any(is_same(other, asked) for other in units for asked in question.all_stems)


def _is_of_other_time(question: Question, text: str, span: Span) -> bool:
    """Whether the words "up from" are between an amount and all numbers of the question that a text has: the
    amount is that of another year."""
    comparison = _COMPARED.search(text) if question.question_type == "count" else None
    if comparison is None or not question.numbers:
        return False
    starts = [text.casefold().find(number) for number in question.numbers]
    sides = {start < comparison.start() for start in starts if start >= 0}
    return sides == {span[0] >= comparison.start()}


def names_somebody(question: Question, text: str) -> bool:
    """Whether a text names a person, body or country that the question does not, and not one that is yet to
    be chosen. True in languages whose names are not known by capitals."""
    if question.language not in ("en", *LANGUAGES):
        return True
    if _UNDECIDED.search(text) and " will " not in question.text:
        return False
    spans = answer_spans("who", text, question.all_stems, question.language)
    if question.language != "en":
        return bool(spans)
    return any(
        not is_time(text[start:end])
        and not _INSIDE.search(text[:start])
        and (" " in text[start:end] or not _says_what(text[:start], text[end:]))
        and (text[:start].strip("\"“‘' ") or not _describes("", text[start:end], text[end:]))
        for start, end in spans
    )


def with_limit(text: str, span: Span, language: str) -> Span:
    """Returns the span of an amount or time with what limits it before it, and the unit behind it: up to 30%,
    6 million lira."""
    if unit := UNIT.match(text, span[1]):
        span = (span[0], unit.end())
    limit = re.search(rf"{pattern('limits', language).pattern}\s+$", text[: span[0]], re.IGNORECASE)
    return (limit.start(), span[1]) if limit else span


def _may_answer(question: Question, text: str, span: Span, asked: list[Span]) -> bool:
    """Whether a span can be the fact. Excludes names in the question itself, and years if things are
    counted."""
    before, inside, after = text[: span[0]], text[span[0] : span[1]], text[span[1] :]
    is_asked = any(start < span[1] <= end for start, end in asked)
    match question.question_type:
        case "who":
            # A possessive, as in "Saltmere's market" or "the Greens' Otto Linn", names an owner.
            is_nobody = is_asked or _POSSESSIVE.search(inside) or fold(inside) in STOP_WORDS["en"]
            is_nobody = is_nobody or _IN.search(before) or is_time(inside)
            return not is_nobody and not _describes(before, inside, after)
        case "where":
            return not is_asked and _IN.search(before) is not None
        case "count":
            if "percent" in question.text.casefold():
                return "%" in inside or "per" in inside.casefold()
            return _YEAR.fullmatch(inside) is None
    return "year" not in question.text.casefold() or _YEAR.search(inside) is not None


def _describes(before: str, name: str, after: str) -> bool:
    """Whether a capitalised word is no person's name: the two Quayside members, (TIDE SHEET), Question for
    the mayor."""
    if " " in name.strip() and not before.endswith("("):
        return False
    if _says_what(before, after):
        return True
    if not before.strip("(\"“‘' "):
        return before.endswith("(") or _VERB.match(after) is None
    return _COUNTED.search(before) is not None and after[:2].strip().islower()


def _says_what(before: str, after: str) -> bool:
    """Whether the words around a capitalised word make it one for what somebody is."""
    is_kind = _A.search(before) or (_THE.search(before) and not _VERB.match(after))
    return after[1:2].islower() and bool(is_kind)


def _nearness(span: Span, asked: list[Span]) -> float:
    return sum(1 / (2 + max(start - span[1], span[0] - end, 0)) for start, end in asked)
