"""Who, where and when: the few names and dates that an article is about, for readers in a hurry."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from bot.domain.answers import KeyTerms
from bot.domain.articles import Article
from bot.text.language.boilerplate import dateline_end
from bot.text.language.dates import calendar_words, find_dates
from bot.text.language.index_tokens import fold
from bot.text.language.names import NAME_LISTS, Mention, find_mentions
from bot.text.language.places import place_names, place_pattern
from bot.text.language.sentences import article_sentences
from bot.text.language.stems import stem
from bot.text.language.word_lists import word_set

MAX_TERMS = 3
"""Terms of each kind at the most."""

_DATELINE_PLACE = re.compile(r"\s*([^\W\d_][^,/(\d–—-]*[^\W\d_])\s*(?=[,/(–—-])")
_MAX_ACRONYM_LETTERS = 3
"""Shorter ones in capitals are abbreviations: "UN"."""
_MIN_SURNAME_COUNT = 4
"""Names that come so often, mostly by their last word, are those of people."""
_LEAD_SENTENCES = 3
"""Sentences at the beginning that say what an article is about."""
_LEAD_BONUS = 1.5
_CAPITAL_NOUNS = frozenset({"de"})
_UNCASED = frozenset({"zh", "ja", "ko", "ar", "fa", "ur", "he", "hi", "th", "ka"})
_THINGS = word_set(
    "HIV AIDS DNA LGBT LGBTQ GPS SUV CEO CFO COO DVD IVF HPV BMI MRI FAQ PTSD ADHD GDP VIP MVP ATM PIN USB"
    " BBQ COVID SARS MERS DIY PDF URL HTML"
)
"""What is written like the names of bodies and is none."""
_ALIASES = dict.fromkeys(("US", "U.S.", "USA", "U.S.A.", "United States", "America"), "us")
_ALIASES |= dict.fromkeys(("UK", "U.K.", "Britain", "Great Britain", "United Kingdom"), "uk")
_COMMON = word_set("public high national local state new general central supreme federal county city")
"""With words of bodies alone these name none: "High School"."""
_AGENCIES = word_set("CNN AP AFP BBC Reuters UPI Bloomberg Twitter Facebook Instagram YouTube Getty")


@cache
def _folded(name: str) -> frozenset[str]:
    """A list of `names.txt` without accents."""
    return frozenset(map(fold, NAME_LISTS[name]))


@dataclass(slots=True)
class _Name:
    """Everything that is said under one name."""

    texts: Counter[str] = field(default_factory=Counter)
    told: int = 0
    sentences: set[int] = field(default_factory=set)
    person: int = 0
    placed: int = 0
    known: bool = False
    """A country or a large city, or said to lie in one."""
    short: bool = False
    """Its last word also stands alone, as the names of people do."""

    def add(self, one: Mention) -> None:
        self.texts[one.text] += 1
        self.told += 1
        self.sentences.add(one.sentence)
        self.person += one.person
        self.placed += one.placed

    def take(self, other: _Name) -> None:
        self.told += other.told
        self.sentences |= other.sentences
        self.person += other.person

    @property
    def text(self) -> str:
        return max(self.texts, key=lambda text: (self.texts[text], -len(text), text))

    @property
    def worth(self) -> float:
        return self.told + _LEAD_BONUS * (min(self.sentences) < _LEAD_SENTENCES)


def key_terms(article: Article) -> KeyTerms:
    """Return at most `MOST` names of people and bodies, names of places, and dates, each as the article
    writes it, the most told first. Precise rather than complete: what nothing in the text marks as a person,
    a body or a place is left out; where a script has no capitals, only well-known places are found."""
    language = article.language or "en"
    texts = [sentence.text for sentence in article_sentences(article)]
    when = find_dates(texts, language)[:MAX_TERMS]
    if language in _UNCASED:
        return KeyTerms((), _well_known(texts, language), when)
    names = _names(find_mentions(texts, language), language)
    who, where = _who_and_where(names, language)
    told_from = _told_from(article)
    if told_from:
        who = tuple(name for name in who if name != told_from)
        where = (told_from, *(name for name in where if name != told_from))[:MAX_TERMS]
    return KeyTerms(who, where, when)


def _told_from(article: Article) -> str:
    """The place of the dateline, "BELL HARBOUR, March 3 (Reuters) -", as it is written elsewhere."""
    for paragraph in article.paragraphs:
        if paragraph.furniture:
            continue
        found = _DATELINE_PLACE.match(paragraph.text[: dateline_end(paragraph.text)])
        place = found[1] if found else ""
        if place in _AGENCIES or place.lower().split(" ")[0].rstrip(".") in calendar_words("en"):
            return ""
        return place.title() if place.isupper() and len(place) > _MAX_ACRONYM_LETTERS else place
    return ""


def _well_known(texts: Sequence[str], language: str) -> tuple[str, ...]:
    pattern = place_pattern(language)
    return tuple(
        name for name, _ in Counter(m for text in texts for m in pattern.findall(text)).most_common(MAX_TERMS)
    )


def _names(found: Sequence[Mention], language: str) -> dict[str, _Name]:
    """The names by a key for all forms of each: short forms join the one long form that they stand for."""
    names: defaultdict[str, _Name] = defaultdict(_Name)
    keys: dict[str, tuple[str, ...]] = {}
    for one in _as_elsewhere(found):
        if not calendar_words(language).isdisjoint(part.lower() for part in one.parts):
            continue
        parts = tuple(_form(part, language) for part in one.parts)
        key = _ALIASES.get(one.text, " ".join(parts))
        keys[key] = parts
        names[key].add(one)
        names[key].known |= _is_known(one.text, language) or _is_known(one.follows, language)
    for key in [key for key, parts in keys.items() if len(parts) == 1]:
        _join(key, keys, names)
    return names


def _as_elsewhere(found: Sequence[Mention]) -> Iterator[Mention]:
    """The names, those that open a sentence without the word before a name that is told elsewhere without it:
    "Watch Ada Marlowe"."""
    inside = {one.parts for one in found if not one.first}
    for one in found:
        opened = len(one.parts) > 2 or one.parts[0].endswith("ing")
        if one.first and opened and one.parts not in inside and one.parts[1:] in inside:
            one.parts, one.text = one.parts[1:], one.text.partition(" ")[2]
        yield one


def _join(key: str, keys: dict[str, tuple[str, ...]], names: dict[str, _Name]) -> None:
    """Add what is told of a short form ("Marlowe", "Ada") to the only name that it can be short for."""
    short = names[key]
    longer = [
        other
        for other, parts in keys.items()
        if len(parts) > 1
        and other in names
        and key in (parts[-1], parts[0])
        and not _is_body(names[other].text)
    ]
    ends = [other for other in longer if keys[other][-1] == key]
    if short.known and not any(names[other].person for other in ends):
        return
    if 2 * short.placed > short.told or any(2 * names[other].placed > names[other].told for other in longer):
        return
    for other in ends:
        names[other].short = True
    if len(ends or longer) == 1:
        names[(ends or longer)[0]].take(short)
    if ends or longer:
        del names[key]


@cache
def _russian_stems() -> frozenset[str]:
    return frozenset(_form(name, "ru") for name in place_names("ru"))


def _form(part: str, language: str) -> str:
    return stem(fold(part), language) if language == "ru" else fold(part)


def _is_known(text: str, language: str) -> bool:
    if language == "ru":
        return _form(text, language) in _russian_stems()
    return text in place_names(language)


def _who_and_where(names: dict[str, _Name], language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    who: list[_Name] = []
    where: list[_Name] = []
    for name in names.values():
        if _AGENCIES.intersection(name.text.split()):
            continue
        if _is_place(name, language):
            where.append(name)
        elif _is_somebody(name, language):
            who.append(name)
    return _most(who), _most(where)


def _is_place(name: _Name, language: str) -> bool:
    last = fold(name.text).split()[-1]
    if not name.known and (name.person > 1 or _is_body(name.text)):
        return False
    if name.known or (" " in name.text and last in _folded("sites")):
        return name.told > 1 or min(name.sentences) < _LEAD_SENTENCES
    sure = name.placed > 1 and 3 * name.placed >= name.told
    return sure and not name.short and not name.text.isupper() and language not in _CAPITAL_NOUNS


def _is_somebody(name: _Name, language: str) -> bool:
    several = " " in name.text
    if name.told < 2 and not (name.person > 1 and several and min(name.sentences) < _LEAD_SENTENCES):
        return False
    if language in _CAPITAL_NOUNS and not name.short and name.person < 2:
        return several and _is_body(name.text)
    if several:
        known_by_surname = name.short and name.told >= _MIN_SURNAME_COUNT
        return name.person > 0 or known_by_surname or _is_body(name.text)
    return (name.person > 1 and fold(name.text) not in _folded("bodies")) or _is_acronym(name.text)


def _is_body(text: str) -> bool:
    parts = {fold(word) for word in text.split()}
    bodies = _folded("bodies")
    return not parts.isdisjoint(bodies) and not parts <= bodies | _COMMON


def _is_acronym(text: str) -> bool:
    return 2 < len(text) < 7 and text.isupper() and text.isalpha() and text not in _THINGS


def _most(names: list[_Name]) -> tuple[str, ...]:
    names.sort(key=lambda name: (-name.worth, min(name.sentences), name.text))
    return tuple(name.text for name in names[:MAX_TERMS])
