"""Selects the quotes that stand for the comments of a theme: clear alone, and about its words."""

from __future__ import annotations

import math
import re
from collections.abc import Container, Sequence

import numpy as np

from bot.text.discussion.clusters import Clustering
from bot.text.discussion.headings import can_head, has_verb
from bot.text.discussion.quotes import CommentSentence, CommentText, is_neat, is_repetition, quality
from bot.text.discussion.spelling import Spelling
from bot.text.discussion.theme_candidates import ThemeCandidate, aboutness, is_in_passing
from bot.text.discussion.topics import Topic
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.word_vectors import Rows

MAX_READ_FOR_SECOND = 50
"""At most this many comments of each theme are read for another sentence."""
MAX_QUOTES = 3
"""At most this many sentences of each topic are compared with those of the others."""
UNTIDY_PENALTY = 1.6
"""What it costs a sentence to begin in lower case, beside others: whoever writes so makes more slips."""
REPLY_PENALTY = 0.5
"""What it costs if a sentence is of a reply, which may need what it answers."""
UNKNOWN_PENALTY, MAX_UNKNOWN = 0.4, 2
"""What each word costs that nobody else uses."""
ARTICLE_PENALTY = 0.6
"""What it costs if a sentence is about the article, which readers know, and not about its subject."""
REPETITION_PENALTY = 0.6
"""What it costs a second quote to agree with the first one."""
MAX_AGREEMENT_OF_QUOTES = 0.8
"""Two quotes that agree more say the same."""
MIN_QUALITY_OF_SECOND = -0.6
"""A second quote is shown only if it reads so well: fewer good quotes are better than more."""
VOTES_WEIGHT, USUAL_WEIGHT = 0.2, 0.5
_OF_ARTICLE = re.compile(
    r"\b(?:article|blog|column|comment|essay|headline|piece|post|thread)s?\b", re.IGNORECASE
)


class ThemeQuotes:
    """Selects the quotes of one thread. Those of the comments in `quoted` are shown elsewhere."""

    def __init__(
        self,
        texts: Sequence[CommentText],
        usage: WordUsage,
        clustering: Clustering,
        spelling: Spelling,
        quoted: Container[int],
    ) -> None:
        self._texts = texts
        self._usage = usage
        self._stemmer = usage.stemmer
        self._clustering = clustering
        self._spelling = spelling
        self._quotable: dict[tuple[int, int], bool] = {}
        self.quoted = quoted
        self.index = {text.comment.id: n for n, text in enumerate(texts)}

    def candidates(self, topic: Topic, taken: Container[int]) -> list[ThemeCandidate]:
        """Returns the sentences that read best of those about the words of a topic, of the comments most like
        the others of their topic, without those in `taken`."""
        members = sorted(topic.comments)
        rows = self._clustering.smoothed[members]
        order = np.argsort(-(rows @ rows.mean(axis=0)), kind="stable")[:MAX_READ_FOR_SECOND]
        rated = [
            ThemeCandidate(sentence, topic, topic.comments, self._worth(sentence, topic))
            for place in order
            for sentence in self._texts[members[place]].sentences(self._stemmer)
            if sentence.comment.id not in self.quoted and sentence.comment.id not in taken
            if self._can_stand_for(sentence, topic)
        ]
        return sorted(rated, key=lambda candidate: -candidate.score)[:MAX_QUOTES]

    def _can_stand_for(self, sentence: CommentSentence, topic: Topic) -> bool:
        """Whether a sentence is about a word of a topic and a statement that is clear alone."""
        if not self.mentions(sentence, topic) or is_in_passing(sentence, topic, self._usage):
            return False
        is_clear = self.can_head(sentence) and self._spelling.is_quotable(sentence)
        return is_clear and (self._stemmer.language != "en" or has_verb(sentence))

    def neatest(self, candidates: Sequence[ThemeCandidate]) -> Sequence[ThemeCandidate]:
        """Returns those that can be quoted, if there are any the neat ones; or all if none can be quoted."""
        quotable = [each for each in candidates if self._spelling.is_quotable(each.head)]
        return [each for each in quotable if is_neat(each.head.text)] or quotable or candidates

    def can_head(self, sentence: CommentSentence) -> bool:
        """Whether a sentence can stand above what others say, and is well written."""
        key = sentence.comment.id, sentence.index
        if key not in self._quotable:
            self._quotable[key] = (
                can_head(sentence)
                and self._spelling.says_more_than_title(sentence)
                and self._spelling.is_well_written(sentence)
            )
        return self._quotable[key]

    def _worth(self, sentence: CommentSentence, topic: Topic) -> float:
        """Rates how well a sentence reads, how many votes it has, and how much it is about a topic."""
        votes = math.log1p(max(sentence.comment.score or 0, 0))
        of_article = ARTICLE_PENALTY * (_OF_ARTICLE.search(sentence.text) is not None)
        return self.form(sentence) - of_article + VOTES_WEIGHT * votes + aboutness(sentence, topic)

    def form(self, sentence: CommentSentence) -> float:
        """Rates how well a sentence reads alone, by its form and words: about 0 for a good one."""
        unknown = min(self._spelling.count_unknown(sentence), MAX_UNKNOWN)
        score = quality(sentence) + USUAL_WEIGHT * self._spelling.usual_share(sentence)
        score -= REPLY_PENALTY * (sentence.comment.parent is not None)
        return score - UNTIDY_PENALTY * sentence.text[0].islower() - UNKNOWN_PENALTY * unknown

    def mentions(self, sentence: CommentSentence, topic: Topic) -> bool:
        """Whether a sentence has a word of a topic."""
        words = frozenset(sentence.words)
        return any(all(topic.forms[part] & words for part in stem.split()) for stem in topic.stems)

    def second(
        self, candidate: ThemeCandidate, agreement: Rows, shown: Sequence[CommentSentence]
    ) -> CommentSentence | None:
        """Returns the best sentence of another author on the topic: with the most votes, and saying something
        else than any that is shown. None if the head is not quoted."""
        head = candidate.head
        if not self._spelling.is_quotable(head):
            return None
        others = [
            sentence
            for index in sorted(candidate.topic.comments, key=lambda n: -agreement[n])[:MAX_READ_FOR_SECOND]
            if self._texts[index].comment.author != head.comment.author
            if self._texts[index].comment.id not in self.quoted
            if agreement[index] < MAX_AGREEMENT_OF_QUOTES
            for sentence in self._texts[index].sentences(self._stemmer)
            if self._can_stand_for(sentence, candidate.topic)
            if quality(sentence) >= MIN_QUALITY_OF_SECOND
            if not any(is_repetition(sentence, other) for other in shown)
        ]
        return max(
            others,
            key=lambda s: (
                s.comment.score or 0,
                self._worth(s, candidate.topic)
                - REPETITION_PENALTY * float(agreement[self.index[s.comment.id]]),
                -s.comment.id,
            ),
            default=None,
        )
