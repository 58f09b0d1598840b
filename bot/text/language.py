"""Which language a text is written in, for what needs to know: sentences, stems, stop words."""

from __future__ import annotations

import re
from collections import Counter

from bot.text.stopwords import STOP_WORDS
from bot.text.terms import fold

SAMPLE = 4_000
"""Characters of a text that are looked at."""
ENOUGH = 0.08
"""The share of stop words that prose of every language has; lists and names have less."""

_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = {
    "ja": re.compile("[\u3041-\u30ff]"),  # before Chinese, whose characters it also uses
    "ko": re.compile("[\u1100-\u11ff\uac00-\ud7ff]"),
    "zh": re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "el": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "he": re.compile("[\u0590-\u05ff]"),
}
_SPEAKERS: dict[str, list[str]] = {}
for _language, _words in STOP_WORDS.items():
    for _stop in _words:
        _SPEAKERS.setdefault(fold(_stop), []).append(_language)


def language_of(text: str) -> str | None:
    """The ISO 639-1 code, by script or by stop words; None where neither tells."""
    sample = text[:SAMPLE]
    letters = sum(map(len, _WORD.findall(sample)))
    if not sample.isascii():
        for language, script in _SCRIPTS.items():
            if len(script.findall(sample)) > letters / 5:
                return language
    words = [fold(word) for word in _WORD.findall(sample)]
    counts = Counter(language for word in words for language in _SPEAKERS.get(word, ()))
    for language, count in counts.most_common(1):
        return language if count >= ENOUGH * len(words) else None
    return None
