"""Finds the themes of a thread: words that several comments mention, and the sentences that say best what
these comments say."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.text.discussion.clusters import Clustering
from bot.text.discussion.quotes import CommentSentence, CommentText, quality
from bot.text.discussion.spelling import Spelling
from bot.text.discussion.theme_candidates import ThemeCandidate, largest_others, overlap
from bot.text.discussion.theme_quotes import ThemeQuotes
from bot.text.discussion.topics import Topic, max_share
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.comment_tokens import CommentStemmer
from bot.text.language.negations import NEGATIONS, is_negation
from bot.text.language.word_arrays import distinct
from bot.text.language.word_vectors import Rows

MAX_THEMES = 5
MAX_THEMES_OF_LARGE_THREAD = 10
MIN_AGREEMENT = {True: 0.74, False: 0.90}
"""From this agreement on a comment supports a sentence as a head, with and without word vectors."""
MIN_SAME = 0.90
MIN_SHARED_STEMS = {True: 2, False: 3}
MIN_SAYING = 3
"""From this agreement on, with so many stems in common that few comments have, a comment counts as saying
what a sentence says, if so many do: on arguments whose key points are known, more than nine in ten then make
the same point."""
SMALL_THREAD_AGREEMENT = 0.03
"""What is required besides in a thread of SMALL_THREAD comments, less in larger ones: with few neighbours, a
comment is moved further towards them."""
SMALL_THREAD, LARGE_THREAD = 40, 100
RELATED_MARGIN = 0.24
"""How much less a comment may agree that is only on the same subject."""
MIN_RELATED = 0.25
"""The least share of a topic's comments that are on the subject of its head."""
SIZE_WEIGHT, SAYING_WEIGHT = 2.0, 0.3
MAX_AGREEMENT_OF_HEADS = 0.45
MAX_LIKENESS_OF_HEADS = 0.2
MAX_SHARED_STEMS = 0.5
"""Two sentences that agree more, are more alike without their neighbours, or share more of their telling
stems, would head the same theme twice."""
MAX_CROSSING_LIKENESS = 0.75
MIN_NEARNESS = 0.5
"""How near to these bounds two may come that have words of each other's topics, or whose topics are as
near."""
MAX_TELLING_SHARE = 0.2
"""A stem in more comments of the thread tells nothing about one of them."""
SMOOTHED_SHARE = 0.7
SHARED_WORD_BONUS = 0.1
"""What it adds if a comment has a telling word of the sentence: at the same agreement, more of these make
the same point than of the others."""
NEGATION_PENALTY = 0.1
"""What it costs if one of two texts is negated: of the pairs left, fewer take opposite sides."""
MIN_SIZE = 3
MIN_SIZE_OF_SMALL_THREAD = 2
"""The minimum number of people of a theme; twice as many if it is headed by a name, which many mention in
passing."""
MAX_WORDS_OF_ONE_POINT = 40
"""A longer comment makes several points: one of its sentences has to agree."""
MAX_TOPICS = 60
"""At most this many topics, the largest, are looked at."""
MAX_HEADS = 3
"""At most this many sentences of each topic are compared with those of the others."""
MAX_READ = 12
"""At most this many comments of each topic, those most like the others, are read for sentences."""


@dataclass(frozen=True, slots=True)
class FoundTheme:
    """A sentence that heads a theme, and the comments that say the same: its own, then by agreement, then
    replies that only agree."""

    head: CommentSentence
    texts: tuple[CommentText, ...]
    second: CommentSentence | None = None
    """What another person says."""
    topic: Topic | None = None
    mentioning: tuple[CommentText, ...] = ()
    """The comments that mention a word of the topic; empty for one person's point, which has none."""
    replies: tuple[CommentText, ...] = ()
    """The other comments below the first one."""

    @property
    def every_text(self) -> tuple[CommentText, ...]:
        """All comments of the theme."""
        every = {text.comment.id: text for text in (*self.texts, *self.mentioning, *self.replies)}
        return tuple(every.values())


def max_themes(comments: int) -> int:
    """The maximum number of themes in a thread of so many comments."""
    return MAX_THEMES if comments < LARGE_THREAD else MAX_THEMES_OF_LARGE_THREAD


def find_themes(
    texts: Sequence[CommentText],
    usage: WordUsage,
    clustering: Clustering,
    topics: Sequence[Topic],
    nouns: Sequence[Topic],
    spelling: Spelling,
    quoted: Container[int] = (),
) -> list[FoundTheme]:
    """Returns the themes of a thread, largest first, at most `max_themes`: what several say of the topics,
    then the topics and further nouns that most mention. A comment may mention the words of several themes,
    but says what only one of them says, and is quoted once; those in `quoted` are not."""
    quotes = ThemeQuotes(texts, usage, clustering, spelling, quoted)
    return _ThemeSearch(texts, usage.stemmer, clustering, quotes).themes(topics, nouns)


class _ThemeSearch:
    """Finds the themes of one thread. A comment is given by its index in `texts`."""

    def __init__(
        self,
        texts: Sequence[CommentText],
        stemmer: CommentStemmer,
        clustering: Clustering,
        quotes: ThemeQuotes,
    ) -> None:
        self._quotes = quotes
        self._directions: dict[tuple[str, ...], Rows] = {}
        self._texts = texts
        self._stemmer = stemmer
        self._clustering = clustering
        self._negations = NEGATIONS.get(stemmer.language, frozenset())
        self._negated = np.array([self._is_negated(text.words) for text in texts])
        having: defaultdict[str, list[int]] = defaultdict(list)
        for n, text in enumerate(texts):
            for stem in text.stems:
                having[stem].append(n)
        self._having = {stem: np.array(indexes) for stem, indexes in having.items()}
        missing = (LARGE_THREAD - len(texts)) / (LARGE_THREAD - SMALL_THREAD)
        self._least = MIN_AGREEMENT[clustering.space.has_vectors]
        self._least += SMALL_THREAD_AGREEMENT * min(max(missing, 0), 1)

    def _telling(self, sentence: CommentSentence) -> set[str]:
        most = MAX_TELLING_SHARE * len(self._texts)
        return {stem for stem in sentence.stems if len(self._having[stem]) <= most}

    def _is_negated(self, words: Sequence[str]) -> bool:
        return sum(is_negation(word, self._negations) for word in words) % 2 == 1

    def themes(self, topics: Sequence[Topic], nouns: Sequence[Topic]) -> list[FoundTheme]:
        least = MIN_SIZE if len(self._texts) >= SMALL_THREAD // 2 else MIN_SIZE_OF_SMALL_THREAD
        largest = sorted(topics, key=lambda topic: -len(topic.comments))[:MAX_TOPICS]
        candidates = [c for topic in largest if self._people(topic) >= least for c in self._candidates(topic)]
        clear = self._clear(candidates)
        saying = self._saying([candidate.head for candidate in clear])
        chosen = [candidate for candidate, texts in zip(clear, saying, strict=True) if len(texts) > 1]
        stated = [texts for texts in saying if len(texts) > 1]
        taken = {text.comment.id for texts in stated for text in texts}
        named = [topic for topic in (*topics, *nouns) if topic.nouns[0]]
        named = sorted(named, key=lambda topic: -len(topic.comments))[:MAX_TOPICS]
        others = [
            candidate
            for topic in named
            if self._people(topic) >= least * (1 + self._is_name(topic))
            for candidate in self._quotes.candidates(topic, taken)
        ]
        chosen += largest_others(others, chosen, max_themes(len(self._texts)))
        stated += [(self._texts[self._quotes.index[each.head.comment.id]],) for each in chosen[len(stated) :]]
        return self._described(chosen, stated)

    def _clear(self, candidates: Sequence[ThemeCandidate]) -> list[ThemeCandidate]:
        """Returns the sentences of different themes, of which it is clear which one a comment says."""
        chosen: list[ThemeCandidate] = []
        covered: set[int] = set()
        heads = [candidate.head for candidate in candidates]
        alike = self._likeness(heads) if heads else np.zeros((0, 0), np.float32)
        picked: list[int] = []
        while len(chosen) < max_themes(len(self._texts)):
            best, most = -1, 0.0
            for n, candidate in enumerate(candidates):
                gain = len(candidate.related - covered)
                likeness = alike[n, picked].tolist()
                if gain < 2 or not self._differs(candidate, chosen, likeness):
                    continue
                worth = SIZE_WEIGHT * math.log1p(gain) + candidate.score
                if worth > most or best < 0:
                    best, most = n, worth
            if best < 0:
                break
            picked.append(best)
            chosen.append(candidates[best])
            covered |= candidates[best].topic.comments
        return chosen

    def _is_name(self, topic: Topic) -> bool:
        return self._stemmer.language != "de" and topic.words[0][0].isupper()

    def _people(self, topic: Topic) -> int:
        return len({self._texts[n].comment.author for n in topic.comments})

    def _differs(
        self, candidate: ThemeCandidate, chosen: Sequence[ThemeCandidate], likeness: Sequence[float]
    ) -> bool:
        """Whether a sentence is not too like the others, and less so if one has a word of another's topic,
        and whether its topic has words of its own and mostly other comments."""
        topic = candidate.topic
        for other, alike in zip(chosen, likeness, strict=True):
            if overlap(topic, other.topic):
                return False
            crosses = self._quotes.mentions(candidate.head, other.topic) or self._quotes.mentions(
                other.head, topic
            )
            crosses = crosses or self._nearness(topic, other.topic) >= MIN_NEARNESS
            if (topic.parts | topic.synonyms) & other.topic.parts or alike >= (
                MAX_CROSSING_LIKENESS if crosses else 1
            ):
                return False
        return True

    def _nearness(self, topic: Topic, other: Topic) -> float:
        """Returns how near the comments of two topics are, the cosine of their means."""
        return float(self._direction(topic) @ self._direction(other))

    def _direction(self, topic: Topic) -> Rows:
        if topic.stems not in self._directions:
            mean = self._clustering.smoothed[sorted(topic.comments)].mean(axis=0)
            self._directions[topic.stems] = mean / (np.linalg.norm(mean) + 1e-9)
        return self._directions[topic.stems]

    def _candidates(self, topic: Topic) -> list[ThemeCandidate]:
        """Returns the sentences with a word of the topic that can head it, of the comments most like the
        others of their topic, neat ones if there are any: most of what several say has none."""
        members = sorted(topic.comments)
        rows = self._clustering.smoothed[members]
        mean = rows.mean(axis=0)
        near = rows @ mean + self._clustering.fit[members]
        near += 0.3 * (self._clustering.labels[members] == topic.label)
        order = [members[n] for n in np.argsort(-near, kind="stable")[:MAX_READ]]
        if any(self._texts[n].comment.score for n in members):
            order += sorted(members, key=lambda n: -(self._texts[n].comment.score or 0))[:MAX_READ]
        sentences = [
            sentence
            for n in dict.fromkeys(order)
            for sentence in self._texts[n].sentences(self._stemmer)
            if sentence.comment.id not in self._quotes.quoted
            if self._quotes.mentions(sentence, topic) and self._quotes.can_head(sentence)
        ]
        if not sentences:
            return []
        agreement = self._agreement_of(sentences)
        central = agreement[:, members].mean(axis=1)
        says = (agreement[:, members] >= self._least).sum(axis=1)
        near = agreement[:, members] >= self._least - RELATED_MARGIN
        rated = [
            ThemeCandidate(
                sentence,
                topic,
                frozenset(members[place] for place in np.flatnonzero(near[n])),
                self._form(sentence, topic) + float(central[n]) + SAYING_WEIGHT * math.log1p(says[n]),
            )
            for n, sentence in enumerate(sentences)
            if near[n].sum() >= max(MIN_RELATED * len(members), 2)
        ]
        return sorted(self._quotes.neatest(rated), key=lambda candidate: -candidate.score)[:MAX_HEADS]

    def _form(self, head: CommentSentence, topic: Topic) -> float:
        """Rates how well a sentence reads, and how many votes it has."""
        first = head.stems.issuperset(topic.stems[0].split())
        votes = math.log1p(max(head.comment.score or 0, 0))
        return 0.5 * quality(head) + 0.1 * votes + 0.1 * first

    def _likeness(self, heads: Sequence[CommentSentence]) -> Rows:
        """Returns how alike the sentences are: 1 or more if they would head the same theme twice."""
        agreement = self._between(heads)
        telling = [self._telling(head) for head in heads]
        shared = np.array(
            [[len(own & other) / max(2, min(len(own), len(other))) for other in telling] for own in telling],
            np.float32,
        )
        comments = np.array([head.comment.id for head in heads])
        rows = self._clustering.space.rows([head.words for head in heads])
        alike: Rows = np.maximum(agreement / MAX_AGREEMENT_OF_HEADS, shared / MAX_SHARED_STEMS)
        alike = np.maximum(alike, rows @ rows.T / MAX_LIKENESS_OF_HEADS)
        return np.where(comments[:, None] == comments, np.inf, alike)

    def _agreement_of(self, sentences: Sequence[CommentSentence]) -> Rows:
        """Returns how much each comment agrees with each sentence, a row for each sentence. A comment agrees
        with its own sentences."""
        clustering = self._clustering
        rows = clustering.space.rows([sentence.words for sentence in sentences])
        agreement: Rows = SMOOTHED_SHARE * (clustering.smooth(rows) @ clustering.smoothed.T)
        agreement += (1 - SMOOTHED_SHARE) * (rows @ clustering.rows.T)
        for n, sentence in enumerate(sentences):
            agreement[n] -= NEGATION_PENALTY * (self._negated != self._is_negated(sentence.words))
            shared = [self._having[stem] for stem in self._telling(sentence)]
            agreement[n, distinct(np.concatenate(shared)) if shared else []] += SHARED_WORD_BONUS
            agreement[n, self._quotes.index[sentence.comment.id]] = 2
        return agreement

    def _saying(self, heads: Sequence[CommentSentence]) -> list[tuple[CommentText, ...]]:
        """Returns who says what each sentence says, its own comment first: each comment says that with which
        it agrees most. Only its own where too few others do."""
        if not heads:
            return []
        agreement = self._agreement_of(heads)
        nearest: NDArray[np.int64] = agreement.argmax(axis=0)
        every = []
        for n, head in enumerate(heads):
            saying = [
                index
                for index in np.flatnonzero((nearest == n) & (agreement[n] >= MIN_SAME)).tolist()
                if self._makes_the_point(index, head)
            ]
            saying.sort(key=lambda index: -agreement[n, index])
            kept = len(saying) if len(saying) >= MIN_SAYING else 1
            every.append(tuple(self._texts[index] for index in saying[:kept]))
        return every

    def _described(
        self, chosen: Sequence[ThemeCandidate], stated: Sequence[tuple[CommentText, ...]]
    ) -> list[FoundTheme]:
        """Returns the themes, largest first, with the comments that say what their heads say."""
        if not chosen:
            return []
        heads = [candidate.head for candidate in chosen]
        agreement = self._agreement_of(heads)
        themes: list[FoundTheme] = []
        for n, candidate in enumerate(chosen):
            mentioning = tuple(self._texts[index] for index in sorted(candidate.topic.comments))
            shown = [*heads, *(theme.second for theme in themes if theme.second is not None)]
            second = self._quotes.second(candidate, agreement[n], shown)
            themes.append(FoundTheme(candidate.head, stated[n], second, candidate.topic, mentioning))
        return sorted(themes, key=lambda theme: -len(theme.mentioning))

    def _makes_the_point(self, index: int, head: CommentSentence) -> bool:
        """Whether a comment that agrees with a head has words of it, and is short or has a sentence that
        agrees with it."""
        text = self._texts[index]
        if text.comment.id == head.comment.id:
            return True
        most = max_share(len(self._texts)) * len(self._texts)
        shared = {stem for stem in text.stems & head.stems if len(self._having[stem]) <= most}
        has_vectors = self._clustering.space.has_vectors
        # Without vectors so many are required that a phrase may be two of them.
        phrases = self._phrases(shared, head, text) if has_vectors else 0
        if len(shared) - phrases < MIN_SHARED_STEMS[has_vectors]:
            return False
        if len(text.words) <= MAX_WORDS_OF_ONE_POINT:
            return True
        agreement = self._between([head, *text.sentences(self._stemmer)])[0, 1:]
        return bool(agreement.max(initial=0) >= MIN_SAME)

    def _phrases(self, stems: Container[str], head: CommentSentence, text: CommentText) -> int:
        """Returns how many pairs of the stems are neighbours in both texts: "voter turnout" is one thing that
        they have in common, not two."""
        ours, theirs = (
            {(self._stemmer.stem(first), self._stemmer.stem(second)) for first, second in pairwise(words)}
            for words in (head.words, text.words)
        )
        return sum(first in stems and second in stems for first, second in ours & theirs)

    def _between(self, sentences: Sequence[CommentSentence]) -> Rows:
        """Returns how much sentences agree with each other."""
        rows = self._clustering.space.rows([sentence.words for sentence in sentences])
        smoothed = self._clustering.smooth(rows)
        agreement: Rows = SMOOTHED_SHARE * (smoothed @ smoothed.T) + (1 - SMOOTHED_SHARE) * (rows @ rows.T)
        negated = np.array([self._is_negated(sentence.words) for sentence in sentences])
        agreement -= NEGATION_PENALTY * (negated[:, None] != negated)
        return agreement
