"""The sentences that carry an article, chosen by their place and by what they share with the rest."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from bot.models import Article, Sentence, Summary
from bot.text.sentences import article_sentences

WORDS_A_MINUTE = 230

_WORD = re.compile(r"[^\W_]+")


def summarise(article: Article, sentences: int = 3) -> Summary:
    """Return the `sentences` sentences that carry the article, in reading order; none where it has no body.

    Deterministic. Furniture, captions, datelines and the like are never among them.
    """
    found = article_sentences(article)
    chosen = sorted(_choose(found, max(sentences, 0)))
    return Summary(article.id, tuple(found[i] for i in chosen), len(found), reading_minutes(article))


def reading_minutes(article: Article) -> int:
    """Return how many minutes the article's own words take to read: at least 1, or 0 where there are none."""
    words = sum(len(_WORD.findall(p.text)) for p in article.paragraphs if not p.furniture)
    return math.ceil(words / WORDS_A_MINUTE)


def _choose(found: Sequence[Sentence], wanted: int) -> list[int]:
    bags = [Counter(word.lower() for word in _WORD.findall(s.text) if len(word) > 3) for s in found]
    shared = Counter(word for bag in bags for word in bag)
    scores = []
    for index, bag in enumerate(bags):
        weight = sum(math.log1p(shared[word] - 1) for word in bag) / (4 + len(bag))
        scores.append(weight + 3 / (1 + index))
    chosen: list[int] = []
    while len(chosen) < min(wanted, len(found)):
        taken = {word for i in chosen for word in bags[i]}
        left = [i for i in range(len(found)) if i not in chosen]
        chosen.append(max(left, key=lambda i: scores[i] - 2 * len(taken & set(bags[i])) / (1 + len(bags[i]))))
    return chosen
