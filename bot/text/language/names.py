"""Names within sentences: runs of capitalised words, each with what stands around it, by language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.text.language.abbreviations import abbreviations
from bot.text.language.stopwords import STOP_WORDS
from bot.text.language.word_lists import WordLists

_TOKEN = re.compile(r"[^\W\d_][^\W_]*(?:[’'&-][^\W_]+)*(?:\.(?:[^\W\d_]\.)+)?|\d+|[^\w\s]")
_POSSESSIVE = re.compile(r"[’']s?$")
_SUFFIX = re.compile(r"[’'].*$")
_AGE = re.compile(r", (?:an? )?(?:aged )?\d\d(?:,|-year)|,? \(\d\d\)")
_WHO = re.compile(r", (?:who|whose|die|der|qui|quien|который|которая)\b")
_MAX_WORDS = 5
_MOST_LETTERS = 40

NAME_LISTS = WordLists(__file__, "names.txt")
"""`titles` stand before the name of a person and are not part of it; of these `titles-within-names` also
stand within other names. `openers` are verbs that open a sentence right before a name. A name with one of
`bodies` is that of a body, with one of `sites` at its end that of a place; those of `before-of` may have an
"of" inside them. `particles` end no name. By language, `joining` words stand within names, `before-places`
before places, `speech` are verbs of speaking, and `place-suffixes` what Turkish places end in."""
_COMPOUND = re.compile(
    r"-(?:led|based|produced|born|backed|affiliated|made|style|era|area|trained|owned|run|old|like|wide|type|themed"
    r"|only|linked|related|inspired|shaped|sized|bound|held|controlled|funded|sponsored)$"
)


@dataclass(slots=True)
class Mention:
    """A name where it stands: its words without titles, and what speaks for a person or for a place."""

    text: str
    parts: tuple[str, ...]
    sentence: int
    first: bool
    """It opens the sentence, where any word has a capital."""
    person: int = 0
    placed: bool = False
    follows: str = ""
    """The name that stands behind a comma right after it: "Salem, Oregon"."""


@dataclass(slots=True)
class _Run:
    tokens: list[re.Match[str]] = field(default_factory=list)
    titles: int = 0
    suffix: str = ""


def find_mentions(sentences: Sequence[str], language: str) -> list[Mention]:
    """The names of the sentences in order. A word that also stands there in small letters is none, nor is one
    that only opens its sentence and stands nowhere else with a capital."""
    small = {word for text in sentences for word in re.findall(r"[^\W\d_]+", text) if word[0].islower()}
    found: list[Mention] = []
    for number, text in enumerate(sentences):
        letters = [char for char in text if char.isalpha()]
        if sum(map(str.isupper, letters)) * 2 > len(letters):
            continue
        found += _of_sentence(text, number, language, small)
    inside = {part for one in found if not one.first or len(one.parts) > 1 for part in one.parts}
    return [one for one in found if not one.first or len(one.parts) > 1 or one.parts[0] in inside]


def _of_sentence(text: str, number: int, language: str, small: set[str]) -> Iterator[Mention]:
    previous: Mention | None = None
    previous_end = 0
    for run in _runs(text, language):
        tokens = run.tokens
        opens = not any(char.isalnum() for char in text[: tokens[0].start()])
        if opens:
            tokens = _without_opener(tokens, language, small)
        tokens = _without_titles(tokens, run)
        if not tokens:
            continue
        start, end = tokens[0].start(), tokens[-1].end()
        parts = tuple(_trimmed(token[0], language) for token in tokens)
        name = text[start : tokens[-1].start()] + parts[-1]
        one = Mention(" ".join(name.split()), parts, number, opens and start == run.tokens[0].start())
        one.person = 2 * bool(run.titles) + _evidence(text, start, end, language)
        before = re.findall(r"[\w’'-]+", text[max(0, start - 24) : start])
        one.placed = bool(before) and before[-1].lower() in NAME_LISTS.get(f"before-places.{language}", ())
        if language == "tr":
            one.placed = run.suffix in NAME_LISTS["place-suffixes.tr"]
        joint = text[previous_end:start] if previous is not None else ""
        if previous is not None and joint == ", ":
            previous.follows = one.text
        yield one
        previous, previous_end = one, end


def _runs(text: str, language: str) -> Iterator[_Run]:
    """Runs of capitalised words with one blank between them, and what may join them."""
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
            head = _bare(run.tokens[-1][0])
            if word in joining or (word == "of" and language == "en" and head in NAME_LISTS["before-of"]):
                waiting.append(token)
                continue
            if _is_capital(word) and len(run.tokens) < _MAX_WORDS:
                run.tokens += [*waiting, token]
                waiting = []
                run.suffix = _ending(word, language)
                continue
        if run.tokens:
            yield run
        run, waiting = _Run(), []
        if _is_capital(word):
            run.tokens.append(token)
            run.suffix = _ending(word, language)
    if run.tokens:
        yield run


def _without_titles(tokens: list[re.Match[str]], run: _Run) -> list[re.Match[str]]:
    """The name itself: "French Foreign Minister Laurent Fabius" is called Laurent Fabius."""
    words = [_bare(token[0]) for token in tokens]
    titles, within_names = NAME_LISTS["titles"], NAME_LISTS["titles-within-names"]
    if not NAME_LISTS["bodies"].intersection(words):
        inner = [
            at for at, word in enumerate(words[:-1]) if at and word in titles and word not in within_names
        ]
        if inner:
            run.titles += 1
            tokens, words = tokens[inner[-1] + 1 :], words[inner[-1] + 1 :]
    while tokens and _bare(tokens[0][0]) in titles:
        run.titles += 1
        tokens = tokens[1:]
    while tokens and _bare(tokens[-1][0]) in NAME_LISTS["particles"] | titles:
        tokens = tokens[:-1]
    return tokens


def _dotted(word: str) -> bool:
    return len(word) == 1 or _bare(word) in NAME_LISTS["titles"]


def _is_capital(word: str) -> bool:
    return (
        word[0].isupper()
        and _COMPOUND.search(word) is None
        and word not in ("I", "I'm", "I'll", "I've", "I'd", "I’m", "I’ll", "I’ve", "I’d")
    )


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word.lower()).rstrip(".")


def _ending(word: str, language: str) -> str:
    """What a possessive or a Turkish case adds behind an apostrophe: the name ends there."""
    found = _SUFFIX.search(word)
    if found is None or (language != "tr" and _POSSESSIVE.search(word) is None):
        return ""
    return found[0][1:].lower() or "s"


def _trimmed(word: str, language: str) -> str:
    return (_SUFFIX if language == "tr" else _POSSESSIVE).sub("", word) or word


def _without_opener(tokens: list[re.Match[str]], language: str, small: set[str]) -> list[re.Match[str]]:
    """The words of a name that opens a sentence, without those that have a capital only for that."""
    stops = STOP_WORDS.get(language, frozenset()) | abbreviations(language).starters | NAME_LISTS["openers"]
    while tokens and (_bare(tokens[0][0]) in stops or _bare(tokens[0][0]) in small):
        if _bare(tokens[0][0]) in NAME_LISTS["titles"]:
            break
        tokens = tokens[1:]
    return tokens


def _evidence(text: str, start: int, end: int, language: str) -> int:
    after, before = text[end : end + 24], text[max(0, start - 24) : start]
    speech = NAME_LISTS.get(f"speech.{language}", frozenset())
    following = re.match(r"[’']?s? ([^\W\d_]+)", after)
    leading = re.search(r"([^\W\d_]+),? $", before)
    found = 2 * bool(_AGE.match(after)) + bool(_WHO.match(after))
    found += bool(following and following[1] in speech)
    found += bool(leading and leading[1] in speech and leading[1] not in ("told", "asked", "warned"))
    return found
