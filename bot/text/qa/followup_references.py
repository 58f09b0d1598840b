"""Replaces a pronoun of a follow-up by what it refers to in the question before or in its answer."""

from __future__ import annotations

import re

from bot.text.language.word_lists import word_set
from bot.text.qa.followup_forms import EarlierQuestion
from bot.text.qa.followup_slots import names
from bot.text.qa.followup_words import asking, pattern, places, plain

_PERSON = word_set("he him his she her hers")
_THING = word_set("it its")
_PLURAL = word_set("they them their")
_POSSESSIVE = word_set("his its their")
_PRONOUN = re.compile(r"(?<!\w)(?:he|him|his|she|her|it|its|they|them|their)(?!\w)")
_IMPERSONAL = re.compile(
    r"\bit (?:take|took|takes|rain|snow|true|possible|likely|legal|clear|mean|matter)\b"
    r"|\b(?:is|was) it (?:true|possible|likely|legal|clear|worth|that)\b|\bit (?:is|was) that\b"
)
_WHO_IS = re.compile(r"who (?:is|was) [A-Z]", re.IGNORECASE)
_NOUN = re.compile(r"(?<!\w)(?:the|a|an)(?: (?!(?:the|a|an)\b)[\w'’-]+){1,4}")
_AFTER_HER = re.compile(r"\s+(?!(?:in|on|at|for|about|to|from|with|and|or|when|as)\b)[a-z]")
_VERBS = word_set("do does did is are was were has have had will would can could should")


def resolve(core: str, earlier: EarlierQuestion) -> str | None:
    """The follow-up with a name, a noun or a place in place of its pronoun; None if it has none, several, or
    if it is not clear what it refers to."""
    flat = plain(core)
    language = earlier.language
    opens = asking(language).match(flat) or pattern("first", language).match(flat)
    if language == "tr":
        opens = asking(language).search(flat)
    if opens is None or opens.end() == len(flat):
        return None
    there = pattern("there", language).search(flat)
    if there is not None:
        return _in_place(core, there, earlier)
    pronouns = list(_PRONOUN.finditer(flat)) if language == "en" else []
    if len({_sort(match[0]) for match in pronouns}) != 1 or _IMPERSONAL.search(flat):
        return None
    referent = _person(earlier) if _sort(pronouns[0][0]) == "person" else _thing(earlier)
    if referent is None:
        return None
    first = pronouns[0]
    possessive = first[0] in _POSSESSIVE or (first[0] == "her" and _AFTER_HER.match(core[first.end() :]))
    shown = f"{referent}{_apostrophe(referent)}" if possessive else referent
    return core[: first.start()] + shown + core[first.end() :]


def _sort(pronoun: str) -> str:
    return "person" if pronoun in _PERSON else "thing" if pronoun in _THING else "plural"


def _apostrophe(text: str) -> str:
    return "’s" if not text.endswith("s") else "’"


def _person(earlier: EarlierQuestion) -> str | None:
    """The one person of the exchange: who was asked for, or who the question names."""
    named = [earlier.text[start:end] for start, end in names(earlier.text, "en")]
    if earlier.kind == "who" and _is_name(earlier.fact):
        return earlier.fact if not named else None
    if len(named) != 1 or (earlier.kind == "who" and not _WHO_IS.match(earlier.text)):
        return None
    return re.sub(r"['’]s?$", "", named[0])


def _is_name(text: str) -> bool:
    return bool(text) and all(word[:1].isupper() for word in text.split())


def _thing(earlier: EarlierQuestion) -> str | None:
    """The one thing that the question names, with its article."""
    text = earlier.text
    before = pattern("before", "en")
    named = [text[start:end] for start, end in names(text, "en")]
    for match in places("en").finditer(text):
        lead = plain(text[: match.start()]).split()
        if not lead or before.fullmatch(lead[-1]) is None:
            named.append(match[0])
    nouns = list(_NOUN.finditer(text, earlier.ask_end))
    if len(named) + len(nouns) != 1:
        return None
    if named:
        return re.sub(r"['’]s?$", "", named[0])
    return _noun(nouns[0], text)


def _noun(match: re.Match[str], text: str) -> str | None:
    """The noun at an article, without the verb behind it; None if it is not clear where it ends."""
    before = pattern("before", "en")
    words = match[0].split()
    stop = next((n for n, word in enumerate(words) if n and before.fullmatch(plain(word))), len(words))
    words = ["the", *words[1:stop]]
    if "be" in words:  # the tower be built
        return " ".join(words[: words.index("be")])
    lead = text[: match.start()].split()
    if lead and lead[-1].lower() in _VERBS:
        # "Was the bridge built": of two words the second is a verb; of more, any could be.
        return " ".join(words[:2]) if len(words) == 3 else None
    return " ".join(words)


def _in_place(core: str, there: re.Match[str], earlier: EarlierQuestion) -> str | None:
    """With the one place of the question and the preposition before it."""
    text, language = earlier.text, earlier.language
    matches = list(places(language).finditer(text))
    previous = plain(core[: there.start()]).split()[-1:]
    if previous and pattern("before", language).fullmatch(previous[0]):
        return None
    if language == "en" and previous and previous[0] in ("is", "are", "was", "were", "will"):
        return None  # "How many are there?" asks for no place
    if len(matches) != 1:
        return None
    match = matches[0]
    lead = text[: match.start()].split()
    preposition = lead[-1] if lead and pattern("before", language).fullmatch(plain(lead[-1])) else ""
    if not preposition or preposition.lower() not in ("in", "at", "en", "im", "à", "au", "near"):
        return None
    return f"{core[: there.start()]}{preposition} {match[0]}{core[there.end() :]}"
