"""Questions as they would be written with care: names with capitals, and words as the archive spells them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

from bot.domain.answers import Evidence
from bot.domain.index_words import fold
from bot.text.qa.question import Question, parse_question

MIN_CAPITAL_SHARE = 0.8
"""The least share of a word's occurrences within sentences that have a capital, for a name."""
MAX_HEADLINE_SHARE = 0.5
"""The share of words with a capital from which a headline writes every word so, and shows no names."""
MAX_READ = 10_000
"""How much of each text is read."""


def recased(question: Question, evidence: Evidence) -> Question:
    """Returns a question typed in lower case with the capitals that its words have in the evidence."""
    if not question.text[1:].islower():
        return question
    forms = _forms(question, evidence)
    words = re.compile(r"[^\W_]+")
    text = words.sub(lambda match: forms.get(match[0].casefold(), match[0]), question.text)
    if text == question.text:
        return question
    return replace(parse_question(text, question.language), question_type=question.question_type)


def respell(question: Question, evidence: Evidence) -> Question | None:
    """Returns the question with the archive's spelling of words that were typed in lower case; None if it
    has those words, or no such spelling."""
    words = re.compile(r"[^\W\d_]+")
    text = words.sub(
        lambda match: evidence.respelled.get(fold(match[0]), match[0]) if match[0].islower() else match[0],
        question.text,
    )
    return None if text == question.text else parse_question(text)


def _forms(question: Question, evidence: Evidence) -> dict[str, str]:
    """Maps words of the question that are names to how they are written."""
    asked = {word.casefold() for word in re.findall(r"[^\W\d_]{2,}", question.text)}
    asked = {word for word in asked if fold(word) in question.words}
    if not asked:
        return {}
    pattern = re.compile(rf"(?<=[\w,;:('‘“] )(?:{'|'.join(map(re.escape, sorted(asked)))})\b", re.IGNORECASE)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in _texts(evidence):
        for word in pattern.findall(text[:MAX_READ]):
            counts[word.casefold()][word] += 1
    return {word: form for word, spellings in counts.items() if (form := _name(spellings))}


def _name(spellings: Counter[str]) -> str:
    """Returns the commonest form with a capital, or "" for a word that is often without one."""
    capital = Counter({form: count for form, count in spellings.items() if form[0].isupper()})
    if not capital or capital.total() < MIN_CAPITAL_SHARE * spellings.total():
        return ""
    return capital.most_common(1)[0][0]


def _texts(evidence: Evidence) -> Iterator[str]:
    for article in (*evidence.articles, *evidence.threads):
        words = article.title.split()
        if sum(word[:1].isupper() for word in words) <= MAX_HEADLINE_SHARE * len(words):
            yield article.title
        for paragraph in article.paragraphs:
            yield paragraph.text
    for comment in evidence.comments:
        yield comment.text
