"""Questions that only a sentence of one form answers: ages, causes of death, offices, what somebody is.

Such a sentence may share fewer words with the question than others, as "Mr Tanzi, 66, spoke" with "How old is
Calisto Tanzi?"."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.index_words import fold
from bot.text.language.index_tokens import raw_words
from bot.text.language.stems import stem
from bot.text.qa.answer_types import AGE, AGE_THEN
from bot.text.qa.features import AnswerCandidate, is_same
from bot.text.qa.question import Question

MAX_SENTENCE = 2_000
"""How much of a sentence is read."""
_VOTES = re.compile(r"\bvot(?:e[ds]?|ers?|ing) (?:\w+ )?against\b|\bvoted no\b", re.IGNORECASE)
_VOTE = re.compile(r"\bvot(?:e[ds]?|ers?|ing)\b", re.IGNORECASE)
_AGAINST = re.compile(r"\bagainst\b", re.IGNORECASE)
_OPPOSED = re.compile(r"\bvoted no\b|\bno votes?\b|\bopposed\b", re.IGNORECASE)
_HOW_OLD = re.compile(r"\W*how old\b", re.IGNORECASE)
_HOW_DIED = re.compile(r"\W*how (?:did|was|were|had) .{1,100}\b(?:die|died|killed)\b", re.IGNORECASE)
_DEATH = re.compile(
    r"\b(?:die[ds]?|dying|killed|dead|death|perished)\b(?: \w+){0,3}"
    r" (?:of|from|in|by|after|when|as|because|at the hands)\b"
    r"|\b(?:shot|stabbed|drowned|hanged|beheaded|executed|murdered|poisoned|suicide|overdose|heart attack"
    r"|cancer|crash(?:ed)?|cause of death)\b",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\W*who(?: (?:is|was|are|were)|['’]s) (?:the |an? )?(?:[\w'’-]+ ){0,4}?"
    r"(?P<office>president|minister|premier|chancellor|executive|director|leader|king|queen|emperor|pope"
    r"|chairman|chairwoman|chair|ceo|cfo|mayor|governor|senator|coach|captain|manager|editor|founder|owner"
    r"|spokesman|spokeswoman|ambassador|secretary|commissioner|judge|author|producer|creator|inventor|host"
    r"|wife|husband|father|mother|son|daughter|brother|sister)"
    r"(?: (?:of|for|in|at|to|when|during)\b|\W*$)",
    re.IGNORECASE,
)
_DEFINED = re.compile(
    r"\W*(?:what|who)(?: (?:is|was|are|were)|['’]s) (?:the |an? )?(?P<name>[^?]+?)\W*$", re.IGNORECASE
)
_BEHIND = re.compile(
    r"[\"”’')\]]{0,2}(?: ?\([^)]{1,60}\))?(?:"
    r" (?:is|was|are|were|has been) (?:\w+ )?(?:an?|the|one|among|known|based|located|owned|founded|created"
    r"|made|used|part|short for|called)\b"
    r"| (?:refers to|means|stands for|denotes)\b"
    r"|(?:,|\s?[–—-]) (?:(?:an?|the|who|which|also|formerly|known)\b|\d{2},))"
)
"""What follows a name that the sentence explains."""
_KINDS = (
    r"(?:er|or|ist|ian|man|ent|ant|ary|eer|ief|ive|star|king|queen|firm|company|group|band|club|giant|party"
    r"|agency|city|river|town|village|country|island|drug|virus|disease|poison|law|bill|site|service)"
)
_BEFORE = re.compile(rf"(?:\b(?:called|named|known as|dubbed)|\b[a-z]+{_KINDS}),? [\"“‘']?$|[A-Za-z] \($")

Form = Callable[[AnswerCandidate], bool]


def decisive_form(question: Question) -> Form | None:
    """Returns whether a sentence has the form that answers the question; None for other questions, and for
    those in other languages than English."""
    if question.language != "en":
        return None
    if question.question_type == "who" and _VOTES.search(question.text):
        return lambda candidate: _is_about_votes_against(_text(candidate))
    if question.question_type == "count" and _HOW_OLD.match(question.text):
        age = AGE if " when " not in question.text else AGE_THEN
        return lambda candidate: _names_and_has(age, question, candidate)
    if _HOW_DIED.match(question.text):
        return lambda candidate: _names_and_has(_DEATH, question, candidate)
    if office := _OFFICE.match(question.text):
        held = stem(fold(office["office"]), "en")
        return lambda candidate: _has_office(question, candidate, held)
    defined = _DEFINED.match(question.text)
    if defined and question.stems and set(question.stems) <= question.names | question.numbers:
        return lambda candidate: _defines(_text(candidate), defined["name"])
    return None


def _text(candidate: AnswerCandidate) -> str:
    return candidate.sentence.text[:MAX_SENTENCE]


def _is_about_votes_against(text: str) -> bool:
    return bool(_OPPOSED.search(text) or (_VOTE.search(text) and _AGAINST.search(text)))


def _names_and_has(pattern: re.Pattern[str], question: Question, candidate: AnswerCandidate) -> bool:
    """Whether a sentence has what is sought, and a name of the question, if that has one."""
    is_named = not question.names or not candidate.sentence.stem_set.isdisjoint(question.names)
    return is_named and pattern.search(_text(candidate)) is not None


def _has_office(question: Question, candidate: AnswerCandidate, held: str) -> bool:
    """Whether a sentence speaks of an office, in a passage or below a headline with a name asked for."""
    if not any(is_same(held, other) for other in candidate.sentence.stem_set):
        return False
    passage = candidate.passage
    title = {stem(fold(raw), "en") for raw in raw_words(passage.article.title[:MAX_SENTENCE])}
    return not question.names or not question.names.isdisjoint(title.union(passage.stems))


def _defines(text: str, name: str) -> bool:
    """Whether a sentence says what a name stands for: X is a, X, the, the drummer X, (X)."""
    start = text.casefold().find(name.casefold())
    last = re.compile(rf"(?<!\w){re.escape(name.split()[-1])}(?!\w)", re.IGNORECASE)
    for match in last.finditer(text):
        before = text[: start if 0 <= start <= match.start() else match.start()]
        if _BEHIND.match(text, match.end()) or _BEFORE.search(before):
            return True
    return False
