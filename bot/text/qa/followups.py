"""Completes a question that follows another: "And how many were against?", "Why?", "and in 2021?".

What is missing is taken from the question before and the fact of its answer. Where it is not clear what a
question leaves out, it is not completed: a question that is asked as it stands is better than another one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.text.qa import followup_references, followup_slots
from bot.text.qa.followup_forms import EarlierQuestion, ask_again, is_past, parse_earlier
from bot.text.qa.followup_words import LANGUAGES, asking, kind_of, pattern, plain, word_pattern
from bot.text.qa.followup_words import classes as word_classes
from bot.text.qa.question_words import find_language

MAX_WORDS = 12
"""Longer questions say what they are about."""
MAX_CHARACTERS = 400
"""Longer texts are no follow-ups, and no questions before one."""
_MARKS = "¿?¡!.,;:… \u00a0\u202f-–—"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, and the fact of its answer if it has one."""

    question: str
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """A follow-up as a whole question. It `moves` if it asks about another time, place or name than the
    question before, so that the same articles need not have the answer."""

    question: str
    moves: bool = False


def complete(text: str, before: Exchange) -> Completion | None:
    """The follow-up `text` to an exchange as a whole question; None if it stands by itself, or if it is not
    clear what is missing."""
    if max(map(len, (text, before.question, before.fact))) > MAX_CHARACTERS:
        return None
    language = find_language(before.question)
    core = " ".join(text.split()).strip(_MARKS)
    if language not in LANGUAGES or not core or len(core.split()) > MAX_WORDS:
        return None
    earlier = parse_earlier(before.question, language, before.fact)
    if earlier is None:
        return None
    core, joined = _without_joining(core, language)
    for completion in _attempts(core, joined, earlier):
        if completion is not None:
            whole = _as_question(completion.question, before.question)
            same = plain(whole) in (plain(before.question), plain(_as_question(core, before.question)))
            return None if same else Completion(whole, completion.moves)
    return None


def _attempts(core: str, joined: str, earlier: EarlierQuestion) -> Iterator[Completion | None]:
    referred = core
    core = _without_tail(core, earlier.language)
    stays: tuple[Callable[[str, EarlierQuestion], str | None], ...] = (_bare, _other_side)
    for attempt in stays:
        result = attempt(core, earlier)
        yield None if result is None else Completion(result)
    if not _asks_itself(core, earlier.language) and (joined or len(core.split()) <= followup_slots.MAX_SHORT):
        slot = followup_slots.fill(core, earlier)
        yield None if slot is None else Completion(*slot)
    result = followup_references.resolve(referred, earlier)
    yield None if result is None else Completion(result)


def _without_joining(core: str, language: str) -> tuple[str, str]:
    """A follow-up without the words that join it to the question before; and these words."""
    joined = ""
    while True:
        flat = plain(core)
        match = pattern("and", language).match(flat) or pattern("about", language).match(flat)
        if match is None or match.end() == len(core):
            break
        joined += core[: match.end()]
        core = core[match.end() :].strip(_MARKS)
    return core, joined


def _without_tail(core: str, language: str) -> str:
    """A part of a question without "then" or "please" at its end."""
    match = re.search(rf"[\s,]+(?:{pattern('tail', language).pattern})\Z", plain(core))
    return core[: match.start()] if match else core


def _asks_itself(core: str, language: str) -> bool:
    """Whether a follow-up has a form of its own, and is not only a part of a question."""
    flat = plain(core)
    match = asking(language).search(flat) if language == "tr" else asking(language).match(flat)
    return match is not None or pattern("first", language).match(flat) is not None


def _bare(core: str, earlier: EarlierQuestion) -> str | None:
    """Why? When was that? How many?"""
    flat = plain(core)
    match = asking(earlier.language).match(flat)
    if match is None:
        return None
    rest = flat[match.end() :].strip(_MARKS)
    if rest and pattern("that", earlier.language).fullmatch(rest) is None:
        return None
    ask = core[: match.end()]
    at_start = earlier.language != "tr" or not earlier.before
    ask = ask if at_start and earlier.language != "tr" else ask.lower()
    return ask_again(earlier, ask, kind_of(match[0], earlier.language))


def _other_side(core: str, earlier: EarlierQuestion) -> str | None:
    """How many were against? And women? The other word of a pair stands in for the one of the question."""
    language, flat = earlier.language, plain(core)
    match = asking(language).match(flat)
    ask, rest = (core[: match.end()], flat[match.end() :]) if match else ("", flat)
    rest = pattern("light", language).sub(" ", rest).strip(_MARKS)
    for group in word_classes(language):
        for word in group:
            form = next((form for form in word if plain(form) == rest), None)
            if form is None:
                continue
            replaced = _with_other(earlier, group, word, form)
            if replaced is None or not ask:
                return replaced
            return _with_asking(replaced, earlier, ask, kind_of(flat[: len(ask)], language))
    return None


def _with_other(
    earlier: EarlierQuestion, group: tuple[tuple[str, ...], ...], word: tuple[str, ...], form: str
) -> str | None:
    """The earlier question with the word in place of the only other one of its group."""
    flat = plain(earlier.text)
    places = [
        (match.start(), match.end(), number)
        for other in group
        if other is not word
        for number, text in enumerate(other)
        for match in word_pattern(text).finditer(flat)
    ]
    if len(places) != 1:
        return None
    start, end, number = places[0]
    if earlier.language == "ru" and form in ("за", "против") and flat[end:].strip():
        return None  # the noun behind it would have another case
    # "Wie viele waren dafür?" has "dagegen", "für den Umzug" has "gegen".
    inserted = word[number] if number < len(word) else form
    if earlier.text[start:end][:1].isupper():
        inserted = inserted[:1].upper() + inserted[1:]
    return earlier.text[:start] + inserted + earlier.text[end:]


def _with_asking(replaced: str, earlier: EarlierQuestion, ask: str, kind: str) -> str | None:
    """The question with the follow-up's phrase that asks, if both ask for people or both for the same."""
    if kind == earlier.kind:
        return replaced
    verb = plain(earlier.rest).partition(" ")[0]
    people = {"who", "count"}
    if earlier.language != "en" or not {kind, earlier.kind} <= people or not is_past(verb):
        return None
    return f"{ask} {replaced[earlier.ask_end :].strip()}"


def _as_question(text: str, before: str) -> str:
    """The text with a capital and the marks that the question before has."""
    text = " ".join(text.split())
    start = "¿" if before.lstrip().startswith("¿") else ""
    end = " ?" if re.search(r"\s\?\s*\Z", before) else "?"
    return f"{start}{text[:1].upper()}{text[1:]}{end}"
