"""What stands beside a thread's themes: the questions asked, and a comment of the minority worth reading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.domain.answers import Quote
from bot.text.discussion.quotes import (
    CommentSentence,
    CommentText,
    has_quotable_length,
    is_context_dependent,
    is_question,
    pick_distinct,
    quality,
)
from bot.text.language.comment_tokens import CommentStemmer

MAX_QUESTIONS = 3
MIN_QUALITY = -0.5
"""The form of a sentence that is still worth reading alone."""
MAX_READ_FOR_MINORITY = 300
"""Of the comments in no theme so many are read, the best liked ones where they have scores."""
_ASKS = re.compile(
    r"(?:(?:and|but|so|ok|okay|well|now),? )?(?:who|what|when|where|why|how|which|whose|is|are|was|were|do"
    r"|does|did|can|could|will|would|should|has|have|had|isn['’]t|aren['’]t|doesn['’]t|don['’]t|didn['’]t"
    r"|won['’]t|anyone|any|wer|wann|wo|warum|wie|qui|que|quand|où|pourquoi|comment|quién|qué|cuándo|dónde"
    r"|cómo|кто|что|когда|где|почему|как|hat|haben|ist|sind|gibt|kann|können|soll|wird|weiß|muss|darf|welche[rs]?"
    r"|est-ce|y a-t-il|quelqu['’]un|quelles?|combien|hay|alguien|puede|cuánto|cuál|есть|можно|зачем|сколько"
    r"|neden|nasıl|niye|kim|nerede|bilen)\b",
    re.IGNORECASE,
)
_MARK = re.compile(r"[?？؟]")
_TO_ONE = re.compile(r"\b(?:you|your|you're|u|dude|bro|mate)\b", re.IGNORECASE)


def best_questions(
    voices: Sequence[CommentText], stems: CommentStemmer, *, scored: bool
) -> tuple[Quote, ...]:
    """The questions that are most about what the thread is about, asked of everybody, in the order asked."""
    common = Counter(stem for voice in voices for stem in voice.stems)
    asked: list[tuple[float, CommentSentence]] = []
    for voice in voices:
        if _MARK.search(voice.own_text):
            asked += [
                (_question_score(said, common, len(voices), scored=scored), said)
                for said in voice.sentences(stems)
                if is_question(said.text) and has_quotable_length(said) and len(said.stems) >= 2
            ]
    asked.sort(key=lambda pair: (-pair[0], pair[1].comment.id))
    chosen = pick_distinct([said for worth, said in asked if worth > 0], MAX_QUESTIONS)
    chosen.sort(key=lambda said: (said.comment.posted_at, said.comment.id))
    return tuple(said.quote() for said in chosen)


def _question_score(said: CommentSentence, common: Counter[str], total: int, *, scored: bool) -> float:
    shared = sorted((common[stem] / total for stem in said.stems if common[stem] > 1), reverse=True)
    worth = 1.2 + quality(said) + 2 * sum(shared[:3])
    worth += 0.4 if _ASKS.match(said.text) else -0.8
    worth -= 0.5 * bool(_TO_ONE.search(said.text))
    if scored and (said.comment.score or 0) > 1:
        worth += 0.2
    return worth


def minority_quote(
    left: Sequence[CommentText],
    voices: Sequence[CommentText],
    subject: frozenset[str],
    stems: CommentStemmer,
    *,
    scored: bool,
) -> Quote | None:
    """The best sentence of `left`, the comments in no theme: about the thread's `subject` or words others
    use, and saying something that nobody else says."""
    common = Counter(stem for voice in voices for stem in voice.stems)
    best: tuple[float, int, CommentSentence] | None = None
    for voice in _sample(left, scored=scored):
        for said in voice.sentences(stems):
            if not has_quotable_length(said) or is_question(said.text) or is_context_dependent(said):
                continue
            if not said.stems & subject and not any(common[stem] >= 3 for stem in said.stems):
                continue
            own = sum(1 for stem in said.stems if common[stem] == 1)
            form = quality(said)
            worth = form + 0.15 * min(own, 4)
            if scored:
                worth += 0.1 * min(max(voice.comment.score or 0, 0), 10)
            if form > MIN_QUALITY and (best is None or (worth, -voice.comment.id) > best[:2]):
                best = (worth, -voice.comment.id, said)
    return best[2].quote() if best is not None else None


def _sample(left: Sequence[CommentText], *, scored: bool) -> Sequence[CommentText]:
    if len(left) <= MAX_READ_FOR_MINORITY:
        return left
    if scored:
        return sorted(left, key=lambda voice: -(voice.comment.score or 0))[:MAX_READ_FOR_MINORITY]
    return left[:: len(left) // MAX_READ_FOR_MINORITY]
