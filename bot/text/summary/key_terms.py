"""Extracts the key terms of an article: the few people, organisations, places and dates that it is about."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from bot.domain.answers import KeyTerms, Sentence
from bot.domain.articles import Article
from bot.domain.index_words import fold
from bot.text.language.boilerplate import dateline_end
from bot.text.language.dates import calendar_words, find_dates
from bot.text.language.markup import own_text
from bot.text.language.names import NAME_LISTS, Mention, find_mentions
from bot.text.language.places import country_names, place_names, place_pattern
from bot.text.language.sentences import article_sentences
from bot.text.language.stems import stem
from bot.text.language.word_lists import word_set
from bot.text.summary.article_names import LEAD_SENTENCES, ArticleName

MAX_TERMS = 3
"""The maximum number of terms of each kind."""

_DATELINE_PLACE = re.compile(r"\s*([^\W\d_][^,/(\d–—]*?[^\W\d_])(?=\s*[,/(–—]|\s+-|:)")
_LONG_QUOTATION = re.compile(
    r"([\"“][^\"“”]{0,24}[\"”])|[\"“][^\"“”]{25,}[\"”]"
    r"|„[^„“”\"]{25,}[“”\"]|«[^«»]{25,}»"
)
"""What somebody says in a headline, which need not be what the article is about. What is between two short
quotations, the first of which the group has, is none."""
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_MAX_ACRONYM_LETTERS = 3
"""Words in capitals of at most this length are abbreviations: "UN"."""
_MIN_SURNAME_COUNT = 4
"""Names mentioned at least this often, mostly by their last word, are people's."""
_SELDOM = 2
"""Who is named this often at most, and not in the headline, is background."""
_FULL_SHARE = 4
"""Of whom the headline has the surname alone, the article has the full name once in so many times."""
_MAX_LEAD_COUNT = 4
"""Who is named more often may be in any sentence of the summary, others in its first one."""
_LONG_WORD = 4
"""Words of at least this length are capitalised in a headline where all are."""
_MAIN_SHARE = 2
"""A person is not the story's who is named less than half as often as another one."""
_OUTDOING_SHARE = 4 / 3
"""No names are shown if another one is named more than a third more often than each of them."""
_CAPITAL_NOUNS = frozenset({"de"})
_UNCASED = frozenset({"zh", "ja", "ko", "ar", "fa", "ur", "he", "hi", "th", "ka"})
_NOT_BODIES = word_set(
    "HIV AIDS DNA LGBT LGBTQ GPS SUV CEO CFO COO DVD IVF HPV BMI MRI FAQ PTSD ADHD GDP VIP MVP ATM PIN USB"
    " BBQ COVID SARS MERS DIY PDF URL HTML ALS COPD CTE IBS OCD"
)
"""Acronyms that are not bodies."""
_ALIASES = dict.fromkeys(("US", "U.S.", "USA", "U.S.A.", "United States", "America"), "us")
_ALIASES |= dict.fromkeys(("UK", "U.K.", "Britain", "Great Britain", "United Kingdom"), "uk")
_GENERIC_WORDS = word_set("public high national local state new general central supreme federal county city")
"""A name of only these words and words of bodies does not name a body: "High School"."""
_GERUND = re.compile(r"\w{3,}ing")
_NOT_WITHIN = word_set(
    "a an the cyclone hurricane storm typhoon tsunami cup prix open award awards act bill war day games"
    " festival championship championships champions series tour flight"
)
"""Words of names that are no person's and no body's."""
_DIRECTIONS = word_set("Eastern Western Northern Southern Central East West North South")
"""What stands before a place for a part of it: "Eastern Nigeria"."""
_AGENCIES = word_set("CNN AP AFP BBC Reuters UPI Bloomberg Twitter Facebook Instagram YouTube Getty")


@cache
def _folded(name: str) -> frozenset[str]:
    """Returns a list of `names.txt` without accents."""
    return frozenset(map(fold, NAME_LISTS[name]))


def key_terms(article: Article, summary: Sequence[Sentence] | None = None) -> KeyTerms:
    """Returns at most `MAX_TERMS` names of people and bodies, names of places, and dates, each as the article
    writes it, most frequent first. Favours precision over completeness: a name without evidence for a person,
    a body or a place is left out; in a script without capitals only well-known places are found. With a
    `summary`, only names that the headline or its sentences (of places: its first one) are about, and only
    dates of days in the headline or the first sentence: what else an article mentions is background."""
    language = article.language or "en"
    sentences = article_sentences(article)
    texts = [own_text(sentence.text) for sentence in sentences]
    if summary is None:
        when = find_dates(texts, language)[:MAX_TERMS]
        if language in _UNCASED:
            return KeyTerms((), _well_known(texts, language), when)
        who, where = _who_and_where(_names(find_mentions(texts, language), language, ""), language)
        if place := _dateline_place(article):
            who = tuple(name for name in who if name != place)
            where = (place, *(name for name in where if name != place))[:MAX_TERMS]
        return KeyTerms(who, where, when)
    lead = [article.title, *(own_text(s.text) for s in summary[:1])]
    when = _days(lead, article, language)[:MAX_TERMS]
    if language in _UNCASED:
        return KeyTerms((), _well_known(lead, language), when)
    chosen = [n for n, s in enumerate(sentences) if s in summary]
    names = _names(find_mentions(texts, language), language, article.title)
    if (dateline := names.get(_key(_dateline_place(article), language))) is not None:
        dateline.known = True
    return KeyTerms(*_who_and_where(names, language, chosen), when)


def _days(texts: Sequence[str], article: Article, language: str) -> tuple[str, ...]:
    """Returns the dates of days, unless of another year than the article's."""
    posted = article.posted_at
    return tuple(
        date
        for date in find_dates(texts, language)
        if _DAY.search(date)
        and not (posted and (year := _YEAR.search(date)) and abs(int(year[0]) - posted.year) > 1)
    )


def _dateline_place(article: Article) -> str:
    """Returns the place of the dateline, "BELL HARBOUR, March 3 (Reuters) -", in title case; empty without a
    dateline."""
    for paragraph in article.paragraphs:
        if paragraph.furniture:
            continue
        match = _DATELINE_PLACE.match(paragraph.text[: dateline_end(paragraph.text)])
        place = match[1] if match else ""
        if place in _AGENCIES or place.lower().split(" ")[0].rstrip(".") in calendar_words("en"):
            return ""
        if not place.isupper() or len(place) <= _MAX_ACRONYM_LETTERS:
            return place
        return place.replace("İ", "i").title() if article.language == "tr" else place.title()
    return ""


def _well_known(texts: Sequence[str], language: str) -> tuple[str, ...]:
    pattern = place_pattern(language)
    return tuple(
        name for name, _ in Counter(m for text in texts for m in pattern.findall(text)).most_common(MAX_TERMS)
    )


def _key(text: str, language: str) -> str:
    return _ALIASES.get(text, " ".join(_stem(part, language) for part in text.split()))


def _has(title: str, text: str) -> bool:
    """Whether the headline has the name, not as the beginning of a longer one, and not as a work's title."""
    capitals = all(word[0].isupper() for word in title.split() if len(word) >= _LONG_WORD)
    longer = "" if capitals else r"(?! [A-Z])"
    apart = rf"(?<![\w\"“'‘])(?<!\w-){re.escape(text)}(?![\w\"”])(?!['’]s [A-Z])"
    return re.search(apart + longer, title) is not None


def _without_longer(title: str, text: str, names: Iterable[str]) -> str:
    """Returns the headline without the longer names that have this one: an actress called Washington is no
    place."""
    for name in names:
        if name != text and f" {text} " in f" {name} ":
            title = title.replace(name, "")
    return title


def _names(mentions: Sequence[Mention], language: str, title: str) -> dict[str, ArticleName]:
    """Returns the names by a key shared by all their forms: short forms join the only long form that they can
    be short for."""
    names: defaultdict[str, ArticleName] = defaultdict(ArticleName)
    keys: dict[str, tuple[str, ...]] = {}
    abbreviated = {mention.text for mention in mentions if mention.is_abbreviation}
    for mention in _without_openers(mentions):
        if not calendar_words(language).isdisjoint(part.lower() for part in mention.parts):
            continue
        parts = tuple(_stem(part, language) for part in mention.parts)
        owned = mention.owner and not _is_known(mention.owner, language)
        if mention.text in abbreviated or (owned and _is_body(mention.text)):
            continue
        key = _ALIASES.get(mention.text, " ".join(parts))
        keys[key] = parts
        names[key].add(mention)
        names[key].known |= _is_known(mention.text, language) or (
            not mention.text.isupper() and _is_known(mention.followed_by, language)
        )
    title = _LONG_QUOTATION.sub(r"\1 ", title)
    in_title = {text for name in names.values() for text in name.texts if text in title}
    for name in names.values():
        name.in_title = name.in_title_whole = any(
            _has(_without_longer(title, text, in_title), text) for text in name.texts if text in in_title
        )
        behind = re.search(rf"(?<!\w){re.escape(name.text)}, ((?:[A-Z]\w+ ?)+)(?<! )", title)
        name.region = name.region or (behind[1] if behind else "")
    for key in sorted(keys, key=lambda key: -len(keys[key])):
        _join(key, keys, names)
    return names


def _without_openers(mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Yields the mentions; one that opens a sentence is without the words before the actual name: "Watch Ada
    Marlowe"."""
    inside = {mention.parts for mention in mentions if not mention.opens_sentence}
    for mention in mentions:
        parts = mention.parts
        opener = mention.opens_sentence and (len(parts) > 2 or parts[0].endswith("ing"))
        if opener and parts not in inside and parts[1:] in inside:
            mention.parts, mention.text = parts[1:], mention.text.partition(" ")[2]
        yield mention


def _join(key: str, keys: dict[str, tuple[str, ...]], names: dict[str, ArticleName]) -> None:
    """Merges a short form ("Marlowe", "Ada", "De Vido") into the only name that it can be short for."""
    short, form = names[key], keys[key]
    longer = [
        other
        for other, parts in keys.items()
        if len(parts) > len(form)
        and other in names
        and form in (parts[-len(form) :], parts[:1])
        and not (_is_body(names[other].text) or (short.known and _is_part(names[other].text)))
    ]
    ends = [other for other in longer if keys[other][-len(form) :] == form]
    if short.known and not any(names[other].person_evidence for other in ends):
        return
    if any(2 * name.after_place_word > name.count for name in (short, *(names[other] for other in longer))):
        return
    for other in ends:
        names[other].short = True
    whole = [other for other in ends if names[other].in_title] or ends or longer
    if len(whole) == 1:
        names[whole[0]].merge(short)
    for other in sorted(whole, key=lambda other: min(names[other].sentences))[1:]:
        names[other].shares_short |= short.count >= names[other].count
    if ends or longer:
        del names[key]


@cache
def _russian_stems() -> frozenset[str]:
    return frozenset(_stem(name, "ru") for name in place_names("ru"))


def _stem(part: str, language: str) -> str:
    return stem(fold(part), language) if language == "ru" else fold(part)


def _is_known(text: str, language: str) -> bool:
    if language == "ru":
        return _stem(text, language) in _russian_stems()
    return text in place_names(language)


def _who_and_where(
    names: dict[str, ArticleName], language: str, chosen: Sequence[int] | None = None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    who: list[ArticleName] = []
    where: list[ArticleName] = []
    for name in names.values():
        if _AGENCIES.intersection(name.text.split()):
            continue
        if _is_place(name, language):
            where.append(name)
        elif _is_person_or_body(name, language):
            who.append(name)
    if chosen is not None:
        everyone, everywhere = who, where
        often = max((name.count for name in who), default=0)
        who = [name for name in who if _is_main(name, often, chosen)]
        if any(name.in_title and " " in name.text and name not in [*who, *where] for name in names.values()):
            # Others than the one of the headline would stand for it.
            who = [name for name in who if name.in_title]
        where = [
            name
            for name in where
            if name.in_title or (name.count > 1 and not name.told_of.isdisjoint(chosen[:1]))
        ]
        who, where = _unless_outdone(who, everyone), _unless_outdone(where, everywhere)
    where = [name for name in where if name.in_title] or where
    regions = {name.region for name in where if name.text not in country_names(language)}
    where = [name for name in where if name.text not in regions]
    return _top_names(who), _top_names(where)


def _unless_outdone(shown: list[ArticleName], every: Sequence[ArticleName]) -> list[ArticleName]:
    """Returns the names, none if the article has another one much more often: who reads only these would take
    the article to be about them."""
    most = max((name.count for name in shown), default=0)
    return [] if any(name.count > _OUTDOING_SHARE * most for name in every) else shown


def _is_main(name: ArticleName, often: int, chosen: Sequence[int]) -> bool:
    """Whether the article is about a person or body: one that the headline names, or that is named often, no
    other much more, and that a sentence of the summary is about."""
    if name.in_title:
        # "Mercury" of a headline is not the singer whom the article names once.
        whole = name.texts[name.text] * _FULL_SHARE >= name.count or name.person_evidence > 2
        return (name.in_title_whole or whole) and (" " in name.text or name.text.isupper())
    return (
        not name.shares_short
        and (" " in name.text or _is_acronym(name.text))
        and (name.count > _SELDOM or name.person_evidence > 1)
        and not name.told_of.isdisjoint(chosen[:1] if name.count <= _MAX_LEAD_COUNT else chosen)
        and name.count * _MAIN_SHARE >= often
        and bool(name.person_evidence or name.introduced)
    )


def _is_place(name: ArticleName, language: str) -> bool:
    last = fold(name.text).split()[-1]
    if not name.known and (name.person_evidence > 1 or _is_body(name.text)):
        return False
    of_region = _is_part(name.text) and _is_known(name.text.partition(" ")[2], language)
    if name.known or of_region or (" " in name.text and last in _folded("sites")):
        return name.in_title or name.count > 1 or min(name.sentences) < LEAD_SENTENCES
    return False


def _is_part(text: str) -> bool:
    return text.partition(" ")[0] in _DIRECTIONS


def _is_person_or_body(name: ArticleName, language: str) -> bool:
    several = " " in name.text
    words = fold(name.text).split()
    if (
        not _NOT_WITHIN.isdisjoint(words)
        or _GERUND.fullmatch(words[0])
        or (several and name.always_opens and len(name.text.split()) > 2 and not name.short)
    ):
        return False
    leads = name.person_evidence > 1 and min(name.sentences) < LEAD_SENTENCES
    if name.count < 2 and not (several and (leads or (name.person_evidence and name.in_title))):
        return False
    if language in _CAPITAL_NOUNS and not name.short and name.person_evidence < 2:
        return several and _is_body(name.text)
    if several:
        known_by_surname = name.short and (name.in_title or name.count >= _MIN_SURNAME_COUNT)
        return name.person_evidence > 0 or known_by_surname or _is_body(name.text)
    return (name.person_evidence > 1 and fold(name.text) not in _folded("bodies")) or _is_acronym(name.text)


def _is_body(text: str) -> bool:
    parts = {fold(word) for word in text.split()}
    bodies = _folded("bodies")
    return not parts.isdisjoint(bodies) and not parts <= bodies | _GENERIC_WORDS


def _is_acronym(text: str) -> bool:
    return 2 < len(text) < 7 and text.isupper() and text.isalpha() and text not in _NOT_BODIES


def _top_names(names: list[ArticleName]) -> tuple[str, ...]:
    names.sort(key=lambda name: (-name.score, min(name.sentences), name.text))
    texts = [name.text for name in names]
    return tuple(
        text for text in texts if not any(f" {text} " in f" {other} " != f" {text} " for other in texts)
    )[:MAX_TERMS]
