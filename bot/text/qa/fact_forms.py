"""Whether the words around a name, place, time or amount say that it is the fact asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.text.qa.answer_types import Span
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
_MEASURED = re.compile(rf"\bhow ({'|'.join(_UNITS)})\b", re.IGNORECASE)
_APPOSITIONS = (" ", ", ", " was ", " is ", " were ", " are ")
"""What stands between a noun and the name of the person who is that."""
MAX_TO_CURRENCY = 10
"""The characters behind an amount in which its currency stands."""
MAX_WORDS_TO_AGENT = 6
MAX_WORDS_BEFORE_NOUN = 2


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
