"""Detects the language of a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.text.language.stopwords import STOP_WORDS
from bot.text.language.word_arrays import batches, split_words
from bot.text.language.word_patterns import LETTERS, without_typography

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE_CHARACTERS = 4_000
"""The number of characters read."""
MIN_STOP_WORD_SHARE = 0.08
"""The minimum share of stop words in prose of any language; lists and names have fewer."""

MIN_ENGLISH_SHARE = 0.1
"""The minimum share of stop words in a text that is plainly English."""
ENGLISH_CHARACTERS = 1_000
"""The number of characters of which a text is seen to be plainly English."""
_ENGLISH_ONLY = frozenset(
    [
        *("about", "after", "against", "and", "are", "because", "been", "before", "being"),
        *("between", "but", "by", "could", "did", "does", "during", "each", "for"),
        *("from", "had", "has", "have", "his", "how", "into", "not", "said"),
        *("says", "should", "than", "that", "the", "their", "they", "this", "to"),
        *("were", "what", "when", "where", "which", "while", "who", "why", "with", "would"),
    ]
)
"""Function words that are words of few other languages."""

_SCRIPTS = {
    "ja": re.compile("[\u3041-\u30ff]"),  # before Chinese, whose characters it also uses
    "ko": re.compile("[\u1100-\u11ff\uac00-\ud7ff]"),
    "zh": re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "el": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "he": re.compile("[\u0590-\u05ff]"),
}
_CYRILLIC = re.compile("[\u0400-\u052f]")
_ARABIC = re.compile("[\u0620-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
_OTHER_SCRIPTS = re.compile("[\u0370-\u1fff\u3041-\uffff]")
"""All of these scripts, and more."""
_RELATIVES = {
    _CYRILLIC: ("ru", {"uk": "іїєґ", "sr": "јљњћђџ", "be": "ў"}),
    _ARABIC: ("ar", {"ur": "ٹڈڑںے", "fa": "پچژگکی"}),
}
"""The most common language of each script, and letters that only others of its languages have."""
_OWN_LETTERS = {
    "de": "ßäö",
    "es": "ñ¿¡íóú",
    "fr": "çèêëîûœé",
    "pt": "ãõ",
    "it": "ìò",
    "tr": "ığşİ",
}
"""Letters that are evidence for a language, weaker than its stop words."""
_LETTER_WEIGHT = 1_260


_SCORE = 2_520
"""The score of a stop word, which the languages that have it share: a multiple of all their numbers."""
_MAX_COUNT = 1 << 16
"""More than the stop words of a sample."""
_MIN_TOGETHER = 16
"""Fewer texts are faster one by one."""
_HASH_SHIFT = 48
_LETTERS_ONLY = bytes(code if code < 128 and chr(code).isalpha() else 32 for code in range(256)).lower()
"""Replaces everything but letters, for `bytes.translate`, which is several times as fast as that of `str`."""


@cache
def _languages_by_stop_word() -> dict[str, frozenset[str]]:
    """Returns the languages that have each stop word."""
    languages: dict[str, set[str]] = {}
    for language, stop_words in STOP_WORDS.items():
        for stop_word in stop_words:
            languages.setdefault(stop_word, set()).add(language)
    return {stop_word: frozenset(having) for stop_word, having in languages.items()}


def detect_language(text: str) -> str | None:
    """Returns the ISO 639-1 code, determined by script or by stop words; None if neither is conclusive. For
    questions and the texts of a thread: `bot.text.language.identify` knows more languages."""
    sample = without_typography(text[:SAMPLE_CHARACTERS])
    if (language := by_script(sample)) is not None:
        return language
    if not sample.isascii() and _OTHER_SCRIPTS.search(sample):
        letters = sum(map(len, LETTERS.findall(sample)))
        for script, (usual, others) in _RELATIVES.items():
            if len(script.findall(sample)) > letters / 2:
                return _relative(sample, usual, others)
    small = sample.lower()
    return _by_words(small, _words(small))


def guess_languages(texts: Sequence[str]) -> list[str | None]:
    """Returns `detect_language` of each text, but English only for those of which `is_plainly_english` is
    sure: what is left to `bot.text.language.identify` is any other text."""
    samples = [without_typography(text[:SAMPLE_CHARACTERS]) for text in texts]
    plain = [place for place, sample in enumerate(samples) if sample.isascii()]
    if len(plain) < _MIN_TOGETHER:
        return list(map(_guess_language, samples))
    languages = [None if sample.isascii() else _guess_language(sample) for sample in samples]
    for places in batches(plain, [len(samples[place]) + 1 for place in plain]):
        use = _stop_word_use([samples[place] for place in places])
        is_prose = use.counts >= MIN_STOP_WORD_SHARE * use.words
        pairs = zip(is_prose.tolist(), use.are_plainly_english().tolist(), strict=True)
        for number, language, (is_sure, is_english) in zip(use.texts, use.languages, pairs, strict=True):
            languages[places[number]] = language if is_english or (is_sure and language != "en") else None
    return languages


def _guess_language(sample: str) -> str | None:
    language = detect_language(sample)
    return None if language == "en" and not is_plainly_english(sample) else language


def by_script(text: str) -> str | None:
    """Returns the language of a text in a script that only one language has, else None."""
    sample = text[:SAMPLE_CHARACTERS]
    if sample.isascii() or not _OTHER_SCRIPTS.search(sample):
        return None
    letters = sum(map(len, LETTERS.findall(sample)))
    for language, script in _SCRIPTS.items():
        if len(script.findall(sample)) > letters / 5:
            return language
    return None


def is_plainly_english(text: str) -> bool:
    """Whether a text has a function word that only English has, and enough stop words of English and of no
    other language that has more. Of sentences in 32 other languages, one in 270 has."""
    sample = without_typography(text[:ENGLISH_CHARACTERS])
    small = sample.lower()
    words = _words(small)
    if _ENGLISH_ONLY.isdisjoint(words) or not (small.isascii() or all(map(str.isascii, words))):
        return False
    if _by_words(small, words) != "en":
        return False
    return sum(map(STOP_WORDS["en"].__contains__, words)) >= MIN_ENGLISH_SHARE * len(words)


def are_plainly_english(texts: Sequence[str]) -> list[bool]:
    """Returns `is_plainly_english` of each text: of those in plain letters many at once."""
    samples = [without_typography(text[:ENGLISH_CHARACTERS]) for text in texts]
    is_english = [not sample.isascii() and is_plainly_english(sample) for sample in samples]
    plain = [place for place, sample in enumerate(samples) if sample.isascii()]
    for places in batches(plain, [len(samples[place]) + 1 for place in plain]):
        for place, is_plain in zip(places, _are_english([samples[place] for place in places]), strict=True):
            is_english[place] = is_plain
    return is_english


def _words(small: str) -> list[str]:
    """Returns the words of a text in lower case; for ASCII several times as fast as the pattern."""
    if small.isascii():
        return small.encode().translate(_LETTERS_ONLY).decode().split()
    return LETTERS.findall(small)


def _relative(sample: str, usual: str, others: dict[str, str]) -> str:
    for language, own in others.items():
        if sum(map(sample.count, own)) * 100 > len(sample):
            return language
    return usual


def _by_words(small: str, words: Sequence[str]) -> str | None:
    """Returns the language of a text in lower case by its words."""
    by_stop_word = _languages_by_stop_word()
    different = by_stop_word.keys() & words
    if small.isascii() and different:
        # A language that has all of them scores highest, which most texts have: a third of the cost.
        complete = frozenset.intersection(*map(by_stop_word.__getitem__, different))
        if complete:
            enough = MIN_STOP_WORD_SHARE * len(words)
            is_prose = len(different) >= enough or sum(map(by_stop_word.__contains__, words)) >= enough
            return min(complete) if is_prose else None
    known = filter(by_stop_word.__contains__, words)
    counts: dict[str, int] = {}
    scores: dict[str, int] = {}
    for word, times in Counter(known).items():
        languages = by_stop_word[word]
        for language in languages:
            counts[language] = counts.get(language, 0) + times
            scores[language] = scores.get(language, 0) + times * _SCORE // len(languages)
    if not small.isascii():
        for language, own in _OWN_LETTERS.items():
            count = sum(map(small.count, own))
            counts[language] = counts.get(language, 0) + count
            scores[language] = scores.get(language, 0) + _LETTER_WEIGHT * count
    if not scores:
        return None
    most = max(scores.values())
    best = [language for language, score in scores.items() if score == most]
    language = min(best, key=lambda name: (-counts[name], name))
    return language if counts[language] >= MIN_STOP_WORD_SHARE * len(words) else None


def _are_english(texts: Sequence[str]) -> list[bool]:
    """As `is_plainly_english`, for the samples of texts in plain letters."""
    use = _stop_word_use(texts)
    is_english = [False] * len(texts)
    for number, is_plain in zip(use.texts, use.are_plainly_english().tolist(), strict=True):
        is_english[number] = is_plain
    return is_english


class _StopWordUse(NamedTuple):
    """The language of each text in plain letters that has stop words, as `_by_words` finds it."""

    texts: list[int]
    """The indexes of these texts."""
    languages: list[str]
    counts: NDArray[Any]
    """How many of its words are stop words of this language;"""
    telling: NDArray[Any]
    """how many are of `_ENGLISH_ONLY`;"""
    words: NDArray[Any]
    """and how many there are."""

    def are_plainly_english(self) -> NDArray[Any]:
        """As `is_plainly_english`, for each of these texts."""
        enough: NDArray[Any] = (self.telling > 0) & (self.counts >= MIN_ENGLISH_SHARE * self.words)
        enough[[language != "en" for language in self.languages]] = False
        return enough


def _stop_word_use(texts: Sequence[str]) -> _StopWordUse:
    import numpy as np

    stops = _stop_word_arrays()
    words = split_words(texts, _LETTERS_ONLY)
    # Most other words are left out before the search, which takes longer than all the rest.
    possible = np.flatnonzero(stops.beginnings[words.hashes >> _HASH_SHIFT])
    hashes = words.hashes[possible]
    places = np.minimum(np.searchsorted(stops.hashes, hashes), len(stops.hashes) - 1)
    known = stops.hashes[places] == hashes
    places, owners = places[known], words.owners[possible[known]]
    having, first = np.unique(owners, return_index=True)
    if not len(having):
        return _StopWordUse([], [], having, having, having)
    totals = np.add.reduceat(stops.scores[places], first)
    best = totals.argmax(axis=1)
    names = sorted(STOP_WORDS)
    return _StopWordUse(
        having.tolist(),
        [names[language] for language in best.tolist()],
        totals[np.arange(len(best)), best] % _MAX_COUNT,
        np.add.reduceat(stops.is_telling[places], first, dtype=np.int64),
        np.bincount(words.owners, minlength=len(texts))[having],
    )


class _StopWordArrays(NamedTuple):
    """The stop words in plain letters, by their hashes."""

    hashes: NDArray[Any]
    beginnings: NDArray[Any]
    """Whether a stop word has a hash with these first bits."""
    scores: NDArray[Any]
    """For each word and language, in the order of their names; at the same score the count decides."""
    is_telling: NDArray[Any]


@cache
def _stop_word_arrays() -> _StopWordArrays:
    import numpy as np

    by_stop_word = _languages_by_stop_word()
    plain = [word for word in by_stop_word if word.isascii() and word.isalpha()]
    hashes = split_words(plain, _LETTERS_ONLY).hashes
    scores = [
        [
            _SCORE // len(having) * _MAX_COUNT + 1 if language in having else 0
            for language in sorted(STOP_WORDS)
        ]
        for having in map(by_stop_word.__getitem__, plain)
    ]
    order = np.argsort(hashes)
    is_telling = np.array([word in _ENGLISH_ONLY for word in plain])
    beginnings = np.zeros(1 << 64 - _HASH_SHIFT, np.bool_)
    beginnings[hashes >> _HASH_SHIFT] = True
    return _StopWordArrays(hashes[order], beginnings, np.array(scores)[order], is_telling[order])
