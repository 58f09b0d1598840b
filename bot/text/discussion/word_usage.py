"""Learns how a thread uses its words, to distinguish nouns, verbs and names without a dictionary."""

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
"""The words of `before-nouns` are by language. For a language without them, other than German with its
capitals, nouns are not recognised."""
_AND = {"en": " and ", "de": " und ", "es": " y ", "fr": " et ", "ru": " и ", "tr": " ve "}
_CASED = re.compile(r"e[mnrs]$")
"""The case endings of German adjectives, as in "im neuen Markt": no phrase begins with one."""
_PLURAL = re.compile(r"[^isu]s$")
_ADVERB = re.compile(r"ly$")
_ADJECTIVE = re.compile(r"(?:ous|ful|ible|able|ish|less|ive|ical|[^e]ed)$")
MAX_TITLE_SHARE = 0.25
MIN_DEFINITE_SHARE = 0.4
"""From this share of occurrences after "the", the name of a theme has "the" as well."""
MIN_PLURAL_SHARE = 0.25
"""From this share of plural occurrences, the name is plural: "Foreigners"."""
MAX_COMMENTS_READ = 800
"""At most this many comments of a thread are read."""


@dataclass(slots=True)
class _StemUse:
    """Counts of how a thread uses one stem."""

    forms: Counter[str] = field(default_factory=Counter)
    noun: int = 0
    """Occurrences where only nouns occur."""
    maybe_noun: int = 0
    verb: int = 0
    predicate: int = 0
    """Occurrences like the adjective of "is free"."""
    attributive: int = 0
    """Occurrences directly before a word with a stem, as adjectives have."""
    names: int = 0
    """Twice the number of capitalised occurrences within sentences that are not all capitals."""
    definite: Counter[str] = field(default_factory=Counter)
    """Occurrences of each form directly after "the"."""
    bare: Counter[str] = field(default_factory=Counter)
    """Other occurrences of each form."""


class WordUsage:
    """How the words of a thread are written and used, to distinguish nouns from verbs without a dictionary.

    `title_stems` are the stems of the thread's title; they describe the whole thread rather than a part of
    it."""

    def __init__(
        self,
        texts: Sequence[CommentText],
        stemmer: CommentStemmer,
        title_stems: frozenset[str] = frozenset(),
    ) -> None:
        self.stemmer = stemmer
        self._title_stems = title_stems
        self._is_english = stemmer.language == "en"
        self._weak_stems = stemmer.stems(_LISTS["weak-nouns"]) if self._is_english else frozenset()
        self._stop_words = STOP_WORDS.get(stemmer.language, frozenset())
        self._uses: defaultdict[str, _StemUse] = defaultdict(_StemUse)
        self._pairs: Counter[tuple[str, str]] = Counter()
        step = max(1, len(texts) // MAX_COMMENTS_READ)
        for text in texts[::step]:
            self._read(TOKEN.findall(split_elisions(text.own_text, stemmer.language)))

    def _read(self, tokens: list[str]) -> None:
        before_nouns = _LISTS.get(f"before-nouns.{self.stemmer.language}", _LISTS["before-nouns.en"])
        before_verbs, before_adjectives = _LISTS["before-verbs"], _LISTS["before-adjectives"]
        words = list(map(normalized, tokens))
        is_shouted = 2 * sum(token[0].isupper() for token in tokens) > len(tokens)
        if not is_shouted:
            self._pairs.update({pair for pair in pairwise(tokens) if all(map(_is_name, pair))})
        for index, word in enumerate(words):
            stem = self.stemmer.stem(word)
            if stem is None or not word[0].isalpha():
                continue
            use = self._uses[stem]
            token, previous = tokens[index], tokens[index - 1] if index else ""
            is_first = not previous or not (previous[0].isalnum() or previous in ",'’")
            if not is_shouted:
                use.names += 2 * (not is_first and token[0].isupper() and not token.isupper())
                use.forms[word if is_first else token] += 1 if is_first else 3
            before = words[index - 1] if index else ""
            (use.definite if before == "the" else use.bare)[word] += 1
            after = words[index + 1] if index + 1 < len(words) else ""
            is_last = not after or not after[0].isalnum() or after in self._stop_words
            if before in before_nouns and (is_last or not self._is_english):
                use.noun += 1
            elif before in before_verbs:
                use.verb += 1
            elif not is_last:
                use.attributive += 1
            elif before in before_adjectives:
                use.predicate += 1
            elif before not in _LISTS["before-anything"]:
                use.maybe_noun += 1

    def full_name(self, stem: str) -> tuple[str, str] | None:
        """Returns the first and last name of a person whom the thread calls by both, if one of them has the
        stem."""
        names = [
            (count, pair)
            for pair, count in self._pairs.items()
            if count > 1 and stem in {self.stemmer.stem(normalized(name)) for name in pair}
        ]
        first, second = max(names, default=(0, ("", "")))[1]
        return (first, second.removesuffix("'s").removesuffix("’s")) if names else None

    def usual_form(self, stem: str) -> str:
        """Returns the most frequent form of the stem, capitalised if it is within sentences in at least a
        third of cases."""
        forms = self._uses[stem].forms
        folded: Counter[str] = Counter()
        for form, count in forms.items():
            folded[form.casefold().removesuffix("'s").removesuffix("’s")] += count
        best = max(folded, key=lambda form: (folded[form], -len(form), form)) if folded else stem
        cased = [form for form in forms if form.casefold() == best and form != best]
        best_cased = max(cased, key=lambda form: (forms[form], form), default=best)
        return best_cased if 3 * forms[best_cased] > folded[best] else best

    def is_noun(self, stem: str) -> bool:
        """Whether the stem can be a theme's name or its last word."""
        if slur_spans(self.usual_form(stem)):
            return False
        if not self._is_english:
            return self._foreign_noun(stem)
        word = self.usual_form(stem).casefold()
        if word in _LISTS["weak-nouns"] or stem in self._weak_stems:
            return False
        if _ADVERB.search(word) or _ADJECTIVE.search(word):
            return False
        return self._noun(stem, word)

    def _foreign_noun(self, stem: str) -> bool:
        if self.stemmer.language == "de":
            return self.usual_form(stem)[0].isupper()
        if f"before-nouns.{self.stemmer.language}" in _LISTS:
            use = self._uses[stem]
            return 2 * use.noun > use.verb + use.predicate + use.maybe_noun + use.attributive
        return len(stem) > 1

    def _noun(self, stem: str, word: str) -> bool:
        use = self._uses[stem]
        others = use.verb + use.predicate
        if word.endswith("ing") and not use.noun:
            return False
        return use.names > 2 * others or 2 * use.noun + use.maybe_noun > 2 * others + use.attributive // 2

    def is_name(self, stem: str) -> bool:
        """Whether the stem is mostly capitalised, as names are."""
        return self.usual_form(stem)[0].isupper()

    def is_surely_noun(self, stem: str) -> bool:
        """Whether the stem also occurs as a noun, and not mostly before other words as adjectives do."""
        use = self._uses[stem]
        is_shown = use.names > 1 or use.noun > use.attributive // 2
        return len(stem) > 3 and self.is_noun(stem) and (is_shown or not self._is_english)

    def distinctiveness(self, stem: str, share: float) -> float:
        """Returns 0.5 for a stem of the title if `share`, its share of the comments, exceeds MAX_TITLE_SHARE,
        else 1."""
        return 0.5 if stem in self._title_stems and share > MAX_TITLE_SHARE else 1.0

    def is_phrase(self, run: Sequence[str]) -> bool:
        """Whether a phrase ends in a word used as a noun (at least weakly) and does not begin with a verb."""
        stem, first = self.stemmer.stem(run[-1]), self.stemmer.stem(run[0])
        if stem is None or first is None:
            return False
        if not self._is_english:
            return self.stemmer.language != "de" or _CASED.search(run[0]) is None or self.is_noun(first)
        start = self._uses[first]
        if start.verb > start.noun + start.predicate + start.attributive:
            return False
        word = run[-1]
        return self._noun(stem, word) and not _ADVERB.search(word) and not _ADJECTIVE.search(word)

    def join_nouns(self, first: str, second: str) -> str:
        """A name of two nouns: "Rail and curve"."""
        return f"{first}{_AND.get(self.stemmer.language, ', ')}{second}"

    def as_spoken(self, text: str) -> str:
        """Returns a name as people use it: "The bus" if the thread mostly writes "the bus"; "Foreigners" if
        it mostly uses the plural."""
        words = text.split()
        stem = self.stemmer.stem(words[0].casefold())
        if not self._is_english or stem is None or "and" in words or _PLURAL.search(words[-1]):
            return text
        use, word = self._uses[stem], words[0].casefold()
        if use.names or any(word[0].isupper() for word in words[1:]):
            return text
        definite = use.definite[word]
        if definite >= 2 and definite >= MIN_DEFINITE_SHARE * (definite + use.bare[word]):
            return f"The {text[0].lower()}{text[1:]}"
        return capitalized(_plural(use, word)) if len(words) == 1 else text

    def cased(self, word: str) -> str:
        """Returns a lower-case word with the capitals that the thread mostly gives it."""
        stem = self.stemmer.stem(word)
        usual = self.usual_form(stem) if stem is not None else word
        return usual if usual.casefold() == word else word


def _plural(use: _StemUse, word: str) -> str:
    """Returns the plural if the thread often uses it."""
    forms = use.definite + use.bare
    plurals = {f"{word}s", f"{word}es", f"{word[:-1]}ies"} & forms.keys()
    plural = max(plurals, key=lambda form: (forms[form], form), default=word)
    return plural if forms[plural] >= MIN_PLURAL_SHARE * (forms[plural] + forms[word]) else word


def _is_name(token: str) -> bool:
    proper = len(token) > 2 and token[0].isupper() and not token.isupper()
    return proper and token.casefold() not in _all_stop_words()


def normalized(word: str) -> str:
    """The word in lower case, with straight apostrophes."""
    return word.casefold().replace("’", "'")


def capitalized(text: str) -> str:
    """Returns the text with its first letter in upper case."""
    return text[0].upper() + text[1:]


@cache
def _all_stop_words() -> frozenset[str]:
    return frozenset().union(*STOP_WORDS.values())
