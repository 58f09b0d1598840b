"""Whether the words around a name, place, time or amount say that it is the fact asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from bot.text.language.number_words import UNITS
from bot.text.language.stems import stem
from bot.text.qa.answer_types import MAX_SENTENCE, Span, answer_spans, is_time
from bot.text.qa.question import Question

_ADVERBS = re.compile(r"\s*(?:(?:has|have|had|also|then|first|later|officially|finally|\w+ly)\s+){0,2}$")
_BY = re.compile(r"\bby (?:(?:the|a|an|his|her|its|their) )?(?:[a-zà-ÿ-]+ ){0,2}$")
_IS = re.compile(
    r"\s*(?:,|\(|–|—)?\s*(?:(?:is|was|are|were|as|who|whose|then|now)\s+){0,2}(?:(?:the|a|an|his|her|its|their)\s+)?"
)
_PLACE = re.compile(r"\s*(?:[a-z]+ )?(?:in|at|to|near|into|from|on)(?: the)? $")
_DATELINE = re.compile(r"\s*(?:\.\.\.|…|[-–—·:|])")
_RELATIVE = re.compile(r"(?:last|next|this) \w+|yesterday|today|tomorrow|tonight", re.IGNORECASE)
_KIND = re.compile(r"\b(?:what|which)\b", re.IGNORECASE)
_MONEY = re.compile(
    r"[$£€¥]|\b(?:dollars?|pounds?|euros?|cents?|krone[rn]?|yen|crowns?|francs?"
    r"|r[ou]{1,2}bles?|rupees?|yuan|liras?|pesos?|pence)\b",
    re.IGNORECASE,
)
_LENGTHS = (
    "(?:kilo|centi|milli)?met(?:re|er)s?|miles?|feet|foot|ft|[kcm]?m|inch(?:es)?|yards?|light[ -]years?"
)
_TIMES = r"(?:milli)?seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)"
_UNITS = {"far": _LENGTHS, "tall": _LENGTHS, "wide": _LENGTHS, "high": _LENGTHS, "deep": _LENGTHS} | {
    "long": f"{_LENGTHS}|{_TIMES}"
}
UNIT = re.compile(
    r"[\s-](?:(?:US|American|Canadian|Australian|square|cubic)\s)?(?:dollars?|pounds?|euros?|cents?|pence|yen|yuan"
    r"|liras?|rupees?|pesos?|francs?|crowns?|r[ou]{1,2}bles?|(?:kilo|centi|milli)?met(?:re|er)s?|miles?|feet|foot|ft"
    r"|km|cm|mm|inch(?:es)?|yards?|light[ -]years?|acres?|hectares?|tonn?es?|tons?|kg|grams?|degrees"
    r"|(?:milli)?seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies))(?!\w)",
    re.IGNORECASE,
)
_ABBREVIATED_UNITS = {
    "km": "kilometre kilometer",
    "m": "metre meter",
    "cm": "centimetre centimeter",
    "mm": "millimetre millimeter",
    "sqm": "metre meter",
    "kmh": "kilometre kilometer",
    "kph": "kilometre kilometer",
    "mph": "mile",
    "mi": "mile",
    "yd": "yard",
    "ft": "foot feet",
    "foot": "feet",
    "feet": "foot",
    "ha": "hectare",
    "kg": "kilogram kilogramme kilo",
    "g": "gram gramme",
    "lb": "pound",
    "lbs": "pound",
    "oz": "ounce",
    "t": "tonne ton",
    "hr": "hour",
    "hrs": "hour",
    "min": "minute",
    "mins": "minute",
    "sec": "second",
    "secs": "second",
    "mpg": "mile gallon",
    "kb": "kilobyte",
    "mb": "megabyte",
    "gb": "gigabyte",
    "tb": "terabyte",
    "kw": "kilowatt",
    "mw": "megawatt",
    "hp": "horsepower",
}
_ASKS_FREQUENCY = re.compile(r"\bhow (?:often|frequently)\b", re.IGNORECASE)
_FREQUENCY = re.compile(
    r"\b(?:once|twice|thrice|times|intervals?|every|each|per|(?:(?:bi|semi)-?)?(?:weekly|monthly|yearly|annual(?:ly)?)"
    r"|daily|nightly|hourly|fortnightly|quarterly|(?:bi|tri|quadr|cent)ennial(?:ly)?|always|never|often|seldom|rarely"
    r"|regularly|(?:in)?frequently|occasionally|sometimes|usually"
    r"|an? (?:hour|night|day|week|weekend|fortnight|month|season|year|decade)"
    r"|(?:first|second|third|fourth|fifth|last) (?:(?:mon|tues|wednes|thurs|fri|satur|sun)?day|weekend) of"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun|week)days|weekends|on \w{3,9}days)\b",
    re.IGNORECASE,
)
_WHICH_PRIZE = re.compile(
    r"\b(?:what|which) (?:\w+ )?(?:prize|award|medal)s?(?![-\w]"
    r"| (?:money|funds?|winn(?:ers?|ing)|ceremon(?:y|ies)|shows?|seasons?|jur(?:y|ies)|committees?|tables?)"
    r"\b)",
    re.IGNORECASE,
)
_ASKS_WON = re.compile(r"\bw(?:ins?|on)\b", re.IGNORECASE)
_PRIZE = re.compile(
    r"\b(?i:prizes?|awards?|medals?|medall?ists?|cups?|troph(?:y|ies)|titles?|honou?rs?|gold|silver|bronze"
    r"|laureates?|knighthoods?)\b"
    r"|\b(?:w[io]n|wins|winning|awarded|receives?|received|t(?:ake|akes|aken|ook)|given|handed|shar(?:es?|ed|ing)"
    r"|scoop(?:s|ed)?|earn(?:s|ed)?|claim(?:s|ed)?)"
    r"(?: (?!(?:from|in|at|by|on|to|for|with|of|and)\b)[\w'’-]{1,30}){0,4} [A-ZÀ-Þ]"
    r"|\b[A-ZÀ-Þ][\w'’-]{1,30}[ -](?:winn(?:er|ing)|went to|goes to)\b"
)
"""A prize, or what was won by its name: won the Golden Herring, took home an Oscar."""
_PRIZE_WON = re.compile(rf"{_PRIZE.pattern}|\b(?i:w[io]ns?|winn(?:ers?|ings?))\b")
"""The same, or anything that was won: a boat."""
_MEASURED = re.compile(rf"\bhow ({'|'.join(_UNITS)})\b", re.IGNORECASE)
_APPOSITIONS = (" ", ", ", " was ", " is ", " were ", " are ")
"""What stands between a noun and the name of the person who is that."""
MAX_TO_CURRENCY = 10
"""The characters behind an amount in which its currency stands."""
MAX_WORDS_TO_AGENT = 6
MAX_WORDS_BEFORE_NOUN = 2


_NUMBER = rf"(?:\d{{1,2}}(?:[.:]\d\d)?|{'|'.join(UNITS[1:13])})"
_HOUR = rf"(?:half past |quarter (?:past|to) |\w{{1,12}} minutes (?:past|to) )?{_NUMBER}"
_CLOCK = re.compile(
    rf"\b{_HOUR}(?: ?(?:[ap]\.?m\b|o['’]clock)| (?:in the (?:morning|afternoon|evening)|at night))"
    rf"|\b(?:at|by|until|till) {_HOUR}(?=\W*\Z|[,.;:]"
    r"| (?:and|on|in|when|every|sharp|but|or|today|tomorrow)\b)"
    rf"|\b(?:between|from) {_HOUR}(?= (?:and|to|until) {_HOUR}(?: (?:in|at|on)\b|\W*\Z|[,.;]))",
    re.IGNORECASE,
)
"""A time of day."""
_THINGS_IN = re.compile(
    r"\b(?:in|at|on|near|under|behind|beside|inside|outside|off|along|across|beneath|below|opposite|between|into"
    r"|onto|around|above|over|through|next to|aboard)"
    r" (?:(?:the|an?|its?|his|her|their|our|my|this|that|these|those|two|both) )"
    r"(?:[a-z'’-]{1,20} ){0,2}?(?P<noun>[a-z'’-]{3,30})\b"
)
_TIMES_OF = re.compile(
    r"\b(?:mornings?|afternoons?|evenings?|nights?|days?|weeks?|months?|years?|seasons?|decades?|century|centuries"
    r"|hours?|minutes?|moments?|times?|end|beginning|start|spring|summer|autumn|winter|weekend|past|future"
    r"|statement|interview|report|letter|speech|way|case|vote|row|hurry|condition|result|reason|whole|average)\b"
)
"""Words behind "in the" that make no place of it."""


def is_of_clock_or_calendar(text: str, span: Span) -> bool:
    """Whether a number of an English text is that of a time of day, or of a date."""
    times = [match.span() for match in _CLOCK.finditer(text[:MAX_SENTENCE])]
    times += answer_spans("when", text[:MAX_SENTENCE], frozenset())
    return any(start <= span[0] and span[1] <= end for start, end in times)


def has_place(text: str, spans: Sequence[Span]) -> bool:
    """Whether an English text has a place: a name among `spans` that is no time, or "near the pier"."""
    return any(not is_time(text[slice(*span)]) for span in spans) or any(
        _TIMES_OF.search(match[0]) is None for match in _THINGS_IN.finditer(text[:MAX_SENTENCE])
    )


@cache
def _units_by_stem() -> Mapping[str, frozenset[str]]:
    return {
        stem(short, "en"): frozenset(stem(word, "en") for word in words.split())
        for short, words in _ABBREVIATED_UNITS.items()
    }


def unit_stems(stems: Iterable[str]) -> set[str]:
    """Returns the stems of the English units that are written with these stems: of kilometre for km."""
    units = _units_by_stem()
    return {unit for word in stems for unit in units.get(word, ())}


def is_fact(question: Question, text: str, span: Span, asked: Sequence[Span], verbs: Sequence[Span]) -> bool:
    """Whether the words around a possible fact say that it is the one; `asked` are the question's words in
    the sentence, `verbs` those that are its verb."""
    match question.question_type:
        case "who":
            return (not question.verb or bool(verbs)) and _is_who(text, span, asked, verbs)
        case "where":
            # Which of two names is the town and which the country is not known.
            names_kind = _KIND.search(question.text) is not None
            return (
                not names_kind
                and (not question.verb or bool(verbs))
                and _is_where(text, span, verbs or asked)
            )
        case "when":
            return _is_when(text, span)
        case "count" if _ASKS_FREQUENCY.search(question.text):
            return False  # "every 20 minutes" and "twice a day" are more than their numbers
        case "count" if measure := _MEASURED.search(question.text):
            units = _UNITS[measure[1].casefold()]
            return re.match(rf"[\s-]*(?:{units})\b", text[span[1] :], re.IGNORECASE) is not None
        case "count" if question.asks_money:
            return _is_money(text, span)
    return True


def _is_money(text: str, span: Span) -> bool:
    """Whether an amount is one of money: its currency stands in it or right behind it."""
    currency = _MONEY.search(text, span[0])
    return currency is not None and currency.start() < span[1] + MAX_TO_CURRENCY


def form_needed(question: Question) -> re.Pattern[str] | None:
    """Returns what a text must have to answer an English question for how often something is, or for a
    prize; None for other questions."""
    if question.language != "en":
        return None
    if _ASKS_FREQUENCY.search(question.text):
        return _FREQUENCY
    if _WHICH_PRIZE.search(question.text) is None:
        return None
    return _PRIZE_WON if _ASKS_WON.search(question.text) else _PRIZE


def has_form(question: Question, text: str, spans: Sequence[Span]) -> bool:
    """Whether a text has what can be the fact: not "yesterday" for a time, only money for a price."""
    match question.question_type:
        case "when":
            return any(_is_when(text, span) for span in spans)
        case "count" if question.asks_money and question.language == "en":
            return any(_is_money(text, span) for span in spans)
    return bool(spans)


def _is_who(text: str, span: Span, asked: Sequence[Span], verbs: Sequence[Span]) -> bool:
    """Whether a name does what the question's verb says, or is what its nouns say."""
    start, end = span
    for verb in verbs:
        if end < verb[0] and _ADVERBS.match(text[end : verb[0]]):
            return True
        if (
            verb[1] <= start
            and _BY.search(text[:start])
            and len(text[verb[1] : start].split()) <= MAX_WORDS_TO_AGENT
        ):
            return True
    if verbs:
        return False
    if any(word[1] <= start and text[word[1] : start] in _APPOSITIONS for word in asked):
        return True
    link = _IS.match(text, end)
    if link is None or link.end() <= end + 1:
        return False
    between = (text[link.end() : word[0]] for word in asked if word[0] >= link.end())
    return any(len(words.split()) <= MAX_WORDS_BEFORE_NOUN and "," not in words for words in between)


def _is_where(text: str, span: Span, asked: Sequence[Span]) -> bool:
    """Whether a place follows what the question asks about."""
    return any(word[1] <= span[0] and _PLACE.fullmatch(text[word[1] : span[0]]) is not None for word in asked)


def _is_when(text: str, span: Span) -> bool:
    """Whether a time is more than the date at the head of a report, and known without that date."""
    start, end = span
    if not text[:start].strip("\"“‘'( ") and _DATELINE.match(text, end):
        return False
    return _RELATIVE.fullmatch(text[start:end]) is None
