"""Asks an earlier question again for something else: "Did it open?" and "When?" is "When did it open?"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.answers import QuestionType
from bot.text.language.stems import stop_words
from bot.text.language.word_lists import word_set
from bot.text.qa.followup_words import asking, kind_of, pattern, plain
from bot.text.verification.irregular import is_irregular_past

_ADVERBIAL = ("when", "where", "why", "how")
"""Kinds whose phrase only adds to a question: any of them can take the place of another."""
_MAX_FACT = 6
"""The most words of an answer that can stand in a question."""
_ENGLISH_BE = word_set("is are was were")
_ENGLISH_DO = word_set("do does did")
_ANYBODY = re.compile(r"(?:anyone|anybody|someone|somebody|any of them)\s+")
_HAPPENED = re.compile(r"\s*happened\b")
_DETERMINERS = word_set("the a an his her their its this that")
_THINK = re.compile(r"\b(?:think|look|feel|sound) (?:of|about|like)\b")
_IS_IT_TRUE = re.compile(
    r"(?:is|was) it \w+ (?:that|to)\b|(?:stimmt es|ist es wahr),? dass\b|es (?:cierto|verdad) que\b"
    r"|est-il vrai que\b|(?:правда|верно) ли"
)
"""What such questions are about stands behind it, in another form."""
_PAID = re.compile(r"\b(?:pay|paid|cost|spend|spent|raise|raised|earn|owe|donate|lose|charge|sell)\b")
_GERMAN_AUXILIARY = word_set("hat haben hatte hatten wird werden wurde wurden kann können soll will muss")
_SPANISH_IS = word_set("es son fue era eran fueron")
_SPANISH_VERB = re.compile(r"\w+(?:aron|ieron|eron|ban|ian|an|en)\Z")
_RUSSIAN_PAST = ("ла", "ли", "ло", "ил", "ал", "ел", "ась", "лось", "лся")
_TURKISH_LIGHT = word_set("oy karar son söz izin yardım istifa kabul ret kayıt teslim ilan devam")
_TURKISH_PARTICLE = re.compile(r"\s+m[ıiuü](?=\s*\Z)")


@dataclass(frozen=True, slots=True)
class EarlierQuestion:
    """An earlier question without the marks around it; `ask_start` to `ask_end` is the phrase that asks,
    which is empty at the start of a question for yes or no."""

    text: str
    language: str
    kind: QuestionType
    ask_start: int
    ask_end: int
    fact: str
    """The fact of its answer; empty if there is none that could stand in a question."""

    @property
    def before(self) -> str:
        """What stands before the phrase that asks."""
        return self.text[: self.ask_start].rstrip()

    @property
    def rest(self) -> str:
        """What stands behind the phrase that asks."""
        return self.text[self.ask_end :].strip()


def parse_earlier(text: str, language: str, fact: str) -> EarlierQuestion | None:
    """Parses an earlier question; None if its form is not known."""
    core = text.strip().strip("¿?¡!. \u00a0\u202f").strip()
    flat = plain(core)
    fact = " ".join(fact.split())
    fact = fact if 0 < len(fact.split()) <= _MAX_FACT and not re.search(r"[.!?;:]\s", fact) else ""
    find = asking(language)
    match = find.search(flat) if language == "tr" else find.match(flat)
    if match is not None:
        return EarlierQuestion(core, language, kind_of(match[0], language), match.start(), match.end(), fact)
    opens = pattern("first", language).match(flat) is not None
    is_question = text.rstrip().endswith("?")
    if language == "tr":
        opens = _TURKISH_PARTICLE.search(core) is not None
    elif language not in ("en", "de"):
        opens = opens or is_question
    return EarlierQuestion(core, language, "yesno", 0, 0, fact) if core and opens else None


def ask_again(question: EarlierQuestion, ask: str, kind: QuestionType) -> str | None:
    """The earlier question with another phrase that asks, without marks; None if that would not be right."""
    if kind == question.kind and kind != "who":
        return None
    if question.kind == "yesno":
        return _of_yes_no(question, ask, kind)
    if question.language == "en":
        return _english(question, ask, kind)
    if kind not in _ADVERBIAL:
        return None
    if question.kind in _ADVERBIAL:
        return f"{question.before} {ask} {question.rest}".strip()
    forms = {"de": _german, "es": _spanish, "fr": _french, "ru": _russian, "tr": _turkish}
    return forms[question.language](question, ask)


def is_past(verb: str) -> bool:
    """Whether a lower-case English word can be a verb in the past tense."""
    return verb.endswith("ed") or is_irregular_past(verb)


def _of_yes_no(question: EarlierQuestion, ask: str, kind: QuestionType) -> str | None:
    text, language = question.text, question.language
    if language == "en" and kind in ("who", "count"):
        return _counted_or_named(text, ask, kind)
    if kind not in _ADVERBIAL or _IS_IT_TRUE.match(plain(text)):
        return None
    if language == "tr":
        words = _TURKISH_PARTICLE.sub("", text).split()
        place = -2 if len(words) > 2 and words[-2].casefold() in _TURKISH_LIGHT else -1
        return " ".join([*words[:place], ask, *words[place:]])
    if language == "ru":
        text = re.sub(r"\s+ли\b", "", text, count=1)
    return f"{ask} {_lower_first(text, language)}"


def _counted_or_named(text: str, ask: str, kind: QuestionType) -> str | None:
    """Was anyone hurt? Who was hurt? Were ships lost? How many ships were lost? Did they pay? How much did
    they pay?"""
    auxiliary, _, rest = text.partition(" ")
    auxiliary = auxiliary.lower()
    if kind == "who":
        match = _ANYBODY.match(rest)
        is_subject = match is not None and auxiliary not in _ENGLISH_DO
        return f"{ask} {auxiliary} {rest[match.end() :]}" if is_subject and match is not None else None
    if ask.lower() == "how much" and _PAID.search(rest):
        return f"{ask} {auxiliary} {rest}"
    match = re.match(r"(?:any |some |the )?([a-z]{3,}s|people|children|men|women)\s+(?=\S)", rest)
    if ask.lower() != "how many" or match is None or auxiliary in _ENGLISH_DO:
        return None
    return f"{ask} {match[1]} {auxiliary} {rest[match.end() :]}"


def _english(question: EarlierQuestion, ask: str, kind: QuestionType) -> str | None:
    rest, flat = question.rest, plain(question.rest)
    first = flat.partition(" ")[0]
    has_auxiliary = pattern("first", "en").fullmatch(first) is not None
    if kind == "who":
        is_passive = " " in ask and first in _ENGLISH_BE and question.kind in _ADVERBIAL
        return f"{ask} {rest}" if is_passive else None
    if kind == "count":
        pays = ask.lower() == "how much" and question.kind in _ADVERBIAL and _PAID.search(flat)
        return f"{ask} {rest}" if pays else None
    if kind not in _ADVERBIAL:
        return None
    if question.kind in _ADVERBIAL:
        return f"{ask} {rest}" if has_auxiliary else None
    if question.kind == "what":
        if _HAPPENED.match(flat):
            return f"{ask} did that {re.sub('happened', 'happen', rest, count=1)}"
        # "What did they decide?", but not "What is it?" or "What do people think of it?"
        is_object = first in _ENGLISH_DO and not _THINK.search(flat)
        return f"{ask} {_with_object(rest, 'that')}" if is_object else None
    if has_auxiliary:
        if question.kind != "who" or first not in _ENGLISH_DO or not question.fact:
            return None
        return f"{ask} {_with_object(rest, question.fact)}"
    if question.kind == "who":
        return _cleft(ask, question.fact or "they", rest)
    return _counted_subject(question, ask) if question.text.lower().startswith("how many") else None


def _counted_subject(question: EarlierQuestion, ask: str) -> str | None:
    """How many people died? When was it that people died? How many people did it kill? When did it kill
    people?"""
    words = question.rest.split()
    for place in range(min(4, len(words) - 1)):
        word = words[place].lower()
        noun, tail = " ".join(words[:place]), " ".join(words[place:])
        if pattern("first", "en").fullmatch(word):
            if not noun:
                return None
            subject = f"{ask} {word} {noun} {' '.join(words[place + 1 :])}"
            return f"{ask} {_with_object(tail, noun)}" if word in _ENGLISH_DO else subject
        if is_past(word):
            return _cleft(ask, noun or "they", tail)
    return None


def _cleft(ask: str, subject: str, predicate: str) -> str:
    """When was it that Maren Oakes won the election"""
    verb = predicate.partition(" ")[0].lower()
    return f"{ask} {'was' if is_past(verb) else 'is'} it that {subject} {predicate}"


def _with_object(clause: str, what: str) -> str:
    """did she say | about the rent: the object stands before the first preposition, else at the end."""
    words = clause.split()
    before = pattern("before", "en")

    def ends_verb(place: int) -> bool:
        word, following = words[place].lower(), "".join(words[place + 1 : place + 2])
        is_infinitive = word == "to" and following.islower() and following not in _DETERMINERS
        return before.fullmatch(plain(word)) is not None and not is_infinitive

    place = next((place for place in range(3, len(words)) if ends_verb(place)), len(words))
    return " ".join([*words[:place], what, *words[place:]])


def _german(question: EarlierQuestion, ask: str) -> str | None:
    words = question.rest.split()
    verb = plain(words[0]) if words else ""
    if question.kind == "what" and question.text[: question.ask_end].lower() == "was" and len(words) > 1:
        if verb in ("ist", "sind", "war", "waren"):
            return None
        last = len(words) - 1 if verb in _GERMAN_AUXILIARY else len(words)
        return " ".join([ask, *words[:last], "das", *words[last:]])
    if question.kind == "who" and question.fact and question.text[:4].lower() == "wer ":
        return " ".join([ask, words[0], question.fact, *words[1:]]) if words else None
    if question.kind == "count" and question.text.lower().startswith("wie viele ") and words:
        if words[0][0].isupper() and len(words) > 1 and words[1].endswith("en"):
            return " ".join([ask, words[1], words[0], *words[2:]])
        if words[0].islower() and words[0].endswith("en"):
            return " ".join([ask, words[0], "sie", *words[1:]])
    return None


def _spanish(question: EarlierQuestion, ask: str) -> str | None:
    words = question.rest.split()
    asked = plain(question.text[: question.ask_end])
    if len(words) < 2:
        return None
    if question.kind == "who" and asked in ("quien", "quienes") and words[0].lower() not in _SPANISH_IS:
        return f"{ask} {question.rest}"
    if question.kind == "count" and asked in ("cuantos", "cuantas"):
        is_verb = [_SPANISH_VERB.match(plain(word)) is not None for word in words[:2]]
        if is_verb[0] and not is_verb[1]:
            return f"{ask} {question.rest}"
        if is_verb[1]:
            return " ".join([ask, words[1], words[0], *words[2:]])
    is_object = asked == "que" and words[0].lower() not in _SPANISH_IS
    has_subject = words[1].lower() in ("el", "la", "los", "las", "su")
    return f"{ask} lo {question.rest}" if is_object and has_subject else None


def _french(question: EarlierQuestion, ask: str) -> str | None:
    asked, words = plain(question.text[: question.ask_end]), question.rest.split()
    if question.kind == "who" and asked == "qui" and question.fact and words:
        return f"{ask} {question.fact} {question.rest}"
    if question.kind == "count" and asked == "combien de" and len(words) > 2 and words[1] in ("ont", "sont"):
        return f"{ask} des {question.rest}"
    if question.kind == "what" and asked in ("qu'est-ce que", "qu'est-ce qu'"):
        return f"{ask} est-ce {asked[10:]}{'' if asked.endswith(chr(39)) else ' '}{question.rest} cela"
    return None


def _russian(question: EarlierQuestion, ask: str) -> str | None:
    asked = plain(question.text[: question.ask_end])
    if question.kind == "who" and asked == "кто" and question.fact:
        return f"{ask} {question.fact} {question.rest}"
    if question.kind == "what" and asked == "что" and len(question.rest.split()) > 1:
        return f"{ask} это {question.rest}"
    return None


def _turkish(question: EarlierQuestion, ask: str) -> str | None:
    asked = plain(question.text[question.ask_start : question.ask_end])
    if question.kind == "who" and asked == "kim" and question.rest:
        subject = f"{question.fact} " if question.fact else ""
        return f"{question.before} {subject}{ask} {question.rest}".strip()
    if question.kind == "what" and asked in ("ne", "neyi") and question.rest:
        return f"{question.before} {ask} {question.rest}".strip()
    return None


def _lower_first(text: str, language: str) -> str:
    """The text for the middle of a sentence: its first word stays as it is if it could be a name."""
    first, _, rest = text.partition(" ")
    second = plain(rest.partition(" ")[0])
    is_verb = language in ("en", "de") or pattern("articles", language).fullmatch(second) is not None
    is_verb = is_verb or (language == "ru" and first.lower().endswith(_RUSSIAN_PAST))
    if is_verb or plain(first) in stop_words(language) or pattern("first", language).match(plain(text)):
        return text[:1].lower() + text[1:]
    return text
