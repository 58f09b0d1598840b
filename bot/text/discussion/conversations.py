"""Adds to the themes of a thread what its replies and votes show: who agrees, and what many answer."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import replace

from bot.text.discussion.clusters import Clustering
from bot.text.discussion.headings import MAX_CHARACTERS, can_head, is_joke
from bot.text.discussion.quotes import (
    CommentSentence,
    CommentText,
    has_quotable_length,
    is_question,
    is_repetition,
    quality,
)
from bot.text.discussion.spelling import Spelling
from bot.text.discussion.themes import FoundTheme, max_themes
from bot.text.language.comment_tokens import CommentStemmer

MIN_REPLIES = 2
MIN_SCORE = 7
"""Points of one person to which fewer reply and for which fewer vote are not shown."""
FIRST_BONUS = 0.4
"""What speaks for the first sentence of a comment, which needs no other."""
MAX_POINTS_SHARE = 0.4
"""The maximum share of the themes that are one person's points, if there are others."""
MAX_AGREEMENT_WORDS = 12
MIN_REPLY_QUALITY = -1.3
_AGREES = re.compile(
    r"(?:i (?:\w+ )?)?(?:agreed?|exactly|this|absolutely|precisely|seconded|amen|yes|yep|yup|yeah|true"
    r"|so true|same here|me too|well said|well put|good point|great point|\+1|indeed)\b(?! is| was)",
    re.IGNORECASE,
)
_QUALIFIES = re.compile(
    r"\b(?:but|however|although|though|except|unless|disagree|not|yet)\b|n['’]t\b|\?", re.IGNORECASE
)


def agrees(text: str) -> bool:
    """Whether an English reply only agrees with what it answers."""
    is_short = len(text.split()) <= MAX_AGREEMENT_WORDS
    return is_short and _AGREES.match(text.strip()) is not None and not _QUALIFIES.search(text)


def add_replies(
    themes: Sequence[FoundTheme],
    texts: Sequence[CommentText],
    stemmer: CommentStemmer,
    clustering: Clustering,
    spelling: Spelling,
    quoted: Container[int] = (),
) -> list[FoundTheme]:
    """Returns the themes with the replies that agree with their comments and the others below their first
    one, and after them, up to `max_themes`, the comments in no theme with the most replies and votes. None of
    those in `quoted` is quoted."""
    return _Conversations(themes, texts, stemmer, clustering, spelling, quoted).themes()


class _Conversations:
    def __init__(
        self,
        themes: Sequence[FoundTheme],
        texts: Sequence[CommentText],
        stemmer: CommentStemmer,
        clustering: Clustering,
        spelling: Spelling,
        quoted: Container[int],
    ) -> None:
        self._quoted = quoted
        self._spelling = spelling
        self._clustering = clustering
        self._themes = themes
        self._texts = texts
        self._by_id = {text.comment.id: text for text in texts}
        self._stemmer = stemmer
        self._below: defaultdict[int, list[CommentText]] = defaultdict(list)
        for text in texts:
            if text.comment.parent is not None:
                self._below[text.comment.parent].append(text)
        self._taken = {text.comment.id for theme in themes for text in theme.texts}
        self._taken |= {theme.second.comment.id for theme in themes if theme.second is not None}

    def themes(self) -> list[FoundTheme]:
        most = max_themes(len(self._texts))
        points = self._points(most)
        kept = max(most - len(points), most - MAX_POINTS_SHARE * most)
        themes = list(self._themes[: round(kept)])
        themes += points[: most - len(themes)]
        shown = [sentence for theme in themes for sentence in (theme.head, theme.second) if sentence]
        complete = []
        for theme in themes:
            whole = self._with_replies(theme, shown)
            if whole.second is not None and whole.second is not theme.second:
                shown.append(whole.second)
            complete.append(whole)
        return complete

    def _points(self, most: int) -> list[FoundTheme]:
        """Returns the comments that no other theme quotes with the most replies and votes. What replies to
        one that can be read is none: few are clear without that."""
        points: list[FoundTheme] = []
        shown = [theme.head for theme in self._themes]
        shown += [theme.second for theme in self._themes if theme.second is not None]
        ranked = sorted(self._texts, key=lambda text: (-self._weight(text), text.comment.id))
        for text in ranked[: 4 * most]:
            if len(points) == most:
                break
            number = text.comment.id
            if text.comment.parent in self._by_id or not self._stands_out(text):
                continue
            if number in self._taken or number in self._quoted:
                continue
            head = self._head(text)
            if head is not None and not any(is_repetition(head, other) for other in shown):
                shown.append(head)
                points.append(FoundTheme(head, (text,)))
        return points

    def _head(self, text: CommentText) -> CommentSentence | None:
        """Returns the sentence of a comment that reads well and is most like the comment and its replies."""
        sentences = [sentence for sentence in text.sentences(self._stemmer) if self._is_clear(sentence)]
        if not sentences:
            return None
        context = [text.words, *(reply.words for reply in self._replies(text))]
        rows = self._clustering.space.rows([*(s.words for s in sentences), *context])
        near = rows[: len(sentences)] @ rows[len(sentences) :].mean(axis=0)
        form = [quality(sentence) + FIRST_BONUS * (sentence.index == 0) for sentence in sentences]
        best: CommentSentence = sentences[int((near + form).argmax())]
        return best

    def _is_clear(self, sentence: CommentSentence) -> bool:
        return can_head(sentence) and self._spelling.is_quotable(sentence)

    def _stands_out(self, text: CommentText) -> bool:
        """Whether enough people reply to a comment or vote for it."""
        return len(self._below[text.comment.id]) >= MIN_REPLIES or (text.comment.score or 0) >= MIN_SCORE

    def _weight(self, text: CommentText) -> float:
        return len(self._below[text.comment.id]) + math.log2(1 + max(text.comment.score or 0, 0))

    def _replies(self, text: CommentText) -> list[CommentText]:
        """Returns the comments below a comment."""
        below: list[CommentText] = []
        queue = [text.comment.id]
        for number in queue:
            below += self._below[number]
            queue += [reply.comment.id for reply in self._below[number]]
        return below

    def _with_replies(self, theme: FoundTheme, shown: Sequence[CommentSentence]) -> FoundTheme:
        saying = {text.comment.id for text in theme.texts}
        agreeing = tuple(
            reply
            for text in theme.texts
            for reply in self._below[text.comment.id]
            if agrees(reply.own_text) and reply.comment.id not in saying
        )
        replies = [r for r in self._replies(theme.texts[0]) if r not in agreeing]
        second = self._reply(theme.head, replies, shown) or theme.second
        return replace(theme, texts=(*theme.texts, *agreeing), replies=tuple(replies), second=second)

    def _reply(
        self, head: CommentSentence, replies: Sequence[CommentText], shown: Sequence[CommentSentence]
    ) -> CommentSentence | None:
        """Returns the sentence of a direct reply that reads best, of those with the most votes, and that is
        not shown elsewhere. If the head is not all that it replies to, the sentence is clear without that
        and shares a word with the head."""
        is_whole = len(self._by_id[head.comment.id].sentences(self._stemmer)) == 1
        sentences = [
            sentence
            for reply in replies
            if reply.comment.parent == head.comment.id and reply.comment.id not in self._quoted
            for sentence in reply.sentences(self._stemmer)
            if has_quotable_length(sentence)
            and len(sentence.text) <= MAX_CHARACTERS
            and not is_question(sentence.text)
            and not is_joke(sentence.text)
            and quality(sentence) >= MIN_REPLY_QUALITY
            and self._spelling.is_quotable(sentence)
            and (is_whole or (sentence.stems & head.stems and self._is_clear(sentence)))
            and not any(is_repetition(sentence, other) for other in shown)
        ]
        return max(sentences, key=lambda s: (s.comment.score or 0, quality(s), -s.comment.id), default=None)
