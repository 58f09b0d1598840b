"""Puts another time, place, name or thing into an earlier question: "and in 2021?", "what about Greece?"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from bot.domain.calendar_names import MONTHS
from bot.text.language.word_lists import word_set
from bot.text.qa.followup_forms import EarlierQuestion
from bot.text.qa.followup_words import asking, pattern, places, plain

MAX_SHORT = 3
"""The most words of a follow-up that is only a part of a question and does not begin with "and"."""
_MAX_WORDS = 6
_YEAR = r"(?:1[5-9]|20)\d\d"
_BARE_YEAR = re.compile(_YEAR)
_IN_YEAR = {
    "en": "in {}",
    "de": "im Jahr {}",
    "es": "en {}",
    "fr": "en {}",
    "ru": "в {} году",
    "tr": "{} yılında",
}
_IN_PLACE = {"en": "in {}", "de": "in {}", "es": "en {}"}
_LOOSE = word_set("to of de du des del zu by о об")
"""Prepositions that may belong to a verb or a name, so that what follows them cannot be replaced."""
_NAME = re.compile(r"(?<!\w)[A-ZÀ-ÖØ-ÞŞĞİА-ЯЁ][\w-]*(?:\s+[A-ZÀ-ÖØ-ÞŞĞİА-ЯЁ][\w-]*)*")
_POSSESSIVE = re.compile(r"['’]s?\Z")
_NAME_WITH_OF = re.compile(r"[A-Z]\w+ (?:of|de|von) (?:the )?\Z")
_FRENCH_IN = {"le": "au", "la": "en", "l'": "en", "les": "aux"}

_COUNTING = {"en": "how many", "de": "wie viele"}
_IS = word_set("is are was were ist sind war waren es son fue era est sont etait")


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a question: the preposition and the article before its words, and these."""

    start: int
    end: int
    preposition: str
    words: str
    inner: int
    """Where the words start."""
    whole: str


def fill(core: str, earlier: EarlierQuestion) -> tuple[str, bool] | None:
    """The earlier question about what the follow-up names, and whether that moves it to something else; None
    if it is not clear which part of the question it replaces."""
    if len(core.split()) > _MAX_WORDS or asking(earlier.language).search(plain(core)):
        return None
    time = _time_pattern(earlier.language).fullmatch(plain(core))
    if time is not None:
        return _moved(_with_time(core, earlier))
    part = _place_part(core, earlier.language)
    if part is not None:
        return _moved(_with_place(part, earlier))
    first = plain(core).partition(" ")[0]
    if pattern("before", earlier.language).fullmatch(first):
        result = _with_preposition(core, first, earlier)
        return None if result is None else (result, False)
    if _NAME.fullmatch(core) and earlier.language != "de":
        return _moved(_with_name(core, earlier))
    result = _with_counted(core, earlier) or _with_last_noun(core, earlier)
    return None if result is None else (result, False)


def names(text: str, language: str) -> list[tuple[int, int]]:
    """The names in a question but for places; German writes all nouns like names, so it has none."""
    if language == "de":
        return []
    taken = [match.span() for match in places(language).finditer(text)]
    return [
        match.span()
        for match in _NAME.finditer(text, len(text.partition(" ")[0]))
        if not any(start < match.end() and match.start() < end for start, end in taken)
    ]


def _moved(result: str | None) -> tuple[str, bool] | None:
    return None if result is None else (result, True)


@cache
def _time_pattern(language: str) -> re.Pattern[str]:
    before = pattern("before", language).pattern
    year = rf"{_YEAR}(?:'\w+)?(?:\s+(?:году|года|год|yilinda|yili)(?!\w))?"
    times = rf"(?:(?:the year|im jahre?|el ano|l'annee)\s+)?{year}"
    if language == "en":
        months = "|".join(month.lower() for month in MONTHS)
        times = rf"(?:(?:\d{{1,2}}\s+)?(?:{months})(?:\s+\d{{1,2}})?(?:,?\s+{_YEAR})?|{times})"
    return re.compile(rf"(?<!\w)(?:{before}\s+)?(?P<time>{times})(?!\w)")


def _with_time(core: str, earlier: EarlierQuestion) -> str | None:
    language, text = earlier.language, earlier.text
    matches = list(_time_pattern(language).finditer(plain(text)))
    is_bare = _BARE_YEAR.fullmatch(core) is not None
    if len(matches) > 1:
        return None
    if matches:
        match = matches[0]
        if is_bare:
            year = re.search(_YEAR, text[match.start() : match.end()])
            if year is None:
                return None
            start = match.start() + year.start()
            return text[:start] + core + text[start + len(core) :]
        has_own = _time_pattern(language).fullmatch(plain(core))
        start = match.start() if has_own and has_own.start("time") else match.start("time")
        return text[:start] + core + text[match.end() :]
    shown = _IN_YEAR[language].format(core) if is_bare else core
    if plain(shown)[:1].isdigit() and language != "tr":
        shown = _IN_YEAR[language].format(shown) if is_bare else shown
    return f"{shown} {text}" if language == "tr" else f"{text} {shown}"


def _place_part(core: str, language: str) -> _Part | None:
    """A follow-up that is a place, with or without a preposition; other languages inflect it."""
    if language in ("ru", "tr"):
        return None
    match = next((match for match in places(language).finditer(core) if match.end() == len(core)), None)
    part = None if match is None else _part(core, match.start(), match.end(), language)
    return None if part is None or part.start else part


def _part(text: str, start: int, end: int, language: str) -> _Part:
    """A place with the preposition and the article before it."""
    before, articles = pattern("before", language).pattern, pattern("articles", language).pattern
    lead = plain(text)[:start]
    match = re.search(rf"(?:(?P<before>{before})\s+)?(?:(?:{articles}|l')\s*)?\Z", lead)
    first = match.start() if match else start
    preposition = text[first : first + len(match["before"])] if match and match["before"] else ""
    return _Part(first, end, preposition, text[start:end], start, text[first:end])


def _with_place(part: _Part, earlier: EarlierQuestion) -> str | None:
    language, text = earlier.language, earlier.text
    matches = list(places(language).finditer(text))
    if len(matches) > 1:
        return None
    if not matches:
        if names(text, language) or not (part.preposition or language in _IN_PLACE):
            return None
        return f"{text} {part.whole if part.preposition else _IN_PLACE[language].format(part.words)}"
    match = matches[0]
    # "Bank of England" and "New York Times" are no places.
    if re.match(r"\s+[A-Z]", text[match.end() :]) or _NAME_WITH_OF.search(text[: match.start()]):
        return None
    old = _part(text, match.start(), match.end(), language)
    if part.preposition:
        return f"{text[: old.start]}{part.whole}{text[old.end :]}" if old.preposition else None
    if language == "fr" and old.preposition:
        preposition = _FRENCH_IN.get(plain(part.whole[: -len(part.words)]).strip())
        if preposition is None or plain(old.preposition) not in _FRENCH_IN.values():
            return None
        return f"{text[: old.start]}{preposition} {part.words}{text[old.end :]}"
    return text[: old.inner] + part.words + text[old.end :]


def _with_preposition(core: str, first: str, earlier: EarlierQuestion) -> str | None:
    """With another thing behind the same preposition; at the end if the question has none such."""
    language, text = earlier.language, earlier.text
    flat = plain(text)
    before = pattern("before", language)
    same = [match for match in before.finditer(flat) if match[0] == first]
    if language == "tr" or first in _LOOSE or len(same) > 1 or len(core.split()) < 2:
        return None
    if not same:
        # "In English, please" asks for another answer to the same question.
        return f"{text} {core}" if language == "en" and core.partition(" ")[2].islower() else None
    following = before.search(flat, same[0].end())
    end = following.start() if following else len(text)
    return f"{text[: same[0].start()]}{core} {text[end:]}".strip()


def _with_name(core: str, earlier: EarlierQuestion) -> str | None:
    text = earlier.text
    named = names(text, earlier.language)
    if len(named) != 1:
        return None
    start, end = named[0]
    lead = plain(text[:start]).split()
    if earlier.language == "ru" and lead and pattern("before", "ru").fullmatch(lead[-1]):
        return None  # its case would be another one
    return text[:start] + _POSSESSIVE.sub("", core) + text[end:]


def _with_counted(core: str, earlier: EarlierQuestion) -> str | None:
    """How many articles were loaded? And comments?"""
    phrase, language = _COUNTING.get(earlier.language), earlier.language
    words = earlier.rest.split()
    if phrase is None or not earlier.text.lower().startswith(f"{phrase} ") or len(words) < 2:
        return None
    opens = pattern("first", language).fullmatch(plain(words[1])) is not None
    if not (opens or words[1].endswith(("ed", "en"))):
        return None
    if " " in core or not _is_plural(core, language) or not _is_plural(words[0], language):
        return None
    return " ".join([earlier.text[: earlier.ask_end], core, *words[1:]])


def _is_plural(word: str, language: str) -> bool:
    if language == "de":
        return word[:1].isupper()
    return word.islower() and word.endswith(("s", "men", "people", "children"))


def _with_last_noun(core: str, earlier: EarlierQuestion) -> str | None:
    """How high is the tower? And the bridge? Only where the question ends in its one noun with an article."""
    language = earlier.language
    articles, before = pattern("articles", language), pattern("before", language)
    flat, given = plain(earlier.text), plain(core)
    match = articles.match(given)
    if language in ("ru", "tr") or match is None or match.end() == len(given) or before.search(given):
        return None
    nouns = [noun for noun in articles.finditer(flat) if noun.start() >= earlier.ask_end]
    if len(nouns) != 1 or before.search(flat, nouns[0].end()) or len(flat[nouns[0].end() :].split()) > 3:
        return None
    lead = flat[: nouns[0].start()].split()
    if not lead or lead[-1] not in _IS:
        return None
    return earlier.text[: nouns[0].start()] + core
