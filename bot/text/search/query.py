"""Parses search queries; every text is valid."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bot.domain.search import Query, Term
from bot.text.language.index_tokens import index_words, is_unspaced, tokenize
from bot.text.language.word_patterns import ELIDED

MAX_TERMS = 128
"""The maximum number of terms; further ones are ignored, which bounds the cost of a search."""

MAX_NAME_PAIRS = 3
"""In a script without spaces up to this many pairs of characters are a word or a name, which is searched as
typed. More are several words: where they are divided is unknown, so that each pair counts by itself."""

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»〝〞＂「」『』", '"') | {"＊": "*", "\0": " "})
_PIECE = re.compile(r'(?P<minus>(?<![^\s(])-)?(?:"(?P<phrase>[^"]*)"(?P<star>\*)?|(?P<word>[^\s"]+))|"')
_ABBREVIATION = re.compile(r"(?:[^\W\d_]\.){2,5}[^\W\d_]?\.?|[A-Z]{2,3}")
_LOWER_ABBREVIATIONS = frozenset(["eu", "uk", "un", "usa"])
_MIXED = re.compile(r"[^\W\d_]+\d+|\d+[^\W\d_]+")
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_THREE = re.compile(r"\d{1,3}")
_NUMBER = re.compile(r"(?!(?:19|20)\d\d$)\d{4,12}")
_POSSESSIVE = re.compile(r"(?<=\w)['’ʼ]s\b", re.IGNORECASE)
_ELISION = re.compile(rf"^(?:{ELIDED})['’ʼ](?=\w)", re.IGNORECASE)


def parse_query(text: str) -> Query:
    """Parses words, `"a phrase"`, `-without`, `this OR that` and `begin*`. Other punctuation separates words,
    an unmatched quotation mark is ignored, and a word that the index splits (`AT&T`) is searched as a phrase.
    Never raises."""
    groups: list[tuple[Term, ...]] = []
    exclude: list[Term] = []
    either = False
    shouted = text.isupper() and len(text.split()) > 2
    for piece in _PIECE.finditer(unicodedata.normalize("NFC", text).translate(_QUOTES)):
        if len(groups) + len(exclude) >= MAX_TERMS:
            break
        if piece[0] in ("OR", "|"):
            either = bool(groups)
            continue
        others = spellings(piece["word"]) if piece["word"] and not shouted else ()
        terms = _terms(piece)
        if others and not piece["minus"]:
            same = others if is_abbreviation(others) else (*terms, *others)
            groups = [*groups[:-1], groups[-1] + same] if either else [*groups, same]
            either = False
        elif piece["minus"]:
            exclude += terms
            either = False
        elif terms:
            if either:
                groups[-1] += tuple(terms[:1])
            groups += [(term,) for term in (terms[1:] if either else terms)][: MAX_TERMS - len(groups)]
            either = False
    return Query(text, tuple(groups), tuple(exclude))


def _terms(piece: re.Match[str]) -> list[Term]:
    if piece["phrase"] is not None:
        return _split(piece["phrase"], prefix=bool(piece["star"]), exact=True)
    word = piece["word"] or ""
    prefix = word.rstrip(")],.;:!?").endswith("*")
    return _split(_ELISION.sub("", _POSSESSIVE.sub("", word)), prefix=prefix, exact=False)


def spellings(typed: str) -> tuple[Term, ...]:
    """Returns the other ways in which news writes a typed word: US and U.S., covid-19 for covid19, 1,000 for
    1000; empty for other words. Both ways of an abbreviation are returned, as it is no word ("us")."""
    typed = typed.strip("()[]{},;:!?")
    if is_unspaced(typed):  # several words of the index, such as 2024年, of which none replaces all
        return ()
    words = tuple(index_words(typed))
    if _ABBREVIATION.fullmatch(typed) or typed in _LOWER_ABBREVIATIONS:
        letters = tuple("".join(words))
        return Term(("".join(letters),), exact=True), Term(letters, exact=True)
    typed = typed.rstrip(".")
    if _MIXED.fullmatch(typed):
        return (Term(tuple(_PARTS.findall(words[0])), exact=True),)
    if _NUMBER.fullmatch(typed):
        parts = [part[::-1] for part in _THREE.findall(typed[::-1])]
        return (Term(tuple(reversed(parts)), exact=True),)
    return ()


def is_abbreviation(group: Sequence[Term]) -> bool:
    """Whether the group is the two ways to write an abbreviation, see `spellings`."""
    return len(group) == 2 and group[0].exact and group[1].words == tuple(group[0].words[0])


def _split(text: str, *, prefix: bool, exact: bool) -> list[Term]:
    """Returns one term for each run of words of one kind of script: pairs of characters have their own column
    in the index."""
    terms: list[Term] = []
    run: list[str] = []
    spaced: list[str] = []
    for word in index_words(text):
        if not is_unspaced(word):
            spaced.append(word)
            continue
        if spaced:
            terms.append(Term(tuple(spaced), exact=exact))
            spaced = []
        if len(word) > 1:
            run.append(word)
            continue
        # `index_words` ends each run of such a script with its last character alone.
        if len(run) > MAX_NAME_PAIRS and not exact:
            terms += [Term((pair,)) for pair in dict.fromkeys(run)]
        else:
            terms.append(Term(tuple(run), exact=exact) if run else Term((word,), prefix=True, exact=exact))
        run = []
    if spaced:
        terms.append(Term(tuple(spaced), prefix=prefix, exact=exact))
    return terms


def respell(query: Query, word: str, replacement: str) -> Query:
    """Returns the query with `replacement` for each `word` (in the form of the index) in its text and its
    terms, except in quoted or excluded ones."""
    text = query.text
    typed = [piece.span("word") for piece in _PIECE.finditer(text.translate(_QUOTES)) if not piece["minus"]]
    for token in reversed(tokenize(text)):
        if token.word == word and any(start <= token.start < end for start, end in typed):
            text = text[: token.start] + replacement + text[token.end :]
    return Query(
        text,
        tuple(tuple(_respelt(term, word, replacement) for term in group) for group in query.groups),
        query.exclude,
    )


def _respelt(term: Term, word: str, replacement: str) -> Term:
    if term.exact or term.prefix or word not in term.words:
        return term
    return Term(tuple(replacement if part == word else part for part in term.words))
