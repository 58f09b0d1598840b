"""How a thread uses its words, to tell nouns from verbs and names from nouns without a dictionary."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from bot.text.discussion.quotes import CommentText
from bot.text.language.comment_tokens import CommentStemmer, split_elisions
from bot.text.language.slurs import slur_spans
from bot.text.language.stopwords import STOP_WORDS
from bot.text.language.word_lists import WordLists

TOKEN = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*|[^\w\s]|\n")
_LISTS = WordLists(__file__, "word_usage.txt")
"""`before-nouns` by language: of those that have none, German with its capitals aside, nouns cannot be
told."""
_AND = {"en": " and ", "de": " und ", "es": " y ", "fr": " et ", "ru": " и ", "tr": " ve "}
_CASED = re.compile(r"e[mnrs]$")
"""German adjectives that stand in a case of their own sentence: "im neuen Markt"."""
_PLURAL = re.compile(r"[^isu]s$")
_ADVERB = re.compile(r"ly$")
_ADJECTIVE = re.compile(r"(?:ous|ful|ible|able|ish|less|ive|ical|[^e]ed)$")
MAX_TITLE_SHARE = 0.25
MIN_DEFINITE_SHARE = 0.4
"""The share of times that a word stands behind "the" from which on its name does too."""
MIN_PLURAL_SHARE = 0.25
"""The share of a noun's plural from which on a name has it: "Foreigners"."""
MAX_COMMENTS_READ = 800
"""So many comments show how a thread uses its words."""


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
    definite: Counter[str] = field(default_factory=Counter)
    """Times each of its forms stood right behind "the"."""
    bare: Counter[str] = field(default_factory=Counter)
    """Times each stood otherwise."""


class WordUsage:
    """How the words of a thread are written and used, to tell nouns from verbs without a dictionary."""

    def __init__(
        self, voices: Sequence[CommentText], stems: CommentStemmer, subject: frozenset[str] = frozenset()
    ) -> None:
        self.stems = stems
        self.title_stems = subject
        """Stems of the thread's title, which name the whole thread better than a part of it."""
        self._english = stems.language == "en"
        self._weak = stems.stems(_LISTS["weak-nouns"]) if self._english else frozenset()
        self._stops = STOP_WORDS.get(stems.language, frozenset())
        self._uses: defaultdict[str, _Use] = defaultdict(_Use)
        self._pairs: Counter[tuple[str, str]] = Counter()
        step = max(1, len(voices) // MAX_COMMENTS_READ)
        for voice in voices[::step]:
            self._read(TOKEN.findall(split_elisions(voice.own_text, stems.language)))

    def _read(self, tokens: list[str]) -> None:
        before_nouns = _LISTS.get(f"before-nouns.{self.stems.language}", _LISTS["before-nouns.en"])
        before_verbs, before_adjectives = _LISTS["before-verbs"], _LISTS["before-adjectives"]
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
            (use.definite if before == "the" else use.bare)[word] += 1
            after = small[at + 1] if at + 1 < len(small) else ""
            closed = not after or not after[0].isalnum() or after in self._stops
            if before in before_nouns and (closed or not self._english):
                use.noun += 1
            elif before in before_verbs:
                use.verb += 1
            elif not closed:
                use.before += 1
            elif before in before_adjectives:
                use.predicate += 1
            elif before not in _LISTS["before-anything"]:
                use.perhaps += 1

    def full_name(self, stem: str) -> tuple[str, str] | None:
        """The first and second name of somebody whom the thread calls by both, where one of them has the
        stem."""
        found = [
            (count, pair)
            for pair, count in self._pairs.items()
            if count > 1 and stem in {self.stems.stem(normalized(name)) for name in pair}
        ]
        first, second = max(found, default=(0, ("", "")))[1]
        return (first, second.removesuffix("'s").removesuffix("’s")) if found else None

    def usual_form(self, stem: str) -> str:
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
        if slur_spans(self.usual_form(stem)):
            return False
        if not self._english:
            return self._foreign_noun(stem)
        word = self.usual_form(stem).casefold()
        if word in _LISTS["weak-nouns"] or stem in self._weak:
            return False
        if _ADVERB.search(word) or _ADJECTIVE.search(word):
            return False
        return self._noun(stem, word)

    def _foreign_noun(self, stem: str) -> bool:
        if self.stems.language == "de":
            return self.usual_form(stem)[0].isupper()
        if f"before-nouns.{self.stems.language}" in _LISTS:
            use = self._uses[stem]
            return 2 * use.noun > use.verb + use.predicate + use.perhaps + use.before
        return len(stem) > 1

    def _noun(self, stem: str, word: str) -> bool:
        use = self._uses[stem]
        others = use.verb + use.predicate
        if word.endswith("ing") and not use.noun:
            return False
        return use.names > 2 * others or 2 * use.noun + use.perhaps > 2 * others + use.before // 2

    def is_name(self, stem: str) -> bool:
        """Whether it is mostly written with a capital, as names are."""
        return self.usual_form(stem)[0].isupper()

    def is_surely_noun(self, stem: str) -> bool:
        """Whether it also stood as one, and not mostly before other words as adjectives do."""
        use = self._uses[stem]
        told = use.names > 1 or use.noun > use.before // 2
        return len(stem) > 3 and self.is_noun(stem) and (told or not self._english)

    def distinctiveness(self, stem: str, share: float) -> float:
        """How much less a stem tells that the title has and `share` of the comments repeat."""
        return 0.5 if stem in self.title_stems and share > MAX_TITLE_SHARE else 1.0

    def is_phrase(self, run: Sequence[str]) -> bool:
        """Whether a phrase can end as it does, in a word that is used as a noun, a weak one included, and
        begin as it does, not with a verb."""
        stem, first = self.stems.stem(run[-1]), self.stems.stem(run[0])
        if stem is None or first is None:
            return False
        if not self._english:
            return self.stems.language != "de" or _CASED.search(run[0]) is None or self.is_noun(first)
        start = self._uses[first]
        if start.verb > start.noun + start.predicate + start.before:
            return False
        word = run[-1]
        return self._noun(stem, word) and not _ADVERB.search(word) and not _ADJECTIVE.search(word)

    def join_nouns(self, one: str, other: str) -> str:
        """A name of two nouns: "Rail and curve"."""
        return f"{one}{_AND.get(self.stems.language, ', ')}{other}"

    def as_spoken(self, text: str) -> str:
        """A name as people speak of it: "The bus", where the thread mostly says "the bus"; "Foreigners",
        where it speaks of several."""
        words = text.split()
        stem = self.stems.stem(words[0].casefold())
        if not self._english or stem is None or "and" in words or _PLURAL.search(words[-1]):
            return text
        use, word = self._uses[stem], words[0].casefold()
        if use.names or any(word[0].isupper() for word in words[1:]):
            return text
        said = use.definite[word]
        if said >= 2 and said >= MIN_DEFINITE_SHARE * (said + use.bare[word]):
            return f"The {text[0].lower()}{text[1:]}"
        return capitalized(self._several(use, word)) if len(words) == 1 else text

    def _several(self, use: _Use, word: str) -> str:
        """The plural, where people often speak of more than one."""
        forms = use.definite + use.bare
        plurals = {f"{word}s", f"{word}es", f"{word[:-1]}ies"} & forms.keys()
        plural = max(plurals, key=lambda form: (forms[form], form), default=word)
        return plural if forms[plural] >= MIN_PLURAL_SHARE * (forms[plural] + forms[word]) else word

    def cased(self, word: str) -> str:
        """A word in small letters as the thread mostly writes it."""
        stem = self.stems.stem(word)
        usual = self.usual_form(stem) if stem is not None else word
        return usual if usual.casefold() == word else word


def _is_name(token: str) -> bool:
    proper = len(token) > 2 and token[0].isupper() and not token.isupper()
    return proper and token.casefold() not in _all_stop_words()


def normalized(word: str) -> str:
    """The word in small letters, with straight apostrophes."""
    return word.casefold().replace("’", "'")


def capitalized(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[0].upper() + text[1:]


@cache
def _all_stop_words() -> frozenset[str]:
    return frozenset().union(*STOP_WORDS.values())
