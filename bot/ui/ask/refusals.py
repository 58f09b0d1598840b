"""What an answer that was refused says: one line that names what is missing, above the closest passage."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.answers import Answer
from bot.i18n import formats, msg

_FACTS = ("who", "when", "where", "count")
"""Types of questions of which it is known whether the closest passage has a fact of the kind."""
MAX_WORDS = 5
"""The most words that are named."""


def refusal(answer: Answer, articles: int, quoted: Callable[[str], str]) -> str:
    """The line for a question about so many articles, 0 for the whole archive. `quoted` quotes a word."""
    closest = _closest(answer, quoted)
    has_fact = bool(answer.closest) and answer.question_type in _FACTS and not answer.unmet
    if (answer.is_unclear or has_fact) and not (
        answer.lacks_fact or answer.lacking_words or answer.absent_words
    ):
        return " ".join(filter(None, [msg("answer-not-clear"), closest]))
    nowhere = answer.missing_words if answer.refused == "nothing-found" else ()
    absent = answer.absent_words or nowhere if not answer.unmet else ()
    together = () if answer.closest or answer.unmet or absent else answer.apart_words
    return " ".join(
        filter(
            None,
            [
                _lead(answer, articles, quoted),
                msg("answer-no-mention", words=_either(absent, quoted)) if absent else "",
                msg("answer-not-together", words=_both(together, quoted)) if together else "",
                closest,
            ],
        )
    )


def _lead(answer: Answer, articles: int, quoted: Callable[[str], str]) -> str:
    numbers = [word for word in answer.unmet if any(map(str.isdigit, word))]
    if numbers:
        return msg("answer-not-for", words=_either(numbers, quoted))
    return msg("answer-not-said", articles=articles)


def _closest(answer: Answer, quoted: Callable[[str], str]) -> str:
    """What stands above the closest passage; empty if there is none."""
    if not answer.closest:
        return ""
    if answer.in_other_language:
        return msg("answer-closest-language")
    is_named = answer.absent_words or any(any(map(str.isdigit, word)) for word in answer.unmet)
    if is_named:
        return msg("answer-closest")
    if lacking := answer.lacking_words or answer.unmet:
        return msg("answer-closest-lacks", words=_either(lacking, quoted))
    if answer.lacks_fact:
        return msg("answer-closest-fact", type=answer.question_type)
    return msg("answer-closest")


def _either(words: Sequence[str], quoted: Callable[[str], str]) -> str:
    return formats.alternatives(map(quoted, words[:MAX_WORDS]))


def _both(words: Sequence[str], quoted: Callable[[str], str]) -> str:
    return formats.joined(list(map(quoted, words)))
