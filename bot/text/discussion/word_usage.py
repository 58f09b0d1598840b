"""Learns how a thread uses its words, to distinguish nouns, verbs and names without a dictionary."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.text.discussion.quotes import CommentText
from bot.text.language.comment_tokens import CommentStemmer, split_elisions
from bot.text.language.slurs import slur_spans
from bot.text.language.stopwords import STOP_WORDS
from bot.text.language.word_lists import WordLists

TOKEN = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*|[^\w\s]|\n")
_LISTS = WordLists(__file__, "word_usage.txt")
"""The words of `before-nouns` are by language. For a language without them, other than German with its
capitals, nouns are not recognised."""
_ADVERB = re.compile(r"ly$")
_ADJECTIVE = re.compile(r"(?:ous|ful|ible|able|ish|less|ive|ical|[^e]ed)$")
_NO_PLURAL = re.compile(r"(?:ss|us|is)$")
_MIN_BASE = 3
MAX_VERB_SHARE = 0.3
MAX_COMMENTS_READ = 800
"""At most this many comments of a thread are read."""


@dataclass(slots=True)
class _WordUse:
    """Counts of how a thread uses the forms of one word."""

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


class WordUsage:
    """How a thread writes and uses its words, to distinguish nouns from verbs without a dictionary."""

    def __init__(self, texts: Sequence[CommentText], stemmer: CommentStemmer) -> None:
        self.stemmer = stemmer
        self._is_english = stemmer.language == "en"
        self._weak_stems = stemmer.stems(_LISTS["weak-nouns"]) if self._is_english else frozenset()
        self._stop_words = STOP_WORDS.get(stemmer.language, frozenset())
        self._bases: dict[str, str] = {}
        self._forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._uses: defaultdict[tuple[str, str], _WordUse] = defaultdict(_WordUse)
        """By stem and base: "nature" is a noun, "natural" none, though both have one stem."""
        step = max(1, len(texts) // MAX_COMMENTS_READ)
        for text in texts[::step]:
            self._read(TOKEN.findall(split_elisions(text.own_text, stemmer.language)))

    def _read(self, tokens: list[str]) -> None:
        before_nouns = _LISTS.get(f"before-nouns.{self.stemmer.language}", _LISTS["before-nouns.en"])
        before_verbs, before_adjectives = _LISTS["before-verbs"], _LISTS["before-adjectives"]
        words = list(map(normalized, tokens))
        is_shouted = 2 * sum(token[0].isupper() for token in tokens) > len(tokens)
        for index, word in enumerate(words):
            stem = self.stemmer.stem(word)
            if stem is None or not word[0].isalpha():
                continue
            use = self._uses[stem, self._base(word)]
            token, previous = tokens[index], tokens[index - 1] if index else ""
            is_first = not previous or not (previous[0].isalnum() or previous in ",'’")
            if not is_shouted:
                use.names += 2 * (not is_first and token[0].isupper() and not token.isupper())
                self._forms[stem][word if is_first else token] += 1 if is_first else 3
            before = words[index - 1] if index else ""
            after = words[index + 1] if index + 1 < len(words) else ""
            is_last = not after or not after[0].isalnum() or after in self._stop_words
            if before in before_nouns and (is_last or not self._is_english):
                use.noun += 1
            elif before in before_verbs or (word.endswith("s") and after in _LISTS["after-verbs"]):
                use.verb += 1
            elif not is_last:
                use.attributive += 1
            elif before in before_adjectives:
                use.predicate += 1
            elif before not in _LISTS["before-anything"]:
                use.maybe_noun += 1

    def usual_form(self, stem: str) -> str:
        """Returns the most frequent form of the stem, capitalised if it is within sentences in at least
        half of the cases."""
        forms = self._forms[stem]
        usual = self._inflected(stem)
        folded: Counter[str] = Counter()
        for form, count in forms.items():
            if self._base(normalized(form)) == usual:
                folded[form.casefold().removesuffix("'s").removesuffix("’s")] += count
        best = max(folded, key=lambda form: (folded[form], -len(form), form)) if folded else stem
        cased = [form for form in forms if form.casefold() == best and form != best]
        best_cased = max(cased, key=lambda form: (forms[form], form), default=best)
        return best_cased if 2 * forms[best_cased] > folded[best] else best

    def names(self, words: Iterable[str]) -> frozenset[str]:
        """Returns those of the words in lower case that have a capital letter in at least half of the cases
        within sentences."""
        usual = {word: self.stemmer.stem(word) for word in words}
        return frozenset(
            word
            for word, stem in usual.items()
            if stem is not None and (form := self.usual_form(stem))[0].isupper() and form.casefold() == word
        )

    def is_form(self, stem: str, word: str) -> bool:
        """Whether a word in lower case, of this stem, is a form of the same word as its usual form: in
        English, "natural" is none of "nature"."""
        return not self._is_english or self._base(word) == self._inflected(stem)

    def _inflected(self, stem: str) -> str:
        """Returns the base of the most frequent word of a stem."""
        if stem not in self._bases:
            counts: Counter[str] = Counter()
            for form, count in self._forms[stem].items():
                counts[self._base(normalized(form))] += count
            self._bases[stem] = max(counts, key=lambda base: (counts[base], base)) if counts else stem
        return self._bases[stem]

    def _use(self, stem: str) -> _WordUse:
        """Returns how the most frequent word of a stem is used."""
        return self._uses[stem, self._inflected(stem) if self._is_english else ""]

    def _base(self, word: str) -> str:
        return base_form(word) if self._is_english else ""

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
            use = self._use(stem)
            return 2 * use.noun > use.verb + use.predicate + use.maybe_noun + use.attributive
        return len(stem) > 1

    def _noun(self, stem: str, word: str) -> bool:
        use = self._use(stem)
        others = use.verb + use.predicate
        if word.endswith("ing") and not use.noun:
            return False
        return use.names > 2 * others or 2 * use.noun + use.maybe_noun > 2 * others + use.attributive // 2

    def is_verb(self, stem: str) -> bool:
        """Whether the thread often uses the stem as a verb."""
        use = self._use(stem)
        every = use.verb + use.noun + use.maybe_noun + use.predicate + use.attributive
        return use.verb > MAX_VERB_SHARE * every

    def is_telling(self, stem: str) -> bool:
        """Whether the stem names something by itself: a noun, verb or adjective of some meaning."""
        word = self.usual_form(stem).casefold()
        if not self._is_english:
            return self.is_noun(stem)
        is_weak = stem in self._weak_stems or word in _LISTS["weak-nouns"] or bool(_ADVERB.search(word))
        return len(stem) > 2 and word[0].isalpha() and not is_weak and not slur_spans(word)


def base_form(word: str) -> str:
    """Returns what the forms of an English word in lower case share, which need not be a word: "rent" for
    rents, rented and renting, but not for rental."""
    base = word.removesuffix("'s").removesuffix("'")
    if len(base) > _MIN_BASE + 2 and base.endswith("ies"):
        return base[:-3] + "y"
    for suffix in ("ing", "ed", "es", "s"):
        if base.endswith(suffix) and len(base) >= len(suffix) + _MIN_BASE and not _NO_PLURAL.search(base):
            base = base.removesuffix(suffix)
            break
    base = base.removesuffix("e")
    return base[:-1] if base[-2:-1] == base[-1:] else base


def normalized(word: str) -> str:
    """The word in lower case, with straight apostrophes."""
    return word.casefold().replace("’", "'")
