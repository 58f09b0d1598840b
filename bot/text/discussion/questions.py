"""Selects the open questions of a thread."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.domain.answers import Quote
from bot.text.discussion.headings import refers_back
from bot.text.discussion.quotes import (
    CommentSentence,
    CommentText,
    count_stems,
    has_quotable_length,
    is_question,
    pick_distinct,
    quality,
)
from bot.text.language.comment_tokens import CommentStemmer

MAX_QUESTIONS = 3
MIN_QUALITY = -1.6
"""The quality, with what is added and subtracted, above which a question is shown."""
_QUESTION_START = re.compile(
    r"(?:(?:and|but|so|ok|okay|well|now),? )?(?:who|what|when|where|why|how|which|whose|is|are|was|were|do"
    r"|does|did|can|could|will|would|should|has|have|had|isn['’]t|aren['’]t|doesn['’]t|don['’]t|didn['’]t"
    r"|won['’]t|anyone|any|wer|wann|wo|warum|wie|qui|que|quand|où|pourquoi|comment|quién|qué|cuándo|dónde"
    r"|cómo|кто|что|когда|где|почему|как|hat|haben|ist|sind|gibt|kann|können|soll|wird|weiß|muss|darf|welche[rs]?"
    r"|est-ce|y a-t-il|quelqu['’]un|quelles?|combien|hay|alguien|puede|cuánto|cuál|есть|можно|зачем|сколько"
    r"|neden|nasıl|niye|kim|nerede|bilen)\b",
    re.IGNORECASE,
)
_RHETORICAL = re.compile(
    r"^(?:(?:and|but|so|ok|okay|well|now),? )?"
    r"(?:why\b(?! (?:did|was|were|has|have)\b(?! (?:we|i|they)\b))|are you\b|since when\b"
    r"|(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had)n['’]t\b"
    r"|(?:is|are|do|can|should) we\b|would (?:you|they|we|anyone)\b|do (?:you|they) (?:really|want)\b"
    r"|who (?:are|cares|would|could|wants|needs|says)\b|how (?:can|could|dare|would|is that|is this)\b"
    r"|what (?:(?:is|are)|['’]s) (?:the |to )?(?:point|problem|harm|use|difference|wrong|next|stop)"
    r"|what (?:kind|sort|right|else|could|would|gives)\b)"
    r"|[,;.?!:)] ?(?:so|then|and|but|why|what|how|who|is|are|isn['’]t|right|no|really|or)\b"
    r"[^,;?]{0,80}\?\W{0,3}\Z",
    re.IGNORECASE,
)
"""English questions that claim something, or end a claim, and ask nothing."""
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
        if is_question(sentence.text)
        and _QUESTION_START.match(sentence.text)
        and not _RHETORICAL.search(sentence.text)
        and not refers_back(sentence.text)
        and has_quotable_length(sentence)
        and len(sentence.stems) >= 2
    ]
    ranked.sort(key=lambda pair: (-pair[0], pair[1].comment.id))
    chosen = pick_distinct([sentence for score, sentence in ranked if score > 0], MAX_QUESTIONS)
    chosen.sort(key=lambda sentence: (sentence.comment.posted_at, sentence.comment.id))
    return tuple(sentence.quote() for sentence in chosen)


def _question_score(sentence: CommentSentence, counts: Counter[str], total: int, *, scored: bool) -> float:
    shared = sorted((counts[stem] / total for stem in sentence.stems if counts[stem] > 1), reverse=True)
    score = quality(sentence) - MIN_QUALITY + 2 * sum(shared[:3])
    score -= 0.5 * bool(_SECOND_PERSON.search(sentence.text))
    if scored and (sentence.comment.score or 0) > 1:
        score += 0.2
    return score
