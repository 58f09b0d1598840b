"""Sentences that may head themes, and which of them stand for the largest themes by their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.text.discussion.quotes import CommentSentence, is_repetition
from bot.text.discussion.topics import Topic
from bot.text.discussion.word_usage import WordUsage

LATE_PENALTY = 0.6
"""What it costs if a sentence comes to the word of its topic only at its end."""
_PASSING_ENDINGS = ("'s", "’s", "ed", "ing")
MIN_FAMILY = 5
"""Words that begin with so many of the same letters are of one family: creation, creators."""
MAX_SHARED_COMMENTS = 0.65
"""Two topics of whose comments more are the same are one theme."""


@dataclass(frozen=True, slots=True)
class ThemeCandidate:
    """A sentence that may head the theme of a topic."""

    head: CommentSentence
    topic: Topic
    related: frozenset[int]
    """The comments of the topic on the same subject as the sentence."""
    score: float


def largest_others(
    candidates: Sequence[ThemeCandidate], stated: Sequence[ThemeCandidate], most: int
) -> list[ThemeCandidate]:
    """Returns the best sentences on the topics that most comments mention without those before and those of
    `stated`, so that there are at most `most` themes. Each stands for what mentions its words."""
    chosen = list(stated)
    covered = {number for candidate in stated for number in candidate.topic.comments}
    while len(chosen) < most:
        best, highest = None, (1, 0.0)
        for candidate in candidates:
            worth = (len(candidate.topic.comments - covered), candidate.score)
            if worth[0] > 1 and (best is None or worth > highest) and _is_other(candidate, chosen):
                best, highest = candidate, worth
        if best is None:
            break
        chosen.append(best)
        covered |= best.topic.comments
    return chosen[len(stated) :]


def aboutness(sentence: CommentSentence, topic: Topic) -> float:
    """Rates how much a sentence that has a word of a topic is about it: 0 if it begins with the word, less
    the later it comes to it."""
    places = _places(sentence, topic)
    return -LATE_PENALTY * places[0] / len(sentence.words) if places else -LATE_PENALTY


def is_in_passing(sentence: CommentSentence, topic: Topic, usage: WordUsage) -> bool:
    """Whether an English sentence has the words of a topic only as owners ("the mayor's hat"), or in another
    form than the one that is shown: "walked" for "walk", and before another word that is no verb of the
    thread, "criminal law" for "criminals"."""
    if usage.stemmer.language != "en":
        return False
    shown = {word.casefold() for words in topic.words for word in words.split()}
    endings = tuple(end for end in _PASSING_ENDINGS if not any(word.endswith(end) for word in topic.words))
    return all(
        sentence.words[place].endswith(endings)
        or (
            sentence.words[place] not in shown
            and any(_is_described(word, usage) for word in sentence.words[place + 1 : place + 2])
        )
        for place in _places(sentence, topic)
    )


def _is_described(word: str, usage: WordUsage) -> bool:
    """Whether the word before this one can belong to it: "law", but not "the" and not the verb "deserves"."""
    stem = usage.stemmer.stem(word)
    return stem is not None and not usage.is_verb(stem)


def _places(sentence: CommentSentence, topic: Topic) -> list[int]:
    forms = frozenset[str]().union(*topic.forms.values())
    return [place for place, word in enumerate(sentence.words) if word in forms]


def are_related(stem: str, other: str) -> bool:
    """Whether two stems, or words of two phrases, are the same or of one family."""
    return any(
        a == b or (len(a) >= MIN_FAMILY and len(b) >= MIN_FAMILY and a[:MIN_FAMILY] == b[:MIN_FAMILY])
        for a in stem.split()
        for b in other.split()
    )


def overlap(topic: Topic, other: Topic) -> bool:
    """Whether two topics have mostly the same comments."""
    shared = len(topic.comments & other.comments)
    return shared > MAX_SHARED_COMMENTS * min(len(topic.comments), len(other.comments))


def _is_within(topic: Topic, other: Topic) -> bool:
    """Whether most comments of a topic are those of another one, which may be smaller."""
    return len(topic.comments & other.comments) > MAX_SHARED_COMMENTS * len(topic.comments)


def _is_other(candidate: ThemeCandidate, chosen: Sequence[ThemeCandidate]) -> bool:
    """Whether the topic of a sentence has words of its own, no synonyms of another's, and mostly other
    comments, and the sentence says something else."""
    return not any(
        any(are_related(a, b) for a in candidate.topic.stems for b in other.topic.stems)
        or candidate.topic.synonyms & other.topic.parts
        or _is_within(candidate.topic, other.topic)
        or is_repetition(candidate.head, other.head)
        for other in chosen
    )
