"""Parses a question: the type of answer it asks for, and the words to search for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.answers import QuestionType
from bot.domain.index_words import fold
from bot.text.language.index_tokens import raw_words
from bot.text.language.stems import stem, stop_words
from bot.text.language.word_lists import word_set
from bot.text.qa.question_words import AskingWords, classify, find_asking_words, find_language, word_list

MAX_WORDS = 40
"""The maximum number of words of a question that count; a longer text, such as a pasted article, is cut."""
MAX_CHARACTERS = 1_000

_PEOPLE = (
    r"(?:people|commenters|commentators|readers|members|users|everyone|everybody|others|they|folks|we|you all"
    r"|the (?:comments|commenters|thread|crowd|public|readers|people))"
)
_OPINION = re.compile(
    rf"\b(?:what|how) (?:do|did|does|are|is|would) {_PEOPLE} (?:(?:mostly|generally|really|all) )?"
    r"(?:think|thinking|feel|feeling|say|saying|believe|make|react|reacting|argue|arguing)"
    r"(?: (?:of|about|on|to|regarding))?\b"
    r"|^\W*(?:what (?:is|are|was|were) )?(?:the )?(?:(?:public|general|popular|people's|commenters') )?"
    r"(?:opinions?|reactions?|views?|sentiments?|feelings?|mood) (?:of (?:people|commenters|readers) )?"
    r"(?:on|about|to|towards?|regarding)\b"
    rf"|\b(?:do|did|are) {_PEOPLE} (?:like|support|oppose|approve of|agree with|happy (?:with|about)|against)"
    r"\b",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:what(?:['’]s| is| are) )?(?:the )?(?:latest|newest|most recent)"
    r"(?: (?:news|developments?|updates?|word))? (?:on|about|in|with|from|of|regarding)\b"
    r"|\bwhat(?:['’]s| is) (?:new|happening|going on)(?: (?:with|in|about|on|at))?\b"
    r"|\b(?:any |is there )?(?:news|updates?) (?:on|about|from|regarding)\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"\W*(?:(?:in|on|at|during|after|before|by|since) [^,?]{1,60}, )?"
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|isn['’]t|aren['’]t"
    r"|wasn['’]t|weren['’]t|don['’]t|doesn['’]t|didn['’]t|hasn['’]t|won['’]t)\b",
    re.IGNORECASE,
)
_NAME_LIKE_VERB = re.compile(r"\W*(?:Will|May)(?: [A-Z][\w'’-]*)+\W*")
"""Names such as Will Smith: a question for yes or no has another verb behind its first one."""
_TYPES: dict[QuestionType, str] = {
    "count": (
        r"\bhow (?:many|much|old|long|far|large|tall|big|often|fast|high|deep|heavy|wide|few)\b"
        r"|\b(?:what|which) (?:percent\w*|number|amount|proportion|share|fraction|price|cost)\b"
        r"|\bwhat (?:is|was|were|are) [\w'’]+ (?:\w+ )?(?:population|percentage|number|price|cost|size|score"
        r"|revenues?|profits?|income|salary|budget|debt|turnover)\b"
    ),
    "when": (
        r"\bwhen\b|\b(?:what|which) (?:year|century|decade|date|day|month|time|era|period)\b"
        r"|\bhow recently\b|\bwhat (?:is|was|were|are) the (?:\w+ ){0,2}dates?\b"
    ),
    "who": (
        r"\bwho\b|\bwhom\b|\bwhose\b|\b(?:what|which) (?:person|man|woman|scientist|engineer|king|queen"
        r"|leader|author|inventor|president|minister|player|actor|writer|judge|senator|mayor|ruler"
        r"|mathematician)\b"
    ),
    "where": (
        r"\bwhere\b|\b(?:what|which) (?:country|city|place|state|nation|town|region|continent|island"
        r"|village|county|province|district|area|street|location)\b"
    ),
    "why": r"\bwhy\b|\bwhat (?:is|was|were) the (?:reasons?|causes?)\b|\bhow come\b",
    "how": r"\bhow\b",
}
_TYPE_PATTERNS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _TYPES.items()}
"""A question has the type of the pattern that matches first in it."""
_ASKING = re.compile(r"\b(?:what|which)\b", re.IGNORECASE)
_WHERE = re.compile(r"\W*where\b", re.IGNORECASE)
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[^\W\d_a-z][\w'’-]*")
_COUNTED = re.compile(
    r"\b(?:how many|how much|percent\w* of|number of)\s+(?:of the |of |the )?(\w+)(?:\s+(\w+))?", re.I
)
_PAID = re.compile(
    r"\b(?:money|costs?|pay|paid|spend|spent|sell|sold|buy|bought|acquire[ds]?|purchase[ds]?|raise[ds]?|earn(?:ed|s)?"
    r"|worth|donate[ds]?|owe[ds]?|fined?)\b",
    re.IGNORECASE,
)
"""Words of questions with "how much" that ask for an amount of money."""
_MONEY = re.compile(
    r"\b(?:price|cost|revenues?|sales|profits?|income|salary|budget|fees?|fines?|debt|turnover)\b",
    re.IGNORECASE,
)
_WHO_VERB = re.compile(
    r"\b(?:who|(?:what|which)\s+\w+)(?:\s+has|\s+have|\s+had)?\s+(?!(?:is|are|was|were|did|do|does|will|would|can|could|should|may|might|has|have|had)\b)"
    r"(?:\w+ly\s+)?(\w+)",
    re.IGNORECASE,
)
_CHANGE = (
    r"(?:increase|decrease|rise|risen|fall|fallen|drop|grow|grown|change|decline|climb|shrink)d?(?:ped|ed)?\b"
)
_PAYING = rf"(?:(?:cost|pay)(?! (?:of\b|{_CHANGE}))|paid|spen[dt]|raise[ds]?|earn(?:ed)?|los[et]|worth)\b"
_CHANGES = re.compile(
    rf"\bhow much (?!.{{0,100}}\b{_PAYING})"
    rf"(?:(?:did|does|do|has|have|had|will|would) .{{0,100}})?\b(?<!\bthe )(?<!\ban )(?<!\ba ){_CHANGE}"
    r"(?=\W*$| (?:by|in|on|since|from|over|last|this|during|between|before|after|under|when|within)\b)",
    re.IGNORECASE,
)
"""What asks for an amount of change, which may be a share of the price: the change is what is done, and
nothing is paid."""
_MEANS = re.compile(r"(?<=\w) (?:means?|stands? for)\W*$")
"""At the end of a question for a meaning: texts that give it have other words."""
_VERBS_OF_QUESTIONS = re.compile(
    r"do|does|did|is|are|was|were|has|have|had|will|would|can|could|should|may|might|must", re.IGNORECASE
)
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|been)\b", re.IGNORECASE)
_PARTICIPLE = re.compile(
    r"\b(\w{3,}ed|born|built|written|won|made|held|sold|bought|shot|taken|given|found|lost|sent|paid|led|hit|cut"
    r"|chosen|stolen|drawn|begun|sung|sunk|caught|taught|hurt)\b",
    re.IGNORECASE,
)
_EMPTY = word_set(
    "anyone anything anybody someone something please tell know happen happened say think thank thanks hello"
    " hi hey ok okay will many much said"
)
"""Words that name nothing to search for."""
FORM_WORDS = word_set(
    "true correct fact name names named called kind kinds type types sort sorts term effort efforts living"
    " main purpose"
) | word_list("form", "en")
"""Words that an answer need not repeat: "Is it true that ...?", "What kind of ...?"."""


@dataclass(frozen=True, slots=True)
class Question:
    """`words` are the folded content words (none in "what do people think?"), and `stems` their stems in the
    same order. `names` and `numbers` are the stems of names and of words with digits, `all_stems` those of
    all words, `counted_stems` those of the thing that "how many" counts."""

    text: str
    question_type: QuestionType
    language: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    names: frozenset[str]
    numbers: frozenset[str]
    all_stems: frozenset[str]
    counted_stems: frozenset[str] = frozenset()
    asks_money: bool = False
    """Whether it asks for an amount of money."""
    verb: str | None = None
    """The stem of what was done, if the question's form shows it: "Who won ...?", "When was ... built?"."""
    is_empty: bool = False
    """Whether the question names nothing to search for, as in "thank you" or "what happened?"."""

    @property
    def asks_where(self) -> bool:
        """Whether any place answers an English question: not a country or a town that is asked for, which
        needs a name."""
        return self.language == "en" and _WHERE.match(self.text) is not None


def parse_question(text: str, language: str | None = None) -> Question:
    """Parses `text`, which can be any string."""
    text = " ".join(text.split())[:MAX_CHARACTERS]
    language = language or find_language(text)
    question_type, words, asking = _parse(text, language)
    stops = stop_words(language)
    content = [word for word in words if word not in stops and word not in _EMPTY]
    is_empty = not content
    counted = _counted_stems(text, language, asking) if question_type == "count" else frozenset[str]()
    if language == "en":
        done = _verb(text, question_type, language, [stem(word, language) for word in content])
        kept = counted | ({done} if done and question_type == "who" else set())
        content = _without_form_words(text, content, kept)
    all_words = list(map(fold, raw_words(text)[:MAX_WORDS]))
    content = content or [word for word in words if word not in stops] or words or all_words
    stems = [stem(word, language) for word in content]
    names = (fold(raw) for name in _NAME.findall(text) for raw in raw_words(name))
    is_shouted = text.isupper()
    return Question(
        text=text,
        question_type=question_type,
        language=language,
        words=tuple(content),
        stems=tuple(stems),
        names=frozenset(
            stem(word, language) for word in names if not is_shouted and word not in stops
        ).intersection(stems),
        numbers=frozenset(stem for stem in stems if any(char.isdigit() for char in stem)),
        all_stems=frozenset(stem(word, language) for word in all_words),
        counted_stems=counted,
        asks_money=question_type == "count" and _asks_money(text, language),
        verb=_verb(text, question_type, language, stems),
        is_empty=is_empty,
    )


def _without_form_words(text: str, content: list[str], kept: frozenset[str]) -> list[str]:
    """Returns the words without those such as "famous", unless it has no others, or their stems are to be
    kept. A word with a capital letter is part of a name."""
    lower = {fold(raw) for raw in raw_words(text) if raw.islower()} & word_list("form", "en")
    return [word for word in content if word not in lower or stem(word, "en") in kept] or content


def _parse(text: str, language: str) -> tuple[QuestionType, list[str], list[AskingWords]]:
    """Returns the type, the folded words without those that only ask, and the phrases that ask if these are
    known from lists."""
    if language == "en":
        question_type, subject = _classify(text)
        if question_type == "what":
            subject = _MEANS.sub("", subject)
        return question_type, list(map(fold, raw_words(subject)[:MAX_WORDS])), []
    raw = raw_words(text)[:MAX_WORDS]
    asking = find_asking_words(raw, language)
    only_ask = {position for phrase in asking for position in range(phrase.start, phrase.end)}
    form = word_list("form", language)
    counted = {phrase.end for phrase in asking if phrase.question_type == "count"}
    words = {number: fold(word) for number, word in enumerate(raw) if number not in only_ask}
    sought = [word for number, word in words.items() if word not in form or number in counted]
    return classify(asking), sought or list(words.values()), asking


def _classify(text: str) -> tuple[QuestionType, str]:
    """Returns the type, and the text without the words that only express the type."""
    by_words: tuple[tuple[QuestionType, re.Pattern[str]], ...] = (("opinion", _OPINION), ("latest", _LATEST))
    for question_type, pattern in by_words:
        if match := pattern.search(text):
            rest = f"{text[: match.start()]} {text[match.end() :]}".strip(" ?.!,:")
            return question_type, rest
    if _YES_NO.match(text) and " or " not in text and not _NAME_LIKE_VERB.fullmatch(text):
        return "yesno", text
    starts = [(match.start(), kind) for kind, asks in _TYPE_PATTERNS.items() if (match := asks.search(text))]
    first = min(starts, key=lambda pair: pair[0], default=(0, "what"))
    # A "when" or "where" behind another word that asks only joins a clause.
    joins = first[1] in ("when", "where") and (asks := _ASKING.search(text)) and asks.start() < first[0]
    return ("what" if joins else first[1]), text


def _asks_money(text: str, language: str) -> bool:
    if language != "en":
        return not word_list("money", language).isdisjoint(map(fold, raw_words(text)))
    if _CHANGES.search(text):
        return False
    how_much = "how much" in text.casefold() and _PAID.search(text) is not None
    return how_much or _MONEY.search(text) is not None


def _verb(text: str, question_type: QuestionType, language: str, stems: list[str]) -> str | None:
    if language != "en":
        return None
    match = _WHO_VERB.search(text) if question_type == "who" else None
    if match is None and (auxiliary := _AUXILIARY.search(text)):
        match = _PARTICIPLE.search(text, auxiliary.end())
    if match and match[1][0].isupper() and not text.isupper():
        return None  # a name such as Assassin's Creed
    verb = stem(fold(match[1]), language) if match else None
    return verb if verb in stems else None


def _counted_stems(text: str, language: str, asking: Sequence[AskingWords]) -> frozenset[str]:
    if language == "en":
        match = _COUNTED.search(text)
        words = [word for word in match.groups() if word] if match else []
        if words and _VERBS_OF_QUESTIONS.fullmatch(words[0]):
            words = []  # how much did it rise
    else:
        start = next((phrase.end for phrase in asking if phrase.question_type == "count"), 0)
        words = raw_words(text)[start : start + 1]
    return frozenset(stem(fold(word), language) for word in words)
