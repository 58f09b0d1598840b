"""Written sentences to prove, true and false ones, made from news articles.

True sentences are those of news articles that can be understood alone, whole, with clauses left out, with the
beginning moved, and those that people wrote about the article. False ones are the same sentences with one
thing changed. Each is proven by six sentences of its article, people's own by all of it. Reads
`summaries/cnn_dailymail.jsonl` of the development data (NEWSDESK_SHARED, or ../shared).
"""

from __future__ import annotations

import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.text.language.context_dependence import depends_on_context
from bot.text.language.quotations import has_open_quotation
from bot.text.language.sentences import sentence_spans
from bot.text.verification import SourceText, verify
from bot.text.verification.irregular import base_forms
from bot.text.verification.word_lists import CALENDAR
from tests.support.paths import SHARED

PASSAGES = 6
SHORT, LONG = 40, 320
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*\b")
_NUMBER = re.compile(r"\b\d+(?:,\d{3})*(?:\.\d+)?\b")
_QUOTE = re.compile(r"[\"“]([^\"“”]{12,})[\"”]")
_AUXILIARY = re.compile(
    r"\b(is|was|are|were|has|have|had|will|would|can|could|did|does|should|may)\b(?! not)", re.I
)
_AHEAD = re.compile(
    r"\b(?:will|would|may|might|could|hopes? to|plans? to|wants? to) ([a-z]{3,})\b(?<!be)(?<!have)"
)
_NOT = re.compile(r"\b(?:not|never) |n't\b")
_WORD = re.compile(r"\b[a-z]{5,}\b")


@dataclass(frozen=True)
class Story:
    """An article's sentences, and what people wrote of it."""

    sentences: tuple[str, ...]
    highlights: tuple[str, ...]


def stories(count: int, data: Path | None = None) -> list[Story]:
    """The first articles of the development data, whose folder is `data`."""
    file = (data or SHARED / "data") / "summaries" / "cnn_dailymail.jsonl"
    found = []
    for line in file.read_text(encoding="utf-8").splitlines()[:count]:
        row = json.loads(line)
        text = row["article"]
        sentences = [text[start:end] for start, end in sentence_spans(text)]
        kept = tuple(one for one in sentences if SHORT < len(one) < LONG and "\n" not in one and _whole(one))
        if len(kept) >= PASSAGES:
            told = [one.strip().removesuffix(" .") + "." for one in row["highlights"].splitlines()]
            found.append(Story(kept, tuple(told)))
    return found


def _whole(sentence: str) -> bool:
    """Whether it can be understood alone: others are never proven, nor should they be."""
    return not depends_on_context(sentence, "en") and not has_open_quotation(sentence)


Change = Callable[[str, Story, Story, random.Random], str | None]


def whole(sentence: str, *_: object) -> str | None:
    return sentence


def shorter(sentence: str, _: Story, __: Story, rng: random.Random) -> str | None:
    """Leaves out what stands between two commas, or behind the last one."""
    parts = sentence.split(", ")
    if len(parts) < 2 or '"' in sentence or "“" in sentence:
        return None
    if len(parts) > 2:
        place = rng.randrange(1, len(parts) - 1)
        return ", ".join(parts[:place] + parts[place + 1 :])
    return parts[0] + "." if len(parts[0]) > SHORT else None


def moved(sentence: str, *_: object) -> str | None:
    """Puts the beginning up to the first comma to the end."""
    first, comma, rest = sentence.rstrip(".").partition(", ")
    if not comma or not 8 < len(first) < 50 or ", " in rest or '"' in sentence or "“" in sentence:
        return None
    begins = (
        first if first.split()[0] in ("I",) or _is_name(first, sentence) else first[0].lower() + first[1:]
    )
    made = f"{rest[0].upper()}{rest[1:]} {begins}."
    return None if depends_on_context(made, "en") else made


def _is_name(first: str, sentence: str) -> bool:
    return sentence.split()[0][1:2].isupper()


def other_number(sentence: str, _: Story, other: Story, rng: random.Random) -> str | None:
    """Another article's number."""
    return _swapped(_NUMBER, sentence, _all(_NUMBER, other.sentences), rng)


def near_number(sentence: str, story: Story, _: Story, rng: random.Random) -> str | None:
    """Another number of the same article."""
    return _swapped(_NUMBER, sentence, _all(_NUMBER, story.sentences), rng)


def other_name(sentence: str, story: Story, other: Story, rng: random.Random) -> str | None:
    """Another article's name."""
    own = set(_all(_NAME, story.sentences))
    return _swapped(_NAME, sentence, [one for one in _all(_NAME, other.sentences) if one not in own], rng)


def near_name(sentence: str, story: Story, _: Story, rng: random.Random) -> str | None:
    """Another name of the same article, which the sentence does not have."""
    names = [one for one in _all(_NAME, story.sentences) if not set(one.split()) & set(sentence.split())]
    return _swapped(_NAME, sentence, names, rng)


def crossed(sentence: str, *_: object) -> str | None:
    """Two names of the sentence, no months or days, in each other's place."""
    names = [one for one in dict.fromkeys(_NAME.findall(sentence)) if one.casefold() not in CALENDAR]
    if len(names) < 2 or names[0] in names[1] or names[1] in names[0]:
        return None
    marked = sentence.replace(names[0], "\0").replace(names[1], names[0])
    return marked.replace("\0", names[1])


def denied(sentence: str, _: Story, __: Story, rng: random.Random) -> str | None:
    """A "not" behind an auxiliary."""
    places = [match.end() for match in _AUXILIARY.finditer(sentence)]
    if not places or _NOT.search(sentence):
        return None
    place = rng.choice(places)
    return f"{sentence[:place]} not{sentence[place:]}"


def affirmed(sentence: str, *_: object) -> str | None:
    """Without its "not"."""
    return _NOT.sub("", sentence, count=1) if _NOT.search(sentence) else None


def done(sentence: str, *_: object) -> str | None:
    """What only will or may happen as if it had."""
    match = _AHEAD.search(sentence)
    if match is None or '"' in sentence or "“" in sentence or match[1] in set(base_forms().values()):
        return None
    verb = match[1] + ("d" if match[1].endswith("e") else "ed")
    return f"{sentence[: match.start()]}{verb}{sentence[match.end() :]}"


def misquoted(sentence: str, _: Story, other: Story, rng: random.Random) -> str | None:
    """Another word in a quotation."""
    match = _QUOTE.search(sentence)
    words = _WORD.findall(match[1]) if match else []
    if not words:
        return None
    strange = rng.choice(_all(_WORD, other.sentences) or ["otherwise"])
    word = rng.choice(words)
    return None if strange == word else sentence.replace(word, strange, 1)


def other_word(sentence: str, story: Story, other: Story, rng: random.Random) -> str | None:
    """Another article's word."""
    own = {one[:4] for one in _all(_WORD, story.sentences)}
    words = [one for one in _all(_WORD, other.sentences) if one[:4] not in own]
    return _swapped(_WORD, sentence, words, rng)


def _all(pattern: re.Pattern[str], sentences: tuple[str, ...]) -> list[str]:
    return sorted({found for one in sentences for found in pattern.findall(one)})


def _swapped(pattern: re.Pattern[str], sentence: str, pool: list[str], rng: random.Random) -> str | None:
    matches = list(pattern.finditer(sentence))
    pool = [one for one in pool if all(one != match[0] for match in matches)]
    if not matches or not pool:
        return None
    match = rng.choice(matches)
    return sentence[: match.start()] + rng.choice(pool) + sentence[match.end() :]


TRUE: dict[str, Change] = {"word for word": whole, "a clause left out": shorter, "beginning moved": moved}
FALSE: dict[str, Change] = {
    "another article's number": other_number,
    "another number of the article": near_number,
    "another article's name": other_name,
    "another name of the article": near_name,
    "two names crossed": crossed,
    "negation added": denied,
    "negation removed": affirmed,
    "told as done": done,
    "misquoted": misquoted,
    "another article's word": other_word,
}


def cases(found: list[Story], changes: dict[str, Change]) -> Iterator[tuple[str, str, list[SourceText]]]:
    """Each change of some sentences of each story, with what should prove it."""
    for number, story in enumerate(found):
        rng = random.Random(number)
        other = found[(number + 7) % len(found)]
        start = rng.randrange(len(story.sentences) - PASSAGES + 1)
        passages = story.sentences[start : start + PASSAGES]
        shown = Story(passages, ())
        for name, change in changes.items():
            for sentence in passages:
                made = change(sentence, shown, other, rng)
                if (made is not None and made != sentence) or change is whole:
                    yield name, made or sentence, [SourceText(one) for one in passages]


@dataclass
class Tally:
    """How many sentences of each kind there were, how many were kept, and why the others were not."""

    total: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    faults: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    seconds: float = 0.0

    @property
    def share(self) -> float:
        """The share that was kept of all."""
        return self.kept.total() / max(1, self.total.total())


def tally(rows: Iterable[tuple[str, str, list[SourceText]]], show: str | None = None) -> Tally:
    """Proves them all; prints those with the fault `show`, or those "kept"."""
    found = Tally()
    begun = time.perf_counter()
    for name, sentence, passages in rows:
        fault = verify(sentence, passages).failure
        found.total[name] += 1
        found.kept[name] += fault is None
        found.faults[name][fault or "kept"] += 1
        if show == (fault or "kept"):
            print(f"   [{name}] {sentence}")
    found.seconds = time.perf_counter() - begun
    return found
