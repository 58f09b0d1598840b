"""Names for themes: the nouns and short phrases that a theme's comments use and the others do not."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.text.discussion.quotes import CommentText
from bot.text.discussion.word_usage import TOKEN, WordUsage, capitalized, normalized
from bot.text.language.comment_tokens import CommentStemmer, split_elisions

MAX_HEADS = 10
"""A theme is named after one of so many stems that mark it most."""
MAX_COMMENTS_READ = 300
"""So many comments of a theme show in which phrases its words stand."""
MIN_SECOND_NOUN_SHARE = 0.6
"""The share of a small theme's comments that have the second noun of its name."""
MAX_SMALL_THEME = 12
"""A theme of no more comments is worth a second word: one noun in a few comments may be there by chance."""


@dataclass(frozen=True, slots=True)
class Label:
    """A theme's name, the stems in it, and all stems that mark the theme, strongest first."""

    text: str
    stems: frozenset[str]
    key_stems: tuple[str, ...]


def label_theme(
    members: Sequence[CommentText],
    counts: Counter[str],
    total: int,
    usage: WordUsage,
    taken: frozenset[str] = frozenset(),
) -> Label | None:
    """The label of the theme that `members` make in a thread of `total` comments whose stems are in `counts`
    comments each, without the stems in `taken`; None where no noun marks it."""
    inside = Counter(stem for voice in members for stem in voice.stems)
    lifts = {
        stem: count * lift * usage.distinctiveness(stem, counts[stem] / total)
        for stem, count in inside.items()
        if count >= 2
        and (lift := _lift(count, len(members), counts[stem] - count, total - len(members))) > 0.3
    }
    ranked = sorted(lifts, key=lambda stem: (-lifts[stem], stem))
    heads = [stem for stem in ranked[:MAX_HEADS] if stem not in taken]
    phrases = _phrases(members, frozenset(heads), usage.stems)
    names = {stem: words for stem in heads if (words := _widen(stem, phrases, usage)) is not None}
    if not names:
        return None
    enough = max(2, 0.34 * len(members))
    first = next(
        (stem for stem in names if inside[stem] >= enough),
        max(names, key=lambda stem: (inside[stem], lifts[stem])),
    )
    text, used = names[first]
    covered = sum(1 for voice in members if used <= voice.stems or first in voice.stems)
    if covered < 0.7 * len(members):
        close = [stem for stem in names if lifts[stem] > 0.35 * lifts[first] and counts[stem] <= 0.4 * total]
        second = _second(members, close, used, first)
        if second is not None and not names[second][1] & (used | taken):
            text, used = usage.join_nouns(text, names[second][0]), used | names[second][1]
    return Label(capitalized(text), used, tuple(ranked[:12]))


def name_subject(stem: str, members: Sequence[CommentText], usage: WordUsage) -> str:
    """What to call the subject `stem`, which all `members` have: the phrase it mostly stands in, if any."""
    names = _widen(stem, _phrases(members, frozenset({stem}), usage.stems), usage)
    return capitalized(names[0] if names is not None else usage.usual_form(stem))


def widen_label(
    label: Label, members: Sequence[CommentText], usage: WordUsage, taken: frozenset[str]
) -> Label:
    """The label of a small theme by one noun with what says more: the phrase in which it stands more than
    once, or else the noun that most of its `members` have beside it; not with the stems in `taken`."""
    if len(label.stems) > 1 or len(members) > MAX_SMALL_THEME:
        return label
    (stem,) = label.stems
    found = _widen(stem, _phrases(members, label.stems, usage.stems), usage)
    if found is not None and len(found[1]) > 1 and not (found[1] - label.stems) & taken:
        return Label(capitalized(found[0]), found[1], label.key_stems)
    inside = Counter(other for voice in members for other in voice.stems)
    second = next(
        (
            other
            for other in label.key_stems
            if other != stem
            and other not in taken
            and inside[other] >= max(2, MIN_SECOND_NOUN_SHARE * len(members))
            and other[:5] != stem[:5]
            and not usage.is_name(other)
            and usage.is_surely_noun(other)
        ),
        None,
    )
    if second is None:
        return label
    return Label(
        usage.join_nouns(label.text, usage.usual_form(second)), label.stems | {second}, label.key_stems
    )


def _lift(inside: int, members: int, outside: int, others: int) -> float:
    return math.log((inside + 0.5) / (members + 1)) - math.log((outside + 0.5) / (others + 1))


def _second(
    members: Sequence[CommentText], nouns: Iterable[str], used: frozenset[str], first: str
) -> str | None:
    """The noun that most comments without the first one have."""
    rest = [voice for voice in members if first not in voice.stems]
    found = [
        (sum(1 for voice in rest if noun in voice.stems), noun)
        for noun in nouns
        if noun not in used and all(noun[:5] != other[:5] for other in used)
    ]
    enough = max(3, 0.2 * len(members))
    count, noun = max(found, key=lambda pair: pair[0], default=(0, ""))
    return noun if count >= enough else None


@dataclass(slots=True)
class _Runs:
    """The runs of two or three words around one stem, in small letters, by how many comments have them."""

    comments: int = 0
    runs: Counter[tuple[str, ...]] = field(default_factory=Counter)


def _phrases(
    members: Sequence[CommentText], wanted: frozenset[str], stems: CommentStemmer
) -> dict[str, _Runs]:
    """The runs around each wanted stem, as far as MOST_MEMBERS comments show them."""
    found: defaultdict[str, _Runs] = defaultdict(_Runs)
    for voice in members[:: max(1, len(members) // MAX_COMMENTS_READ)]:
        for stem in wanted & voice.stems:
            found[stem].comments += 1
        tokens = [
            token.casefold().replace("’", "'")
            for token in TOKEN.findall(split_elisions(voice.own_text, stems.language))
        ]
        seen: set[tuple[str, ...]] = set()
        for at, token in enumerate(tokens):
            here = stems.stem(token)
            if here is None or here not in wanted:
                continue
            for start, end in (
                (at - 1, at + 1),
                (at, at + 2),
                (at - 2, at + 1),
                (at - 1, at + 2),
                (at, at + 3),
            ):
                run = tuple(tokens[max(start, 0) : end])
                if len(run) == end - start and run not in seen and _whole(run, stems):
                    seen.add(run)
                    found[here].runs[run] += 1
    return found


def _whole(run: tuple[str, ...], stems: CommentStemmer) -> bool:
    """Whether a run of words can be a phrase: its ends say something, between them at most an "of"."""
    return (
        all(stems.stem(run[at]) is not None for at in (0, -1))
        and all(word[0].isalpha() for word in run)
        and (len(run) < 3 or run[1] == "of" or stems.stem(run[1]) is not None)
    )


def _widen(stem: str, phrases: dict[str, _Runs], usage: WordUsage) -> tuple[str, frozenset[str]] | None:
    """The phrase in which the stem mostly stands, or else the noun it is; and the stems of what is given."""
    around = phrases.get(stem, _Runs())
    options = [
        (count, len(run), run)
        for run, count in around.runs.items()
        if count >= max(2, 0.35 * around.comments) and usage.is_phrase(run)
    ]
    if options:
        _count, _length, run = max(options)
        return " ".join(usage.cased(word) for word in run), usage.stems.stems(run)
    if not usage.is_noun(stem):
        return None
    full = usage.full_name(stem)
    if full is not None:
        return " ".join(full), usage.stems.stems(map(normalized, full))
    return usage.usual_form(stem), frozenset({stem})
