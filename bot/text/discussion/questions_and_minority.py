"""Selects what is shown with a thread's themes: its open questions, and one comment with a different view."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.domain.answers import Quote
from bot.text.discussion.quotes import (
    CommentSentence,
    CommentText,
    count_stems,
    has_quotable_length,
    is_context_dependent,
    is_question,
    pick_distinct,
    quality,
)
from bot.text.language.comment_tokens import CommentStemmer

MAX_QUESTIONS = 3
MIN_QUALITY = -0.5
"""The minimum quality of a minority sentence."""
MAX_READ_FOR_MINORITY = 300
"""At most this many comments in no theme are read, by score if they have any."""
_QUESTION_START = re.compile(
    r"(?:(?:and|but|so|ok|okay|well|now),? )?(?:who|what|when|where|why|how|which|whose|is|are|was|were|do"
    r"|does|did|can|could|will|would|should|has|have|had|isn['’]t|aren['’]t|doesn['’]t|don['’]t|didn['’]t"
    r"|won['’]t|anyone|any|wer|wann|wo|warum|wie|qui|que|quand|où|pourquoi|comment|quién|qué|cuándo|dónde"
    r"|cómo|кто|что|когда|где|почему|как|hat|haben|ist|sind|gibt|kann|können|soll|wird|weiß|muss|darf|welche[rs]?"
    r"|est-ce|y a-t-il|quelqu['’]un|quelles?|combien|hay|alguien|puede|cuánto|cuál|есть|можно|зачем|сколько"
    r"|neden|nasıl|niye|kim|nerede|bilen)\b",
    re.IGNORECASE,
)
_QUESTION_MARK = re.compile(r"[?？؟]")
_SECOND_PERSON = re.compile(r"\b(?:you|your|you're|u|dude|bro|mate)\b", re.IGNORECASE)


def best_questions(
    texts: Sequence[CommentText], stemmer: CommentStemmer, *, scored: bool
) -> tuple[Quote, ...]:
    """Returns the questions to everybody that are closest to the subject of `texts`, oldest first."""
    counts = count_stems(texts)
    ranked = [
        (_question_score(sentence, counts, len(texts), scored=scored), sentence)
        for text in texts
        if _QUESTION_MARK.search(text.own_text)
        for sentence in text.sentences(stemmer)
        if is_question(sentence.text) and has_quotable_length(sentence) and len(sentence.stems) >= 2
    ]
    ranked.sort(key=lambda pair: (-pair[0], pair[1].comment.id))
    chosen = pick_distinct([sentence for score, sentence in ranked if score > 0], MAX_QUESTIONS)
    chosen.sort(key=lambda sentence: (sentence.comment.posted_at, sentence.comment.id))
    return tuple(sentence.quote() for sentence in chosen)


def _question_score(sentence: CommentSentence, counts: Counter[str], total: int, *, scored: bool) -> float:
    shared = sorted((counts[stem] / total for stem in sentence.stems if counts[stem] > 1), reverse=True)
    score = 1.2 + quality(sentence) + 2 * sum(shared[:3])
    score += 0.4 if _QUESTION_START.match(sentence.text) else -0.8
    score -= 0.5 * bool(_SECOND_PERSON.search(sentence.text))
    if scored and (sentence.comment.score or 0) > 1:
        score += 0.2
    return score


def minority_quote(
    unthemed: Sequence[CommentText],
    counts: Counter[str],
    subject: frozenset[str],
    stemmer: CommentStemmer,
    *,
    scored: bool,
) -> Quote | None:
    """Returns the best sentence of `unthemed`, the comments in no theme: about the thread's `subject` or
    words that others use, with content that nobody else has. `counts` maps each stem to the number of
    comments with it."""
    best: tuple[float, int, CommentSentence] | None = None
    for text in _sample(unthemed, scored=scored):
        for sentence in text.sentences(stemmer):
            is_question_or_reply = is_question(sentence.text) or is_context_dependent(sentence)
            if not has_quotable_length(sentence) or is_question_or_reply:
                continue
            if not sentence.stems & subject and not any(counts[stem] >= 3 for stem in sentence.stems):
                continue
            form = quality(sentence)
            score = form + 0.15 * min(sum(1 for stem in sentence.stems if counts[stem] == 1), 4)
            if scored:
                score += 0.1 * min(max(text.comment.score or 0, 0), 10)
            if form > MIN_QUALITY and (best is None or (score, -text.comment.id) > best[:2]):
                best = (score, -text.comment.id, sentence)
    return best[2].quote() if best is not None else None


def _sample(texts: Sequence[CommentText], *, scored: bool) -> Sequence[CommentText]:
    if len(texts) <= MAX_READ_FOR_MINORITY:
        return texts
    if scored:
        return sorted(texts, key=lambda text: -(text.comment.score or 0))[:MAX_READ_FOR_MINORITY]
    return texts[:: len(texts) // MAX_READ_FOR_MINORITY]
