"""Finds what groups of comments are about: words that they mention and the rest of the thread does not."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from bot.text.discussion.clusters import Clustering
from bot.text.discussion.headings import is_given_name
from bot.text.discussion.quotes import CommentText
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.comment_tokens import CommentStemmer
from bot.text.language.word_vectors import Rows, Vectors, normalize_rows

MAX_RANKED = 40
"""At most this many words of each cluster are looked at."""
LARGE_THREAD = 500
"""The number of comments in a thread of which one in so many has to have a word."""
MAX_WORDS = 3
"""The number of words by which a topic is known."""
MAX_SHARE, MAX_SHARE_OF_SMALL_THREAD, SMALL_THREAD = 0.35, 0.5, 40
"""A word in more comments of the thread is its subject, not that of a group."""
MIN_INSIDE = 0.5
MIN_LIFT, MIN_FREQUENT = 2.0, 3
"""A group's word is found mostly inside it, or MIN_FREQUENT times and MIN_LIFT times as often as in the
thread."""
MIN_WEIGHT = 0.25
"""The weight of a further word, relative to that of the first."""
MIN_SIMILARITY = 0.35
"""The similarity of two words' vectors from which they belong to one topic."""
MIN_SYNONYM_SIMILARITY = 0.65
"""The same from which they mean the same: "jail" and "prison", "killing" and "murder"."""
MIN_PHRASE_SHARE = 0.5
"""The share of the rarer word's comments from which two neighbours are a phrase."""
PHRASE_BONUS = 1.3
MIN_SPECIFIC = {True: 9.0, False: 11.0}
"""The length of a word's vector from which it tells something, for nouns and for others."""
MIN_SPECIFIC_ING = 18.0
TYPICAL_SPECIFIC = 14.0
MAX_TITLE_SIMILARITY = {False: 0.55, True: 0.5}
"""A word whose vector is more similar to one of the title means the same, and a phrase, to two of its words:
cannabis, marijuana; capital punishment, death penalty."""
MIN_FAMILY = 5
"""Words that begin with so many of the same letters are of one family: marriage, married."""
MIN_LETTERS = 8
"""Without vectors, what another word than a noun needs."""


def max_share(comments: int) -> float:
    """The maximum share of the comments that have a word of a topic, in a thread of so many."""
    return MAX_SHARE if comments >= SMALL_THREAD else MAX_SHARE_OF_SMALL_THREAD


@dataclass(frozen=True, slots=True)
class Topic:
    """Words or phrases that belong together, the most telling first. A phrase is given by its two stems with
    a blank between them."""

    stems: tuple[str, ...]
    words: tuple[str, ...]
    nouns: tuple[bool, ...]
    """Whether each word, or the last of a phrase, is a noun."""
    having: tuple[frozenset[int], ...]
    """The indexes of the comments that have each word."""
    label: int
    """The cluster that is about it; -1 for a word that none is about more than others."""
    forms: Mapping[str, frozenset[str]]
    """The words in lower case that count as each single stem."""
    synonyms: frozenset[str] = frozenset()
    """The single stems of other topics that mean the same: "jail" and "prison"."""

    @property
    def parts(self) -> frozenset[str]:
        """The single stems."""
        return frozenset(part for stem in self.stems for part in stem.split())

    @property
    def comments(self) -> frozenset[int]:
        """The indexes of all comments that have one of the words."""
        return frozenset[int]().union(*self.having)


class TopicSearch:
    """Finds the topics of one thread. A comment is given by its index in `texts`."""

    def __init__(
        self,
        texts: Sequence[CommentText],
        usage: WordUsage,
        title: Sequence[str],
        vectors: Vectors | None,
    ) -> None:
        """`title` are the words of the article's title, in lower case."""
        self._usage = usage
        self._title = [word for word in title if usage.stemmer.stem(word)]
        self._excluded = usage.stemmer.stems(title)
        self._vectors = vectors
        self._forms: dict[str, Counter[str]] = {}
        self._words: dict[str, set[str]] = {}
        self._stems = [self._with_phrases(text, usage.stemmer) for text in texts]
        self._counts = Counter(stem for own in self._stems for stem in own)
        self._indexes: defaultdict[str, list[int]] = defaultdict(list)
        least = max(2, len(texts) // LARGE_THREAD)
        for n, own in enumerate(self._stems):
            for stem in own:
                if self._counts[stem] >= least:
                    self._indexes[stem].append(n)
        self._specific: dict[str, float] = {}

    def _with_phrases(self, text: CommentText, stemmer: CommentStemmer) -> frozenset[str]:
        """Returns the stems of a comment and its pairs of neighbours."""
        phrases = set()
        own = set()
        for word in text.words:
            stem = stemmer.stem(word)
            if stem is not None and self._usage.is_form(stem, word):
                own.add(stem)
                self._words.setdefault(stem, set()).add(word)
        for first, second in pairwise(text.words):
            a, b = stemmer.stem(first), stemmer.stem(second)
            if (
                a in own
                and b in own
                and a is not None
                and b is not None
                and a != b
                and first[0].isalpha()
                and second[0].isalpha()
            ):
                phrases.add(f"{a} {b}")
                self._forms.setdefault(f"{a} {b}", Counter())[f"{first} {second}"] += 1
        return frozenset(own | phrases)

    def topics(self, clustering: Clustering) -> list[Topic]:
        """Returns the topics of each cluster."""
        every: list[Topic] = []
        for label in range(int(clustering.labels.max(initial=-1)) + 1):
            inside = np.flatnonzero(clustering.labels == label).tolist()
            every += self._of_cluster(inside, label)
        return every

    def with_synonyms(self, topics: Sequence[Topic]) -> list[Topic]:
        """Returns the topics with their synonyms among each other's stems."""
        stems = sorted(frozenset[str]().union(*(topic.parts for topic in topics)))
        if self._vectors is None or not stems:
            return [*topics]
        rows: Rows = normalize_rows(self._vectors.words([self._usage.usual_form(stem) for stem in stems]))
        firsts, others = np.nonzero(rows @ rows.T >= MIN_SYNONYM_SIMILARITY)
        same: defaultdict[str, set[str]] = defaultdict(set)
        for first, other in zip(firsts.tolist(), others.tolist(), strict=True):
            same[stems[first]].add(stems[other])
        return [
            replace(
                topic, synonyms=frozenset[str]().union(*(same[part] for part in topic.parts)) - topic.parts
            )
            for topic in topics
        ]

    def other_nouns(self, topics: Sequence[Topic]) -> list[Topic]:
        """Returns, as a topic each, the frequent nouns that are in none of the topics and their phrases."""
        known = {part for topic in topics for part in topic.parts}
        return [
            Topic((stem,), (word,), (True,), (having,), -1, {stem: frozenset(self._words.get(stem, ()))})
            for stem, (word, having) in self.frequent_nouns().items()
            if stem not in known
        ]

    def frequent_nouns(self) -> dict[str, tuple[str, frozenset[int]]]:
        """Returns the nouns that tell something, by their stem: their usual form and the comments that have
        them."""
        return {
            stem: (self.words(stem), self._having(stem))
            for stem in self._indexes
            if " " not in stem
            and 2 < self._counts[stem] <= max_share(len(self._stems)) * len(self._stems)
            and self._usage.is_noun(stem)
            and self._telling(stem)
            and not self._is_of_title(stem)
        }

    def frequent_others(self) -> dict[str, tuple[str, frozenset[int]]]:
        """Returns the other words that tell something, such as "dangerous" and "destroy", in the same way."""
        return {
            stem: (self.words(stem), self._having(stem))
            for stem in self._indexes
            if " " not in stem
            and 2 < self._counts[stem] <= max_share(len(self._stems)) * len(self._stems)
            and not self._usage.is_noun(stem)
            and self._tells_by_form(stem)
            and not self._is_of_title(stem)
        }

    def _tells_by_form(self, stem: str) -> bool:
        word = self._usage.usual_form(stem).casefold()
        if not self._usage.is_telling(stem):
            return False
        if self._vectors is None:
            return len(word) >= MIN_LETTERS
        length = float(np.linalg.norm(self._vectors.words([word])[0]))
        return length >= MIN_SPECIFIC[True] and not self._is_like_title(word)

    def words(self, stem: str) -> str:
        """Returns the usual form of a stem or phrase."""
        if " " not in stem:
            return self._usage.usual_form(stem)
        form = max(self._forms[stem], key=lambda f: (self._forms[stem][f], f))
        cased = [self._usage.usual_form(part) for part in stem.split()]
        plain = form.split()
        return " ".join(c if c.casefold() == p else p for c, p in zip(cased, plain, strict=True))

    def _of_cluster(self, inside: Sequence[int], label: int) -> list[Topic]:
        counts = Counter(stem for index in inside for stem in self._stems[index] if stem in self._indexes)
        weights = {stem: self._weight(stem, count, len(inside)) for stem, count in counts.items()}
        for phrase in [stem for stem, weight in weights.items() if " " in stem and weight > 0]:
            for part in phrase.split():
                if self._counts[phrase] >= MIN_PHRASE_SHARE * self._counts[part]:
                    weights[part] = 0
        ranked = sorted((s for s, weight in weights.items() if weight > 0), key=lambda s: (-weights[s], s))
        del ranked[MAX_RANKED:]
        topics: list[Topic] = []
        while ranked:
            first = ranked[0]
            stems = self._belonging(first, [s for s in ranked if weights[s] >= MIN_WEIGHT * weights[first]])
            nouns = tuple(self._usage.is_noun(stem.split()[-1]) for stem in stems)
            having = tuple(map(self._having, stems))
            parts = {part for stem in stems for part in stem.split()}
            forms = {part: frozenset(self._words.get(part, ())) for part in parts}
            topics.append(Topic(stems, tuple(map(self.words, stems)), nouns, having, label, forms))
            ranked = [stem for stem in ranked if stem not in stems]
        return topics

    def _having(self, stem: str) -> frozenset[int]:
        return frozenset(self._indexes[stem])

    def _weight(self, stem: str, count: int, size: int) -> float:
        every = self._counts[stem]
        if count < 2 or every > max_share(len(self._stems)) * len(self._stems):
            return 0
        lift = count / size * len(self._stems) / every
        if count < MIN_INSIDE * every and (count < MIN_FREQUENT or lift < MIN_LIFT):
            return 0
        parts = stem.split()
        if any(map(self._is_of_title, parts)):
            return 0
        weight = count * math.log(max(lift, 1.01))
        if len(parts) == 1:
            return weight * self._telling(stem)
        rarer = min(self._counts[part] for part in parts)
        is_phrase = count >= MIN_PHRASE_SHARE * rarer and self._usage.is_noun(parts[1])
        is_phrase = is_phrase and not self._is_like_title(self.words(stem).casefold())
        return PHRASE_BONUS * weight * max(map(self._telling, parts)) if is_phrase else 0

    def _is_like_title(self, words: str) -> bool:
        """Whether a word or phrase means the same as one of the title."""
        parts = words.split()
        if self._vectors is None or len(self._title) < len(parts):
            return False
        title: Rows = self._vectors.words(self._title)
        if len(parts) > 1:
            title = title[:-1] + title[1:]
        like = normalize_rows(title) @ normalize_rows(self._vectors.words(parts).sum(axis=0, keepdims=True)).T
        return bool(like.max() > MAX_TITLE_SIMILARITY[len(parts) > 1])

    def _is_of_title(self, stem: str) -> bool:
        """Whether a word, or another one of its family, is in the title."""
        start = stem[:MIN_FAMILY]
        return any(
            stem == other
            or (len(start) == MIN_FAMILY and other.startswith(start))
            or (len(other) >= MIN_FAMILY - 1 and stem.startswith(other))
            for other in self._excluded
        )

    def _telling(self, stem: str) -> float:
        """Rates how much a word tells by itself: 0 for a word that should not be shown."""
        if stem not in self._specific:
            self._specific[stem] = self._rate(stem)
        return self._specific[stem]

    def _rate(self, stem: str) -> float:
        is_noun = self._usage.is_noun(stem)
        spelled = self._usage.usual_form(stem)
        word = spelled.casefold()
        # Without a surname, readers do not know whose name it is.
        if self._usage.stemmer.language == "en" and is_given_name(spelled):
            return 0
        if not self._usage.is_telling(stem) or (
            not is_noun and (word.endswith("s") or self._usage.is_verb(stem))
        ):
            return 0
        if self._vectors is None:
            return 1.0 if is_noun else 0.6 * (len(word) >= MIN_LETTERS)
        length = float(np.linalg.norm(self._vectors.words([word])[0]))
        least = MIN_SPECIFIC_ING if word.endswith("ing") and not is_noun else MIN_SPECIFIC[is_noun]
        if length < least or self._is_like_title(word):
            return 0
        return min(length / TYPICAL_SPECIFIC, 1.3) * (1.0 if is_noun else 0.5)

    def _belonging(self, first: str, ranked: Sequence[str]) -> tuple[str, ...]:
        """Returns the first stem and those of the others that belong to it, at most MAX_WORDS; of a phrase
        and one of its words, only the better one."""
        stems = [first]
        for stem in self._similar(first, [stem for stem in ranked if stem != first]):
            parts = {part for chosen in stems for part in chosen.split()}
            if parts.isdisjoint(stem.split()):
                stems.append(stem)
        return tuple(stems[:MAX_WORDS])

    def _similar(self, first: str, others: Sequence[str]) -> list[str]:
        """Returns those of the other stems whose vectors are similar to that of the first one."""
        if not others or self._vectors is None:
            return []
        rows: Rows = normalize_rows(self._vectors.words([self.words(s) for s in (first, *others)]))
        near = (rows[1:] @ rows[0] >= MIN_SIMILARITY).tolist()
        return [stem for stem, is_near in zip(others, near, strict=True) if is_near]
