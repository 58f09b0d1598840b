"""Names themes by the nouns and short phrases that their comments use and the other comments do not."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.text.discussion.quotes import CommentText, count_stems
from bot.text.discussion.word_usage import TOKEN, WordUsage, capitalized, normalized
from bot.text.language.comment_tokens import CommentStemmer, split_elisions

MAX_HEADS = 10
"""The number of a theme's most characteristic stems that are tried as its name."""
MAX_COMMENTS_READ = 300
"""At most this many comments of a theme are read for the phrases in which its words occur."""
MIN_SECOND_NOUN_SHARE = 0.6
"""The minimum share of a small theme's comments that have the second noun of its name."""
MAX_SMALL_THEME = 12
"""A theme of at most this many comments gets a second word: one noun in a few comments may be chance."""


@dataclass(frozen=True, slots=True)
class Label:
    """A theme's name, the stems in it, and all stems characteristic of the theme, strongest first."""

    text: str
    stems: frozenset[str]
    key_stems: tuple[str, ...]


def label_theme(
    texts: Sequence[CommentText],
    counts: Counter[str],
    total: int,
    usage: WordUsage,
    taken: frozenset[str] = frozenset(),
) -> Label | None:
    """Labels the theme of `texts`. `counts` has the number of the thread's `total` comments with each stem;
    stems in `taken` are not used. Returns None if no noun is characteristic."""
    inside = count_stems(texts)
    lifts = {
        stem: count * lift * usage.distinctiveness(stem, counts[stem] / total)
        for stem, count in inside.items()
        if count >= 2 and (lift := _lift(count, len(texts), counts[stem] - count, total - len(texts))) > 0.3
    }
    ranked = sorted(lifts, key=lambda stem: (-lifts[stem], stem))
    heads = [stem for stem in ranked[:MAX_HEADS] if stem not in taken]
    phrases = _phrases(texts, frozenset(heads), usage.stemmer)
    names = {stem: name for stem in heads if (name := _widen(stem, phrases, usage)) is not None}
    if not names:
        return None
    least = max(2, 0.34 * len(texts))
    first = next(
        (stem for stem in names if inside[stem] >= least),
        max(names, key=lambda stem: (inside[stem], lifts[stem])),
    )
    text, used = names[first]
    covered = sum(1 for member in texts if used <= member.stems or first in member.stems)
    if covered < 0.7 * len(texts):
        close = [stem for stem in names if lifts[stem] > 0.35 * lifts[first] and counts[stem] <= 0.4 * total]
        second = _second_noun(texts, close, used, first)
        if second is not None and not names[second][1] & (used | taken):
            text, used = usage.join_nouns(text, names[second][0]), used | names[second][1]
    return Label(capitalized(text), used, tuple(ranked[:12]))


def name_subject(stem: str, texts: Sequence[CommentText], usage: WordUsage) -> str:
    """Returns a name for the subject `stem`, which occurs in all `texts`: the phrase in which it mostly
    occurs, if any, else the noun."""
    name = _widen(stem, _phrases(texts, frozenset({stem}), usage.stemmer), usage)
    return capitalized(name[0] if name is not None else usage.usual_form(stem))


def widen_label(label: Label, texts: Sequence[CommentText], usage: WordUsage, taken: frozenset[str]) -> Label:
    """Extends the one-noun label of a small theme: to the phrase in which the noun occurs more than once, or
    else by the noun that most of its `texts` have as well. Stems in `taken` are not used."""
    if len(label.stems) > 1 or len(texts) > MAX_SMALL_THEME:
        return label
    (stem,) = label.stems
    name = _widen(stem, _phrases(texts, label.stems, usage.stemmer), usage)
    if name is not None and len(name[1]) > 1 and not (name[1] - label.stems) & taken:
        return Label(capitalized(name[0]), name[1], label.key_stems)
    inside = count_stems(texts)
    least = max(2, MIN_SECOND_NOUN_SHARE * len(texts))
    second = next(
        (
            other
            for other in label.key_stems
            if other != stem
            and other not in taken
            and inside[other] >= least
            and other[:5] != stem[:5]
            and not usage.is_name(other)
            and usage.is_surely_noun(other)
        ),
        None,
    )
    if second is None:
        return label
    name_of_both = usage.join_nouns(label.text, usage.usual_form(second))
    return Label(name_of_both, label.stems | {second}, label.key_stems)


def _lift(inside: int, members: int, outside: int, others: int) -> float:
    return math.log((inside + 0.5) / (members + 1)) - math.log((outside + 0.5) / (others + 1))


def _second_noun(
    texts: Sequence[CommentText], nouns: Iterable[str], used: frozenset[str], first: str
) -> str | None:
    """Returns the noun that occurs in the most comments without the first one."""
    counts = count_stems(text for text in texts if first not in text.stems)
    nouns = [n for n in nouns if n not in used and all(n[:5] != other[:5] for other in used)]
    best = max(nouns, key=lambda noun: counts[noun], default="")
    return best if counts[best] >= max(3, 0.2 * len(texts)) else None


@dataclass(slots=True)
class _Runs:
    """The runs of two or three words around one stem, in lower case, with the number of comments that have
    each."""

    comments: int = 0
    runs: Counter[tuple[str, ...]] = field(default_factory=Counter)


def _phrases(
    texts: Sequence[CommentText], stems: frozenset[str], stemmer: CommentStemmer
) -> dict[str, _Runs]:
    """Returns the runs around each of `stems`, in at most MAX_COMMENTS_READ comments."""
    phrases: defaultdict[str, _Runs] = defaultdict(_Runs)
    for text in texts[:: max(1, len(texts) // MAX_COMMENTS_READ)]:
        for stem in stems & text.stems:
            phrases[stem].comments += 1
        words = list(map(normalized, TOKEN.findall(split_elisions(text.own_text, stemmer.language))))
        seen: set[tuple[str, ...]] = set()
        for index, word in enumerate(words):
            here = stemmer.stem(word)
            if here is None or here not in stems:
                continue
            for first, end in ((-1, 1), (0, 2), (-2, 1), (-1, 2), (0, 3)):
                run = tuple(words[max(index + first, 0) : index + end])
                if len(run) == end - first and run not in seen and _is_phrase(run, stemmer):
                    seen.add(run)
                    phrases[here].runs[run] += 1
    return phrases


def _is_phrase(run: tuple[str, ...], stemmer: CommentStemmer) -> bool:
    """Whether a run of words can be a phrase: neither end is a stop word, and only an "of" may be between
    them."""
    return (
        all(stemmer.stem(run[end]) is not None for end in (0, -1))
        and all(word[0].isalpha() for word in run)
        and (len(run) < 3 or run[1] == "of" or stemmer.stem(run[1]) is not None)
    )


def _widen(stem: str, phrases: dict[str, _Runs], usage: WordUsage) -> tuple[str, frozenset[str]] | None:
    """Returns the phrase in which the stem mostly occurs, or else the noun itself, and the stems of the
    result."""
    around = phrases.get(stem, _Runs())
    options = [
        (count, len(run), run)
        for run, count in around.runs.items()
        if count >= max(2, 0.35 * around.comments) and usage.is_phrase(run)
    ]
    if options:
        run = max(options)[2]
        return " ".join(usage.cased(word) for word in run), usage.stemmer.stems(run)
    if not usage.is_noun(stem):
        return None
    full_name = usage.full_name(stem)
    if full_name is not None:
        return " ".join(full_name), usage.stemmer.stems(map(normalized, full_name))
    return usage.usual_form(stem), frozenset({stem})
