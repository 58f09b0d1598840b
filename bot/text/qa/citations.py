"""From a sentence to its citation, and to the words in it that are the fact asked for."""

from __future__ import annotations

import re
from typing import Literal

from bot.domain.answers import Citation, Quote
from bot.domain.articles import Article, Comment
from bot.text.language.index_tokens import fold
from bot.text.language.number_words import UNITS
from bot.text.language.slurs import slur_spans
from bot.text.language.stopwords import STOP_WORDS
from bot.text.qa.answer_types import TYPED, Span, is_time
from bot.text.qa.features import AnswerCandidate
from bot.text.qa.question import Question

CLEAR = {"who": 3.0, "where": 3.0, "when": 1.5, "count": 2.0}
"""The fact is pointed at where it stands so much nearer to the words asked than the next one. With these,
where the sentence has the answer, nine in ten of the dates and numbers pointed at in the development data
are it, and three in four of the names and places."""
IN = re.compile(r"\b(?:in|at|near|into|outside|on|to|from) (?:the )?$")
_POSSESSIVE = re.compile(r"(?:['’]s|s['’])(?!\w)")
_COUNTED = re.compile(
    rf"\b(?:the|other|both|all|many|some|most|{'|'.join(UNITS[2:11])}|\d+) $",
    re.IGNORECASE,
)
_ACTS = re.compile(r",| (?:and|has|had|is|was|will|would|says?|said|\w+ed|\w+s)\b")
_YEAR = re.compile(r"\b(?:1\d{3}|20\d\d)\b")


def cite(scored: AnswerCandidate) -> Citation:
    """The sentence as it is stored."""
    passage, sentence = scored.passage, scored.sentence
    return _citation(
        passage.article, passage.comment, passage.paragraph, sentence.start, sentence.end, sentence.text
    )


def cite_quote(article: Article, quote: Quote) -> Citation:
    """A quote of one of the article's comments."""
    return Citation(
        "comment",
        article.id,
        quote.comment,
        None,
        quote.start,
        quote.end,
        quote.text,
        article.title,
        article.source,
        quote.author,
        quote.posted_at,
        quote.masks,
        article.link,
    )


def _citation(
    article: Article, comment: Comment | None, paragraph: int | None, start: int, end: int, given: str
) -> Citation:
    # A comment's sentences are found in a copy in which what it quotes and links to is blanked.
    quote = given if comment is None else comment.text[start:end]
    kind: Literal["article", "title", "comment"] = "comment"
    if comment is None:
        kind = "title" if paragraph is None else "article"
    return Citation(
        kind=kind,
        article=article.id,
        comment=None if comment is None else comment.id,
        paragraph=paragraph,
        start=start,
        end=end,
        quote=quote,
        title=article.title,
        source=article.source,
        author=article.submitter if comment is None else comment.author,
        posted_at=article.posted_at if comment is None else comment.posted_at,
        masks=slur_spans(quote),
        link=article.link,
    )


def lead(question: Question, scored: AnswerCandidate) -> Span | None:
    """The span of the sentence that is the fact asked for, or None where it is not clear which that is."""
    if question.question_type not in TYPED or not scored.answer_spans:
        return None
    sentence = scored.sentence
    asked = set(question.stems)
    places = []
    at = 0
    for raw, stem in zip(sentence.raw_words, sentence.stems, strict=True):
        at = sentence.text.find(raw, at)
        if stem in asked:
            places.append((at, at + len(raw)))
        at += len(raw)
    ranked = sorted(
        (
            (_nearness(span, places) + _marked(question, sentence.text, span), span)
            for span in scored.answer_spans
            if _may_lead(question, sentence.text, span, places)
        ),
        reverse=True,
    )
    if not ranked or (len(ranked) > 1 and ranked[0][0] < CLEAR[question.question_type] * ranked[1][0]):
        return None
    return ranked[0][1]


def _may_lead(question: Question, text: str, span: Span, places: list[Span]) -> bool:
    """Leaves out what has only the form: names of the question itself, years where things are counted."""
    said = text[span[0] : span[1]]
    match question.question_type:
        case "who":
            inside = any(start < span[1] <= end for start, end in places)
            before, behind = text[: span[0]], text[span[1] :]
            # Saltmere's market, the Greens' Otto Linn: whose it is, not who.
            nobody = inside or _POSSESSIVE.search(said) or fold(said) in STOP_WORDS["en"]
            nobody = nobody or IN.search(before) or is_time(said)
            return not nobody and not _describes(before, said, behind)
        case "where":
            inside = any(start < span[1] <= end for start, end in places)
            return not inside and IN.search(text[: span[0]]) is not None
        case "count":
            if "percent" in question.text.casefold():
                return "%" in said or "per" in said.casefold()
            return _YEAR.fullmatch(said) is None
    return "year" not in question.text.casefold() or _YEAR.search(said) is not None


def _describes(before: str, said: str, behind: str) -> bool:
    """Whether a capital is no name of somebody: the two Quayside members, (TIDE SHEET), Question for the
    mayor."""
    if " " in said.strip() and not before.endswith("("):
        return False
    if not before.strip("(\"“‘' "):
        return before.endswith("(") or _ACTS.match(behind) is None
    return _COUNTED.search(before) is not None and behind[:2].strip().islower()


def _nearness(span: Span, places: list[Span]) -> float:
    return sum(1 / (2 + max(start - span[1], span[0] - end, 0)) for start, end in places)


def _marked(question: Question, text: str, span: Span) -> float:
    """1 where the words around tell that it is this one: what is counted is next, or "by" stands before."""
    if question.question_type == "who":
        return float(text[: span[0]].endswith((" by ", " by the ")))
    behind = text[span[1] : span[1] + 25].casefold()
    return float(any(stem in behind for stem in question.counted_stems if len(stem) > 2))
