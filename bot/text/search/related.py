"""Finds the articles most similar to an article, with the phrases they share as reasons.

Candidates come from two searches for the article's own words (`queries`), which rank by words and by meaning.
The nearest are those with the highest cosine of weighted stems; a stem that many candidates have has a low
weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p, sqrt

from bot.domain.articles import Article
from bot.text.language.dates import calendar_words
from bot.text.language.index_tokens import Token, tokenize
from bot.text.language.markup import head, own_text
from bot.text.language.stems import DEFAULT_LANGUAGE, empty_words, stem, stop_words

MAX_REASONS = 3
"""The maximum number of shared phrases given for an article."""
MAX_QUERY_WORDS = 24
RARE = log(1 + 1 / 0.8)
"""The weight of a stem that four in five candidates have; a reason needs a rarer one, if there is one."""
TITLE_WEIGHT = 3
"""A word of the title counts as this many of the body."""
MAX_WORDS = 2_000
"""The number of words of a body that are compared: news begins with its subject."""
MAX_CHARACTERS = 30_000
"""The characters in which these are looked for."""
MAX_PHRASE_WORDS = 3
MIN_SIMILARITY = 0.12
"""The minimum similarity. Any two texts of one language and month can be less similar than this."""


@dataclass(frozen=True, slots=True)
class RelatedArticle:
    """An article similar to another. `reasons` are phrases that both have, as written in it, the most
    specific first; `similarity` is from 0 to 1."""

    article: Article
    reasons: tuple[str, ...]
    similarity: float


@dataclass(frozen=True, slots=True)
class _Word:
    """A content word with its stem and its index among the words of the text."""

    stem: str
    token: Token
    index: int


def queries(article: Article) -> tuple[str, ...]:
    """Returns the searches for related articles: the words of the title, and the most frequent words of the
    body. Empty for an article without content words."""
    counts: Counter[str] = Counter()
    words: dict[str, str] = {}
    for word in _content_words(_own_body(article), article.language):
        counts[word.stem] += 1
        words.setdefault(word.stem, word.token.word)
    title = [word.token.word for word in _content_words(article.title, article.language)]
    body = [words[stem] for stem, _ in counts.most_common(MAX_QUERY_WORDS)]
    return tuple(" ".join(dict.fromkeys(own)) for own in (title[:MAX_QUERY_WORDS], body) if own)


def related(article: Article, candidates: Sequence[Article], limit: int) -> tuple[RelatedArticle, ...]:
    """Returns at most `limit` candidates similar to the article, nearest first, without the article itself
    and those that share no content word with it."""
    others = [other for other in candidates if other.id != article.id]
    counts = {other.id: _stem_counts(other) for other in others}
    weights = _weights([_stem_counts(article), *counts.values()])
    own = _weighted(_stem_counts(article), weights)
    near = []
    for place, other in enumerate(others):
        similarity = _cosine(own, _weighted(counts[other.id], weights))
        if similarity >= MIN_SIMILARITY and (reasons := _reasons(article, other, weights)):
            near.append((-similarity, place, RelatedArticle(other, reasons, similarity)))
    return tuple(similar for *_, similar in sorted(near, key=lambda row: row[:2])[:limit])


def _own_body(article: Article) -> str:
    return own_text(head(article.body, MAX_CHARACTERS))


def _content_words(text: str, language: str | None) -> Iterator[_Word]:
    spoken = language or DEFAULT_LANGUAGE
    stops = stop_words(spoken)
    for index, token in enumerate(tokenize(text[:MAX_CHARACTERS])[:MAX_WORDS]):
        if token.word not in stops and not (len(token.word) == 1 and token.word.isascii()):
            yield _Word(stem(token.word, spoken), token, index)


def _stem_counts(article: Article) -> Counter[str]:
    counts = Counter(word.stem for word in _content_words(_own_body(article), article.language))
    for word in _content_words(article.title, article.language):
        counts[word.stem] += TITLE_WEIGHT
    return counts


def _weights(texts: Sequence[Mapping[str, int]]) -> dict[str, float]:
    """Returns the weight of each stem: low if most of the texts have it."""
    held = Counter(stem for counts in texts for stem in counts)
    return {stem: log(1 + len(texts) / count) for stem, count in held.items()}


def _weighted(counts: Mapping[str, int], weights: Mapping[str, float]) -> dict[str, float]:
    return {stem: log1p(count) * weights[stem] for stem, count in counts.items()}


def _cosine(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    size = sqrt(sum(x * x for x in first.values())) * sqrt(sum(x * x for x in second.values()))
    return sum(weight * second.get(stem, 0.0) for stem, weight in first.items()) / size if size else 0.0


def _reasons(article: Article, other: Article, weights: Mapping[str, float]) -> tuple[str, ...]:
    """Returns the phrases of the article's title and text that the other article also has and that are
    specific: several words, a name, a word of both titles, or one that both repeat."""
    body = _own_body(article)
    own = _phrases(article.title, article.language) + _phrases(body, article.language)
    held = _phrases(other.title, other.language) + _phrases(_own_body(other), other.language)
    title = {word.stem for word in _content_words(other.title, other.language)}
    empty = empty_words(article.language or DEFAULT_LANGUAGE)
    calendar = calendar_words(article.language or DEFAULT_LANGUAGE)
    rare = min(RARE, max(weights.values()) / 2)
    best: dict[tuple[str, ...], tuple[float, str]] = {}
    for text, factor in ((article.title, TITLE_WEIGHT), (body, 1.0)):
        for phrase in _word_runs(text, article.language):
            stems = tuple(word.stem for word in phrase)
            if not held[stems] or stems in best or max(weights[stem] for stem in stems) < rare:
                continue
            if all(word.token.word in calendar or word.token.word.isdigit() for word in phrase):
                continue
            if any(_is_empty(text, word.token, empty) for word in (phrase[0], phrase[-1])):
                continue
            both_titles = factor > 1 and title.issuperset(stems)
            repeated = min(own[stems], held[stems]) > 1
            if len(stems) > 1 or both_titles or repeated or _is_name(text, phrase[0]):
                score = sum(weights[stem] for stem in stems) * log1p(min(own[stems], held[stems]))
                best[stems] = factor * score, text[phrase[0].token.start : phrase[-1].token.end]
    reasons: list[str] = []
    used: set[str] = set()
    for stems, (_, reason) in sorted(best.items(), key=lambda item: (-item[1][0], item[0])):
        if len(reasons) < MAX_REASONS and used.isdisjoint(stems):
            reasons.append(reason)
            used.update(stems)
    return tuple(reasons)


def _word_runs(text: str, language: str | None) -> Iterator[tuple[_Word, ...]]:
    """Yields each content word that is not a number, alone and with the next one and two content words, if
    only spaces, hyphens and apostrophes are between them."""
    words = list(_content_words(text, language))
    for first in range(len(words)):
        if words[first].token.word.isdigit():  # can be the end of a longer number
            continue
        for last in range(first, min(first + MAX_PHRASE_WORDS, len(words))):
            if last > first and (
                words[last].index != words[last - 1].index + 1
                or text[words[last - 1].token.end : words[last].token.start].strip(" '’-")
            ):
                break
            yield tuple(words[first : last + 1])


def _phrases(text: str, language: str | None) -> Counter[tuple[str, ...]]:
    return Counter(tuple(word.stem for word in run) for run in _word_runs(text, language))


def _is_empty(text: str, token: Token, empty: frozenset[str]) -> bool:
    """Whether the word says nothing by itself: "will", but neither "US" nor the "New" of "New Harbour"."""
    return token.word in empty and text[token.start : token.end].islower()


def _is_name(text: str, word: _Word) -> bool:
    """Whether the word is capitalised inside a sentence."""
    before = text[max(0, word.token.start - 20) : word.token.start].rstrip(" \"'“”‘’(")
    return text[word.token.start].isupper() and before[-1:].isalnum()
