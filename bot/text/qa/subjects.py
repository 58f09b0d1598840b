"""Whether a passage is about the subject of a question: its whole names, and most of its other words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from itertools import pairwise

from bot.text.language.index_tokens import fold, raw_words
from bot.text.language.stems import stem, stop_words
from bot.text.qa.features import AnswerCandidate, is_same
from bot.text.qa.passages import StemTable
from bot.text.qa.question import Question

MIN_SHARED, MIN_SHARED_WITH_PAIR = 0.6, 0.5
"""The least share of the question's words in a passage on its subject, and in one with two words of the
question side by side, such as "fish market"."""
MIN_SPELT_ALIKE = 5
"""The letters from which two names that differ in one are taken for the same."""
NOUNS_AS_NAMES = ("de",)
"""Languages that write every noun like a name."""
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_RUN = re.compile(
    r"[^\W\d_a-z][\w'’-]*(?:\s(?:(?:of|de|la|le|von|van|der|den|al|the)\s){0,2}[^\W\d_a-z][\w'’-]*)*"
)


def is_on_subject(
    question: Question, candidate: AnswerCandidate, idf: Mapping[str, float], stem_table: StemTable
) -> bool:
    """Whether the candidate's passage or its headline has the rarest name of the question, whole, and most
    of the question's words."""
    passage = candidate.passage
    text = f"{candidate.sentence.text} {passage.article.title}"
    stems = {stem_table[raw] for raw in raw_words(undotted(text))}.union(passage.stems)
    asked = set(question.stems)
    shared = sum(is_among(word, stems) for word in asked)
    has_pair = not set(pairwise(question.stems)).isdisjoint(pairwise(candidate.sentence.stems))
    if shared < max(1, (MIN_SHARED_WITH_PAIR if has_pair else MIN_SHARED) * len(asked)):
        return False
    runs = name_runs(question)
    if question.language not in NOUNS_AS_NAMES:
        rarest = max(question.names, key=lambda name: idf.get(name, 0.0), default=None)
        runs = [run for run in runs if rarest in run]
    return not runs or any(all(is_among(name, stems) for name in run) for run in runs)


def is_among(word: str, stems: Collection[str]) -> bool:
    """Whether a text with these stems has a word in any form, or spelt with one other letter."""
    return word in stems or any(is_same(word, other) or is_spelt_alike(word, other) for other in stems)


def is_spelt_alike(word: str, other: str) -> bool:
    """Whether two long words differ in one letter, which is changed, added or left out."""
    shorter, longer = sorted((word, other), key=len)
    if len(shorter) < MIN_SPELT_ALIKE or len(longer) - len(shorter) > 1 or any(map(str.isdigit, longer)):
        return False
    same = next((n for n, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return shorter[same + (len(shorter) == len(longer)) :] == longer[same + 1 :]


def name_runs(question: Question) -> list[list[str]]:
    """Returns the stems of each name of one or more words, in order."""
    stops = stop_words(question.language)
    runs = (raw_words(run[0]) for run in _RUN.finditer(undotted(question.text)))
    names = [
        [stem(fold(raw), question.language) for raw in run if raw.isupper() or fold(raw) not in stops]
        for run in runs
    ]
    return [run for run in names if not question.names.isdisjoint(run)]


def undotted(text: str) -> str:
    """Writes abbreviations without full stops: US for U.S."""
    return _DOTTED.sub(lambda match: match[0].replace(".", ""), text)
