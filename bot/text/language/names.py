"""Finds names in sentences: runs of capitalised words, with evidence from the surrounding words, by
language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.text.language.abbreviations import abbreviations
from bot.text.language.stopwords import STOP_WORDS
from bot.text.language.word_lists import WordLists
from bot.text.language.word_patterns import LETTERS

_TOKEN = re.compile(r"[^\W\d_][^\W_]*(?:[’'&-][^\W_]+)*(?:\.(?:[^\W\d_]\.)+)?|\d+|[^\w\s]")
_POSSESSIVE = re.compile(r"[’']s?$")
_SUFFIX = re.compile(r"[’'].*$")
_AGE = re.compile(r", (?:an? )?(?:aged )?\d\d(?:,|-year)|,? \(\d\d\)")
_WHO = re.compile(r", (?:who|whose|die|der|qui|quien|который|которая)\b")
_NUMBERED = re.compile(r"\b\d+(?:st|nd|rd|th) $")
"""What a name begins with that is not only words: "20th Century Fox"."""
_COMMON_BEFORE = re.compile(r"\b(?:[^\W\d_A-Z][^\W\d_]+|Act|Bill|Law|Treaty) \($|\bor $")
_NAME_BEFORE = re.compile(r"[A-Z][^\W\d_]+ \($")
_OWNER_BEFORE = re.compile(r"([^\W\d_a-z][^\W\d_]*)[’']s? $")
_AROUND = 100
"""The characters before and after a name that say why it is there."""
_COMPARED = re.compile(
    r"(?:\b(?:[Ll]ike|[Uu]nlike|such as|than|including|quoted|told)|[Aa]ccording to|\bby)"
    r"(?: [\w.’'-]+){0,3}(?: and)? $"
)
_ATTRIBUTE = re.compile(r"\b(?:an?|the)(?: [a-z]+)? $", re.IGNORECASE)
_SPOKEN_BEFORE = re.compile(r"(?:[,\"”’»]) ([^\W\d_]+)(?: [\w.’'-]+){0,6} $")
_SPOKEN_AFTER = re.compile(r"(?: [JS]r\.)?(?:, [^,\"“”]{1,80},)? (?:also |has |had )?([^\W\d_]+)")
_SPOKESPERSON = re.compile(r"pokes(?:man|woman|person) (?:\w+ )?$")
_NOUN = re.compile(r" (?!(?:and|or|of|in|on|at|to|for|by|from|with|was|is|has|had|were|are|who|that)\b)[a-z]")
_LISTING = re.compile(r",? (?:and|or|y|et|und|oder|ou|o|и|ve) |, ")
_MIN_LISTED = 3
_GLUED = re.compile(r"[^\W\d_]{3,}(?:-[a-zß-ÿ]+)+")
"""No part of a name: "Singer-songwriter", "Three-time"."""
_MAX_WORDS = 5

NAME_LISTS = WordLists(__file__, "names.txt")
"""`titles` precede the name of a person and are not part of it; `titles-within-names` are those that also
occur within other names. `openers` are verbs that open a sentence directly before a name. A name with a word
of `bodies` is an organisation's, with one of `sites` at its end a place's; those of `before-of` may contain
an "of". `particles` end no name. By language, `joining` words occur within names, `before-places` before
places, `speech` are verbs of speaking, and `place-suffixes` are the endings of Turkish places."""
_COMPOUND = re.compile(
    r"-(?:led|based|produced|born|backed|affiliated|made|style|era|area|trained|owned|run|old|like|wide|type|themed"
    r"|only|linked|related|inspired|shaped|sized|bound|held|controlled|funded|sponsored)$"
)


@dataclass(slots=True)
class Mention:
    """One occurrence of a name: its words without titles, and the evidence for a person or for a place."""

    text: str
    parts: tuple[str, ...]
    sentence: int
    opens_sentence: bool
    """Whether it opens its sentence, where any word is capitalised."""
    person_evidence: int = 0
    follows_place_word: bool = False
    is_abbreviation: bool = False
    """Whether it abbreviates common words, or a law: "a rare condition (PML)", "the Quay Act (QA)"."""
    is_introduced: bool = False
    """Whether it abbreviates the name before it: "Harbour Power Corp (HPC)"."""
    owner: str = ""
    """The capitalised word before it in the possessive: "People" of "the People's Front"."""
    followed_by: str = ""
    """The name after it and a comma: "Salem, Oregon"."""
    aside: bool = False
    """Whether it is only the speaker, a comparison, one of a list, or before a noun: "an Oakes spokesman"."""


@dataclass(slots=True)
class _Run:
    tokens: list[re.Match[str]] = field(default_factory=list)
    titles: int = 0
    suffix: str = ""


def find_mentions(sentences: Sequence[str], language: str) -> list[Mention]:
    """Returns the names in the sentences in order. A word is no name if the sentences also have it in lower
    case, or if it is capitalised only at the beginning of a sentence."""
    small = {word for text in sentences for word in LETTERS.findall(text) if word[0].islower()}
    mentions: list[Mention] = []
    for number, text in enumerate(sentences):
        letters = [char for char in text if char.isalpha()]
        if sum(map(str.isupper, letters)) * 2 > len(letters):
            continue
        mentions += _sentence_mentions(text, number, language, small)
    sure = {part for mention in mentions if _is_sure(mention) for part in mention.parts}
    return [mention for mention in mentions if _is_sure(mention) or mention.parts[0] in sure]


def _is_sure(mention: Mention) -> bool:
    return not mention.opens_sentence or len(mention.parts) > 1


def _sentence_mentions(text: str, number: int, language: str, small: set[str]) -> Iterator[Mention]:
    previous: Mention | None = None
    previous_end = 0
    listed: list[Mention] = []
    for run in _runs(text, language):
        tokens = run.tokens
        opens = not any(char.isalnum() for char in text[: tokens[0].start()])
        if opens:
            tokens = _without_opener(tokens, language, small)
        tokens = _without_titles(tokens, run)
        if not tokens:
            continue
        start, end = tokens[0].start(), tokens[-1].end()
        near = max(0, start - _AROUND)
        parts = tuple(_without_suffix(token[0], language) for token in tokens)
        if _NUMBERED.search(text, 0, start):
            continue
        name = text[start : tokens[-1].start()] + parts[-1]
        mention = Mention(" ".join(name.split()), parts, number, opens and start == run.tokens[0].start())
        mention.person_evidence = 2 * bool(run.titles) + _person_evidence(text, start, end, language)
        # "They fear he (Oakes) will win" abbreviates nothing.
        plain = mention.text[1:].islower()
        mention.is_abbreviation = not plain and _COMMON_BEFORE.search(text, near, start) is not None
        mention.is_introduced = _NAME_BEFORE.search(text, near, start) is not None
        owner = _OWNER_BEFORE.search(text, near, start)
        mention.owner = owner[1] if owner else ""
        before = re.findall(r"[\w’'-]+", text[max(0, start - 24) : start])
        mention.follows_place_word = bool(before) and before[-1].lower() in NAME_LISTS.get(
            f"before-places.{language}", ()
        )
        if language == "tr":
            mention.follows_place_word = run.suffix in NAME_LISTS["place-suffixes.tr"]
        joint = text[previous_end:start] if previous is not None else ""
        if previous is not None and joint == ", ":
            previous.followed_by = mention.text
        listed = [*(listed if _LISTING.fullmatch(joint) else ()), mention]
        mention.aside = _is_aside(text, start, end, language)
        if len(listed) >= _MIN_LISTED:
            for each in listed:
                each.aside = True
        yield mention
        previous, previous_end = mention, end


def _runs(text: str, language: str) -> Iterator[_Run]:
    """Yields runs of capitalised words, separated by single spaces or joining words."""
    joining = NAME_LISTS.get(f"joining.{language}", NAME_LISTS["joining.en"])
    run = _Run()
    waiting: list[re.Match[str]] = []
    end = 0
    for token in _TOKEN.finditer(text):
        word, gap = token[0], text[end : token.start()]
        end = token.end()
        last = (waiting or run.tokens)[-1:] or None
        near = gap in (" ", "\xa0") or (gap == "" and last is not None and last[0][0].endswith("."))
        if word == "." and last is not None and gap == "" and _dotted(last[0][0]):
            continue
        if run.tokens and near and not run.suffix:
            head = _normalized(run.tokens[-1][0])
            if word in joining or (word == "of" and language == "en" and head in NAME_LISTS["before-of"]):
                waiting.append(token)
                continue
            if _is_capital(word) and len(run.tokens) < _MAX_WORDS:
                run.tokens += [*waiting, token]
                waiting = []
                run.suffix = _suffix(word, language)
                continue
        if run.tokens:
            yield run
        run, waiting = _Run(), []
        if _is_capital(word):
            run.tokens.append(token)
            run.suffix = _suffix(word, language)
    if run.tokens:
        yield run


def _without_titles(tokens: list[re.Match[str]], run: _Run) -> list[re.Match[str]]:
    """Returns the name without titles: Laurent Fabius for "French Foreign Minister Laurent Fabius"."""
    while len(tokens) > 1 and _GLUED.fullmatch(tokens[0][0]):
        tokens = tokens[1:]
    words = [_normalized(token[0]) for token in tokens]
    titles, within_names = NAME_LISTS["titles"], NAME_LISTS["titles-within-names"]
    if not NAME_LISTS["bodies"].intersection(words):
        inner = [
            at for at, word in enumerate(words[:-1]) if at and word in titles and word not in within_names
        ]
        if inner:
            run.titles += 1
            tokens, words = tokens[inner[-1] + 1 :], words[inner[-1] + 1 :]
    while tokens and _normalized(tokens[0][0]) in titles:
        if [token[0] for token in tokens[1:2]] == ["of"]:
            # The "Duchess of Bell Harbour" is a person, not the place.
            run.titles += 1
            break
        # "St. Petersburg" is as likely.
        run.titles += _normalized(tokens[0][0]) not in ("st", "saint")
        tokens = tokens[1:]
    while tokens and _normalized(tokens[-1][0]) in NAME_LISTS["particles"] | titles:
        tokens = tokens[:-1]
    return tokens


def _dotted(word: str) -> bool:
    return len(word) == 1 or _normalized(word) in NAME_LISTS["titles"]


def _is_capital(word: str) -> bool:
    return (
        word[0].isupper()
        and _COMPOUND.search(word) is None
        and word not in ("I", "I'm", "I'll", "I've", "I'd", "I’m", "I’ll", "I’ve", "I’d")
    )


def _normalized(word: str) -> str:
    return _POSSESSIVE.sub("", word.lower()).rstrip(".")


def _suffix(word: str, language: str) -> str:
    """Returns the possessive or Turkish case ending after an apostrophe, which ends the name; empty if there
    is none."""
    match = _SUFFIX.search(word)
    if match is None or (language != "tr" and _POSSESSIVE.search(word) is None):
        return ""
    return match[0][1:].lower() or "s"


def _without_suffix(word: str, language: str) -> str:
    return (_SUFFIX if language == "tr" else _POSSESSIVE).sub("", word) or word


def _without_opener(tokens: list[re.Match[str]], language: str, small: set[str]) -> list[re.Match[str]]:
    """Returns a name's words without those that are capitalised only because they open the sentence."""
    stops = STOP_WORDS.get(language, frozenset()) | abbreviations(language).starters | NAME_LISTS["openers"]
    while tokens and (_normalized(tokens[0][0]) in stops or _normalized(tokens[0][0]) in small):
        if _normalized(tokens[0][0]) in NAME_LISTS["titles"] or [token[0] for token in tokens[1:2]] == ["of"]:
            break
        tokens = tokens[1:]
    return tokens


def _person_evidence(text: str, start: int, end: int, language: str) -> int:
    after, before = text[end : end + 24], text[max(0, start - 24) : start]
    speech = NAME_LISTS.get(f"speech.{language}", frozenset())
    following = re.match(r"[’']?s? ([^\W\d_]+)", after)
    leading = re.search(r"([^\W\d_]+),? $", before)
    evidence = 2 * bool(_AGE.match(after)) + bool(_WHO.match(after))
    evidence += bool(following and following[1] in speech and not before.endswith(" of "))
    evidence += bool(leading and leading[1] in speech and leading[1] not in ("told", "asked", "warned"))
    return evidence


def _is_aside(text: str, start: int, end: int, language: str) -> bool:
    """Whether the text names somebody only as its source, for a comparison, or to qualify a noun."""
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    speech = NAME_LISTS.get(f"speech.{language}", frozenset())
    spoken = (_SPOKEN_BEFORE.search(before), _SPOKEN_AFTER.match(after))
    return (
        any(match is not None and match[1] in speech for match in spoken)
        or _SPOKESPERSON.search(before) is not None
        or (language == "en" and _COMPARED.search(before) is not None)
        or (_ATTRIBUTE.search(before) is not None and _NOUN.match(after) is not None)
    )
