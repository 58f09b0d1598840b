"""What the proof of written sentences keeps and drops: true ones, people's paraphrases, and false ones.

    python -m benchmarks.proving [--articles N] [--show FAULT]

True sentences are those of news articles, whole, with clauses left out, with the beginning moved, and those
that people wrote about the article. False ones are the same sentences with one thing changed. Each is proven
by six sentences of its article, people's own by all of it. Reads `summaries/cnn_dailymail.jsonl` of the
development data (NEWSDESK_SHARED, or ../shared).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.text.proving import Evidence, prove
from bot.text.sentences import split

PASSAGES = 6
SHORT, LONG = 40, 320
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*\b")
_NUMBER = re.compile(r"\b\d+(?:,\d{3})*(?:\.\d+)?\b")
_QUOTE = re.compile(r"[\"“]([^\"“”]{12,})[\"”]")
_AUXILIARY = re.compile(
    r"\b(is|was|are|were|has|have|had|will|would|can|could|did|does|should|may)\b(?! not)", re.I
)
_NOT = re.compile(r"\b(?:not|never) |n't\b")
_WORD = re.compile(r"\b[a-z]{5,}\b")


@dataclass(frozen=True)
class Story:
    """An article's sentences, and what people wrote of it."""

    sentences: tuple[str, ...]
    highlights: tuple[str, ...]


def stories(count: int) -> list[Story]:
    """Development data."""
    root = Path(os.environ.get("NEWSDESK_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    data = root / "data" / "summaries" / "cnn_dailymail.jsonl"
    found = []
    for line in data.read_text(encoding="utf-8").splitlines()[:count]:
        row = json.loads(line)
        text = row["article"]
        sentences = [text[start:end] for start, end in split(text)]
        kept = tuple(one for one in sentences if SHORT < len(one) < LONG and "\n" not in one)
        if len(kept) >= PASSAGES:
            told = [one.strip().removesuffix(" .") + "." for one in row["highlights"].splitlines()]
            found.append(Story(kept, tuple(told)))
    return found


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
    return f"{rest[0].upper()}{rest[1:]} {begins}."


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
    """Two names of the sentence in each other's place."""
    names = list(dict.fromkeys(_NAME.findall(sentence)))
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
    "misquoted": misquoted,
    "another article's word": other_word,
}


def cases(found: list[Story], changes: dict[str, Change]) -> Iterator[tuple[str, str, list[Evidence]]]:
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
                    yield name, made or sentence, [Evidence(one) for one in passages]


def report(title: str, rows: Iterator[tuple[str, str, list[Evidence]]], show: str | None) -> None:
    """How many are kept of each kind, and why the others are not."""
    kept: Counter[str] = Counter()
    total: Counter[str] = Counter()
    faults: dict[str, Counter[str]] = defaultdict(Counter)
    begun = time.perf_counter()
    for name, sentence, passages in rows:
        total[name] += 1
        verdict = prove(sentence, passages)
        kept[name] += verdict.fault is None
        faults[name][verdict.fault or ""] += 1
        if show is not None and show == (verdict.fault or "kept"):
            print(f"   [{name}] {sentence}")
    seconds = time.perf_counter() - begun
    print(f"{title}: {1000 * seconds / max(1, total.total()):.1f} ms a sentence")
    for name, count in total.items():
        why = ", ".join(f"{fault} {n}" for fault, n in faults[name].most_common(5) if fault)
        print(f"  {name:32} kept {kept[name] / count:6.1%} of {count:5}   {why}")
    share = kept.total() / max(1, total.total())
    print(f"  {'all':32} kept {share:6.1%}, dropped {1 - share:6.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--show", help="print the sentences with this fault, or those kept")
    given = parser.parse_args()
    found = stories(given.articles)
    report("true", cases(found, TRUE), given.show)
    people = (
        ("people's own summaries", told, [Evidence(one) for one in story.sentences])
        for story in found
        for told in story.highlights
    )
    report("true, in people's own words", people, None)
    report("false", cases(found, FALSE), given.show)


if __name__ == "__main__":
    main()
