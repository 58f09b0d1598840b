"""Selects what single comments say, for threads in which few comments have words in common."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence

from bot.domain.answers import Quote
from bot.text.discussion.clusters import Clustering
from bot.text.discussion.headings import can_head, has_verb, is_joke
from bot.text.discussion.quotes import (
    CommentSentence,
    CommentText,
    has_markup,
    is_question,
    make_quote,
    pick_distinct,
    quality,
    speaks_to_somebody,
)
from bot.text.discussion.spelling import Spelling
from bot.text.discussion.themes import FoundTheme
from bot.text.discussion.withdrawals import withdrawn_comments
from bot.text.language.comment_tokens import CommentStemmer
from bot.text.language.markup import has_spoiler, own_spans
from bot.text.language.slurs import slur_spans

MAX_POINTS = 4
"""The most points, and for each theme one less: with so many themes, a thread needs no single points."""
FIRST_BONUS = 0.4
"""What speaks for the first sentence of a comment, which needs no other."""
WHOLE_BONUS = 0.4
MAX_WHOLE_CHARACTERS = 220
"""A comment of several sentences that is no longer is quoted whole: its first one often only prepares its
point."""
_NOTE = re.compile(r"\bu/\w|(?<!\w)@\w|\b(?:edit(?:ed)?|p\.?s\.?|sources?|update)\b ?\d{0,2}:", re.IGNORECASE)
VOTES_WEIGHT, REPLIES_WEIGHT, USUAL_WEIGHT = 0.3, 0.3, 0.5


def single_points(
    texts: Sequence[CommentText],
    themes: Sequence[FoundTheme],
    stemmer: CommentStemmer,
    clustering: Clustering,
    spelling: Spelling,
    quoted: Collection[int],
) -> tuple[Quote, ...]:
    """Returns clear statements of different people, none like another or like the quotes of the `themes`, and
    with these themes at most MAX_POINTS, oldest first: of those with the most votes and replies, which are
    most like the other comments. None is of a comment in `quoted` or of a reply, which few can follow
    without what it answers."""
    if len(themes) >= MAX_POINTS:
        return ()
    replies = {text.comment.id: 0 for text in texts}
    for text in texts:
        if text.comment.parent in replies:
            replies[text.comment.parent] += 1
    sentences = _statements(texts, stemmer, spelling, quoted)
    if not sentences:
        return ()
    near = clustering.space.rows([s.words for s in sentences]) @ clustering.rows.mean(axis=0)

    wholes = {text.comment.id: whole for text in texts if (whole := _whole(text, stemmer, spelling))}

    def worth(place: int) -> float:
        sentence = sentences[place]
        votes = math.log1p(max(sentence.comment.score or 0, 0))
        answers = math.log1p(replies[sentence.comment.id])
        form = quality(sentence) + FIRST_BONUS * (sentence.index == 0)
        form += USUAL_WEIGHT * spelling.usual_share(sentence)
        form += WHOLE_BONUS * (sentence.index == 0 and sentence.comment.id in wholes)
        return float(near[place]) + form + VOTES_WEIGHT * votes + REPLIES_WEIGHT * answers

    ranked = sorted(range(len(sentences)), key=lambda place: (-worth(place), place))
    shown = [s for theme in themes for s in (theme.head, theme.second) if s is not None]
    chosen: list[CommentSentence] = pick_distinct(
        [sentences[place] for place in ranked], MAX_POINTS - len(themes), shown
    )
    chosen.sort(key=lambda sentence: (sentence.comment.posted_at, sentence.comment.id))
    return tuple(
        wholes[s.comment.id] if s.index == 0 and s.comment.id in wholes else s.quote() for s in chosen
    )


def _statements(
    texts: Sequence[CommentText], stemmer: CommentStemmer, spelling: Spelling, quoted: Collection[int]
) -> list[CommentSentence]:
    """Returns what can be quoted of comments that neither are `quoted` nor reply to one of `texts`, and that
    their authors do not withdraw."""
    numbers = {text.comment.id for text in texts}
    left_out = {*quoted, *withdrawn_comments(texts)}
    return [
        sentence
        for text in texts
        if text.comment.id not in left_out and text.comment.parent not in numbers
        for sentence in text.sentences(stemmer)
        if can_head(sentence) and spelling.is_quotable(sentence) and spelling.says_more_than_title(sentence)
        if stemmer.language != "en" or has_verb(sentence)
    ]


def _whole(text: CommentText, stemmer: CommentStemmer, spelling: Spelling) -> Quote | None:
    """Returns a short comment of several sentences as one quote, if all of them can be quoted."""
    spans = own_spans(text.comment.text)
    if len(spans) != 1 or spans[0][1] - spans[0][0] > MAX_WHOLE_CHARACTERS:
        return None
    whole = text.comment.text[slice(*spans[0])]
    # Smileys and spoilers between the sentences are of the quote too.
    if "\n" in whole or is_joke(whole) or has_spoiler(whole) or slur_spans(whole) or _is_annotated(whole):
        return None
    sentences = text.sentences(stemmer)
    if len(sentences) < 2 or not all(spelling.is_quotable(sentence) for sentence in sentences):
        return None
    if any(is_question(s.text) or speaks_to_somebody(s) for s in sentences):
        return None
    return make_quote(text.comment, *spans[0])


def _is_annotated(text: str) -> bool:
    """Whether a text has markup, names a member, or has a note such as "Edit: ..."."""
    return has_markup(text) or _NOTE.search(text) is not None
