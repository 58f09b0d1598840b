"""Names for themes: the nouns and short phrases that a theme's comments use and the others do not."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.text.abbreviations import words as words_of
from bot.text.english import BEFORE_ADJECTIVES, BEFORE_ANYTHING, BEFORE_NOUNS, BEFORE_VERBS, WEAK_NOUNS
from bot.text.quotes import Voice
from bot.text.slurs import slurs
from bot.text.stopwords import STOP_WORDS
from bot.text.wording import Stems, parted

_TOKEN = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*|[^\w\s]|\n")
_ARTICLES = {
    "en": BEFORE_NOUNS,
    "es": words_of("el la los las un una unos unas del al mi mis su sus nuestro nuestra cada"),
    "fr": words_of("le la les l un une des du d au aux mon ma mes son sa ses leur leurs notre votre ce cet"),
}
"""What stands before nouns. Of languages not here, German with its capitals aside, nouns cannot be told."""
_NO_NAMES = frozenset(word for words in STOP_WORDS.values() for word in words)
_ADVERB = re.compile(r"ly$")
_ADJECTIVE = re.compile(r"(?:ous|ful|ible|able|ish|less|ive|ical|[^e]ed)$")
CONSIDERED = 10
"""A theme is named after one of so many stems that mark it most."""
MOST_MEMBERS = 300
"""So many comments of a theme show in which phrases its words stand."""
TITLE_SHARE = 0.25
SMALL = 12
"""A theme of no more comments is worth a second word: one noun in a few comments may be there by chance."""
MOST_READ = 800
"""So many comments show how a thread uses its words."""


@dataclass(frozen=True, slots=True)
class Label:
    """A theme's name, the stems in it, and all stems that mark the theme, strongest first."""

    text: str
    stems: frozenset[str]
    marks: tuple[str, ...]


@dataclass(slots=True)
class _Use:
    """How a thread uses one stem."""

    forms: Counter[str] = field(default_factory=Counter)
    noun: int = 0
    """Times it stood where only nouns stand."""
    perhaps: int = 0
    verb: int = 0
    predicate: int = 0
    """Times it stood like the adjective of "is free"."""
    before: int = 0
    """Times it stood right before a word that says something, as adjectives do."""
    names: int = 0
    """Times it had a capital letter within a sentence that is not all capitals."""


class Usage:
    """How the words of a thread are written and used, to tell nouns from verbs without a dictionary."""

    def __init__(self, voices: Sequence[Voice], stems: Stems, subject: frozenset[str] = frozenset()) -> None:
        self.stems = stems
        self.subject = subject
        """Stems of the thread's title, which name the whole thread better than a part of it."""
        self._english = stems.language == "en"
        self._stops = STOP_WORDS.get(stems.language, frozenset())
        self._uses: defaultdict[str, _Use] = defaultdict(_Use)
        self._pairs: Counter[tuple[str, str]] = Counter()
        step = max(1, len(voices) // MOST_READ)
        for voice in voices[::step]:
            self._read(_TOKEN.findall(parted(voice.own, stems.language)))

    def _read(self, tokens: list[str]) -> None:
        articles = _ARTICLES.get(self.stems.language, BEFORE_NOUNS)
        small = [token.casefold().replace("’", "'") for token in tokens]
        loud = 2 * sum(token[0].isupper() for token in tokens) > len(tokens)
        if not loud:
            self._pairs.update({pair for pair in pairwise(tokens) if all(map(_is_name, pair))})
        for at, word in enumerate(small):
            stem = self.stems.stem(word)
            if stem is None or not word[0].isalpha():
                continue
            use = self._uses[stem]
            begins = at == 0 or not (tokens[at - 1][0].isalnum() or tokens[at - 1] in ",'’")
            if not loud:
                use.names += 2 * (not begins and tokens[at][0].isupper() and not tokens[at].isupper())
                use.forms[word if begins else tokens[at]] += 1 if begins else 3
            before = small[at - 1] if at else ""
            after = small[at + 1] if at + 1 < len(small) else ""
            closed = not after or not after[0].isalnum() or after in self._stops
            if before in articles and (closed or not self._english):
                use.noun += 1
            elif before in BEFORE_VERBS:
                use.verb += 1
            elif not closed:
                use.before += 1
            elif before in BEFORE_ADJECTIVES:
                use.predicate += 1
            elif before not in BEFORE_ANYTHING:
                use.perhaps += 1

    def full_name(self, stem: str) -> tuple[str, str] | None:
        """The first and second name of somebody whom the thread calls by both, where one of them has the
        stem."""
        found = [
            (count, pair)
            for pair, count in self._pairs.items()
            if count > 1 and stem in {self.stems.stem(_plain(name)) for name in pair}
        ]
        first, second = max(found, default=(0, ("", "")))[1]
        return (first, second.removesuffix("'s").removesuffix("’s")) if found else None

    def written(self, stem: str) -> str:
        """The stem's usual form, with the capitals it has within sentences in a third of cases or more."""
        forms = self._uses[stem].forms
        folded: Counter[str] = Counter()
        for form, count in forms.items():
            folded[form.casefold().removesuffix("'s").removesuffix("’s")] += count
        best = max(folded, key=lambda form: (folded[form], -len(form), form)) if folded else stem
        cased = [form for form in forms if form.casefold() == best and form != best]
        capital = max(cased, key=lambda form: (forms[form], form), default=best)
        return capital if 3 * forms[capital] > folded[best] else best

    def is_noun(self, stem: str) -> bool:
        """Whether the stem can stand as a theme's name or end it."""
        if slurs(self.written(stem)):
            return False
        if not self._english:
            return self._foreign_noun(stem)
        word = self.written(stem).casefold()
        if word in WEAK_NOUNS or _ADVERB.search(word) or _ADJECTIVE.search(word):
            return False
        return self._noun(stem, word)

    def _foreign_noun(self, stem: str) -> bool:
        if self.stems.language == "de":
            return self.written(stem)[0].isupper()
        if self.stems.language in _ARTICLES:
            use = self._uses[stem]
            return 2 * use.noun > use.verb + use.predicate + use.perhaps + use.before
        return len(stem) > 1

    def _noun(self, stem: str, word: str) -> bool:
        use = self._uses[stem]
        others = use.verb + use.predicate
        if word.endswith("ing") and not use.noun:
            return False
        return use.names > 2 * others or 2 * use.noun + use.perhaps > 2 * others + use.before // 2

    def is_surely_noun(self, stem: str) -> bool:
        """Whether it also stood as one, and not mostly before other words as adjectives do."""
        use = self._uses[stem]
        told = use.names > 1 or use.noun > use.before // 2
        return len(stem) > 3 and self.is_noun(stem) and (told or not self._english)

    def telling(self, stem: str, share: float) -> float:
        """How much less a stem tells that the title has and `share` of the comments repeat."""
        return 0.5 if stem in self.subject and share > TITLE_SHARE else 1.0

    def is_phrase(self, run: Sequence[str]) -> bool:
        """Whether a phrase can end as it does, in a word that is used as a noun, a weak one included, and
        begin as it does, not with a verb."""
        stem, first = self.stems.stem(run[-1]), self.stems.stem(run[0])
        if stem is None or first is None or not self._english:
            return stem is not None
        start = self._uses[first]
        if start.verb > start.noun + start.predicate + start.before:
            return False
        word = run[-1]
        return self._noun(stem, word) and not _ADVERB.search(word) and not _ADJECTIVE.search(word)

    def cased(self, word: str) -> str:
        """A word in small letters as the thread mostly writes it."""
        stem = self.stems.stem(word)
        usual = self.written(stem) if stem is not None else word
        return usual if usual.casefold() == word else word


def name(
    members: Sequence[Voice],
    counts: Counter[str],
    total: int,
    usage: Usage,
    taken: frozenset[str] = frozenset(),
) -> Label | None:
    """The label of the theme that `members` make in a thread of `total` comments whose stems are in `counts`
    comments each, without the stems in `taken`; None where no noun marks it."""
    inside = Counter(stem for voice in members for stem in voice.stems)
    lifts = {
        stem: count * lift * usage.telling(stem, counts[stem] / total)
        for stem, count in inside.items()
        if count >= 2
        and (lift := _lift(count, len(members), counts[stem] - count, total - len(members))) > 0.3
    }
    ranked = sorted(lifts, key=lambda stem: (-lifts[stem], stem))
    heads = [stem for stem in ranked[:CONSIDERED] if stem not in taken]
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
            text, used = f"{text} and {names[second][0]}", used | names[second][1]
    return Label(_capital(text), used, tuple(ranked[:12]))


def call(stem: str, members: Sequence[Voice], usage: Usage) -> str:
    """What to call the subject `stem`, which all `members` have: the phrase it mostly stands in, if any."""
    names = _widen(stem, _phrases(members, frozenset({stem}), usage.stems), usage)
    return _capital(names[0] if names is not None else usage.written(stem))


def widened(label: Label, members: Sequence[Voice], usage: Usage, taken: frozenset[str]) -> Label:
    """The label of a small theme by one noun with what says more: the phrase in which it stands more than
    once, or else the noun that half of its `members` have beside it; not with the stems in `taken`."""
    if len(label.stems) > 1 or len(members) > SMALL:
        return label
    (stem,) = label.stems
    found = _widen(stem, _phrases(members, label.stems, usage.stems), usage)
    if found is not None and len(found[1]) > 1 and not (found[1] - label.stems) & taken:
        return Label(_capital(found[0]), found[1], label.marks)
    inside = Counter(other for voice in members for other in voice.stems)
    second = next(
        (
            other
            for other in label.marks
            if other != stem
            and other not in taken
            and inside[other] >= max(2, 0.5 * len(members))
            and other[:5] != stem[:5]
            and usage.is_surely_noun(other)
        ),
        None,
    )
    if second is None:
        return label
    return Label(f"{label.text} and {usage.written(second)}", label.stems | {second}, label.marks)


def _is_name(token: str) -> bool:
    return len(token) > 2 and token[0].isupper() and not token.isupper() and token.casefold() not in _NO_NAMES


def _plain(word: str) -> str:
    return word.casefold().replace("’", "'")


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _lift(inside: int, members: int, outside: int, others: int) -> float:
    return math.log((inside + 0.5) / (members + 1)) - math.log((outside + 0.5) / (others + 1))


def _second(members: Sequence[Voice], nouns: Iterable[str], used: frozenset[str], first: str) -> str | None:
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


def _phrases(members: Sequence[Voice], wanted: frozenset[str], stems: Stems) -> dict[str, _Runs]:
    """The runs around each wanted stem, as far as MOST_MEMBERS comments show them."""
    found: defaultdict[str, _Runs] = defaultdict(_Runs)
    for voice in members[:: max(1, len(members) // MOST_MEMBERS)]:
        for stem in wanted & voice.stems:
            found[stem].comments += 1
        tokens = [
            token.casefold().replace("’", "'") for token in _TOKEN.findall(parted(voice.own, stems.language))
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


def _whole(run: tuple[str, ...], stems: Stems) -> bool:
    """Whether a run of words can be a phrase: its ends say something, between them at most an "of"."""
    return (
        all(stems.stem(run[at]) is not None for at in (0, -1))
        and all(word[0].isalpha() for word in run)
        and (len(run) < 3 or run[1] == "of" or stems.stem(run[1]) is not None)
    )


def _widen(stem: str, phrases: dict[str, _Runs], usage: Usage) -> tuple[str, frozenset[str]] | None:
    """The phrase in which the stem mostly stands, or else the noun it is; and the stems of what is given."""
    around = phrases.get(stem, _Runs())
    options = [
        (count, len(run), run)
        for run, count in around.runs.items()
        if count >= max(2, 0.35 * around.comments) and usage.is_phrase(run)
    ]
    if options:
        _count, _length, run = max(options)
        return " ".join(usage.cased(word) for word in run), usage.stems.all(run)
    if not usage.is_noun(stem):
        return None
    full = usage.full_name(stem)
    if full is not None:
        return " ".join(full), usage.stems.all(map(_plain, full))
    return usage.written(stem), frozenset({stem})
