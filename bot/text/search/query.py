"""Parses search queries; every text is valid."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from bot.clock import system_clock
from bot.domain.search import Condition, Exclusion, Query, Term
from bot.errors import BadInput
from bot.text.language.index_tokens import index_words, is_unspaced, tokenize
from bot.text.language.word_patterns import ELIDED
from bot.text.search.expression import (
    AllOf,
    AnyOf,
    Clause,
    Expression,
    Negation,
    TooComplexError,
    clauses,
    word_or_operator,
)
from bot.text.search.operators import OPERATORS, condition
from bot.text.search.spellings import (
    compound_spellings,
    is_abbreviation,
    is_shouted,
    phrase_spellings,
    spellings,
)

MAX_TERMS = 128
"""The maximum number of terms; further ones are ignored, which bounds the cost of a search."""

MAX_NAME_PAIRS = 3
"""In a script without spaces up to this many pairs of characters are a word or a name, which is searched as
typed. More are several words: where they are divided is unknown, so that each pair counts by itself."""

MAX_ALTERNATIVES = 4
"""The most searches that OR between words and operators makes of one: each has its part of the time."""

MAX_DIGIT_GROUPS = 4
"""More groups of digits are no number."""

MAX_DEPTH = 20
"""Parentheses within more parentheses are ignored."""

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»〝〞＂「」『』", '"') | {"＊": "*", "\0": " "})
_PIECE = re.compile(
    r'(?P<minus>(?<![^\s(])-)?(?:"(?P<phrase>[^"]*)"(?P<star>\*)?'
    rf'|(?P<name>(?i:{OPERATORS})):(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"()]+))'
    r"|/?r/(?P<subreddit>[A-Za-z0-9_]{2,21})(?![\w/])|(?P<open>\()"
    r'|(?P<word>(?!\))[^\s"]+?)(?=\)*(?:[\s"]|$)))|(?P<close>\))|"'
)
_LETTERS = re.compile(r"[^\W\d_]+")
_THREE = re.compile(r"\d{1,3}")
_GROUP = re.compile(r"\d{3}")
_POSSESSIVE = re.compile(r"(?<=\w)['’ʼ]s\b", re.IGNORECASE)
_ELISION = re.compile(rf"^(?:{ELIDED})['’ʼ](?=\w)", re.IGNORECASE)


def parse_query(text: str, now: datetime | None = None) -> Query:
    """Parses words, `"a phrase"`, `-without`, `this OR that`, `begin*`, parentheses, `AND`, `NOT`, and the
    operators of `bot.text.search.operators`, whose dates are relative to `now`. Other punctuation separates
    words, an unmatched quotation mark or parenthesis is ignored, and a word that the index splits (`AT&T`) is
    searched as a phrase. Never raises."""
    parser = _Parser(text, now or system_clock())
    expression = parser.parse()
    try:
        parsed = clauses(expression, MAX_TERMS)
    except TooComplexError:
        parser.faults.append(BadInput("query-too-complex"))
        parsed = [((term, False),) for term in parser.terms]
    return _query(text, parsed, parser)


def without_quotation_marks(text: str) -> str:
    """Returns the text with blanks for what would end a quoted phrase."""
    return text.translate(_QUOTES).replace('"', " ")


def _query(text: str, parsed: Sequence[Clause], parser: _Parser) -> Query:
    try:
        alternatives = word_or_operator(parsed, MAX_ALTERNATIVES)
    except TooComplexError:
        parser.faults.append(BadInput("query-too-complex"))
        alternatives = []
    parts = tuple(_part(text, part) for part in alternatives)
    faults, ignored = tuple(parser.faults), tuple(parser.ignored)
    if len(parts) == 1:
        return replace(parts[0], faults=faults, ignored=ignored)
    if any(not (part.groups or part.conditions) for part in parts):
        faults = (*faults, BadInput("operator-or-excluded"))
    return Query(text, faults=faults, ignored=ignored, alternatives=parts)


def _part(text: str, parsed: Sequence[Clause]) -> Query:
    """The query of clauses of which each has only words, or only operators."""
    groups: list[tuple[Term, ...]] = []
    exclude: list[Term] = []
    exclusions: list[Exclusion] = []
    conditions: list[tuple[Condition, ...]] = []
    for clause in parsed:
        terms = [(leaf, negated) for leaf, negated in clause if isinstance(leaf, Term)]
        others = [replace(leaf, negated=negated) for leaf, negated in clause if isinstance(leaf, Condition)]
        without = tuple(term for term, negated in terms if negated)
        if others:
            conditions.append(tuple(others))
        elif not without:
            groups.append(tuple(term for term, _ in terms))
        elif len(terms) == 1:
            exclude += without
        else:
            exclusions.append(Exclusion(without, tuple(term for term, negated in terms if not negated)))
    return Query(text, tuple(groups), tuple(exclude), tuple(exclusions), tuple(conditions))


class _Parser:
    """Parses the pieces of one query. `OR` binds more tightly than words side by side, as most engines read
    it: `fish OR crab market` has "market"."""

    def __init__(self, text: str, now: datetime) -> None:
        self._now = now
        plain = unicodedata.normalize("NFC", text).translate(_QUOTES)
        self._pieces = list(_PIECE.finditer(plain))
        words = _required_words(self._pieces)
        # Who separates words by OR has chosen each of them.
        chosen = any(piece[0] in ("OR", "|") for piece in self._pieces)
        self._shouted = is_shouted(words) and not chosen
        self._is_headline = self._shouted and len(words) > 2
        self._negations = 0
        self._place = 0
        self.terms: list[Term] = []
        self.faults: list[BadInput] = []
        self.ignored: list[str] = []

    def parse(self) -> Expression:
        """The whole query."""
        parts: list[Expression] = []
        while self._place < len(self._pieces):
            parts += self._all(0).parts
            self._place += 1  # a parenthesis that closes nothing
        return AllOf(tuple(parts))

    def _all(self, depth: int) -> AllOf:
        parts = []
        while (piece := self._peek()) is not None and not piece["close"]:
            part = self._alternatives(depth)
            if part is not None:
                parts.append(part)
        return AllOf(tuple(self._with_names(self._with_numbers(parts))))

    def _with_names(self, parts: list[Expression]) -> list[Expression]:
        """The parts, where a word and a number after it may also be one word: COVID 19, F 35."""
        joined = list(parts)
        for place, (first, second) in enumerate(pairwise(parts)):
            name = _name(first, second)
            if name is not None and self._kept([name, name]) is not None:
                joined[place : place + 2] = _or(joined[place], name), _or(second, name)
        return joined

    def _with_numbers(self, parts: list[Expression]) -> list[Expression]:
        """The parts, where groups of digits in sequence may also be one number: 1 000."""
        joined = list(parts)
        place = 0
        while place < len(parts):
            number = _number(parts[place:])
            size = len(number.words) if number is not None else 1
            if number is not None and number.joined is not None and size <= MAX_DIGIT_GROUPS:
                name = Term((number.joined,), exact=True)
                if self._kept([name] * size) is not None:
                    joined[place : place + size] = [_or(part, name) for part in parts[place : place + size]]
            place += size
        return joined

    def _alternatives(self, depth: int) -> Expression | None:
        options = []
        while True:
            option = self._negatable(depth)
            if option is not None:
                options.append(option)
            either = False
            while self._at("OR", "|"):
                self._place += 1
                either = bool(options)
            piece = self._peek()
            if not either or piece is None or piece["close"] or piece["minus"] or self._at("NOT"):
                break
        return AnyOf(tuple(options)) if len(options) > 1 else options[0] if options else None

    def _negatable(self, depth: int) -> Expression | None:
        negated = False
        while self._at("NOT", "AND") and not self._is_headline:
            negated = negated or self._at("NOT")
            self._place += 1
        piece = self._peek()
        if piece is None or piece["close"] or self._at("OR", "|"):
            return None
        self._place += 1
        negated = negated or bool(piece["minus"])  # "NOT -word" is no request for the word
        self._negations += negated
        part = self._group(depth) if piece["open"] else self._leaf(piece)
        self._negations -= negated
        return Negation(part) if negated and part is not None else part

    def _group(self, depth: int) -> Expression | None:
        if depth >= MAX_DEPTH:
            return None
        inner = self._all(depth + 1)
        self._place += 1  # the closing parenthesis
        return inner if inner.parts else None

    def _leaf(self, piece: re.Match[str]) -> Expression | None:
        name = "subreddit" if piece["subreddit"] else (piece["name"] or "").lower()
        value = piece["subreddit"] or piece["quoted"] or piece["value"] or ""
        if name and name != "title":
            try:
                return condition(name, value, self._now)
            except BadInput as fault:
                self.faults.append(fault)
                return self._kept(_split(value, prefix=False, exact=False))
        if name:
            prefix = value.endswith("*")
            titled = _split(value, prefix=prefix, exact=piece["quoted"] is not None)
            if not titled:
                self.faults.append(BadInput("operator-value", operator=name, value=value[:60]))
            others = self._other_ways(value, quoted=piece["quoted"] is not None, prefix=prefix)
            return self._any_way(
                [replace(term, title=True) for term in titled], [replace(way, title=True) for way in others]
            )
        quoted = piece["phrase"] is not None
        typed = piece["phrase"] if quoted else piece["word"] or ""
        return self._any_way(
            _terms(piece), self._other_ways(typed, quoted=quoted, prefix=bool(piece["star"]))
        )

    def _other_ways(self, typed: str, *, quoted: bool, prefix: bool) -> Sequence[Term]:
        """The other ways to write a word or a phrase. In a query in capitals abbreviations may be words, but
        hardly what it excludes."""
        if self._is_headline and not self._negations:
            return ()
        if quoted and len(typed.split()) > 1:
            return [replace(way, prefix=prefix) for way in phrase_spellings(typed)]
        if prefix:
            return ()
        if quoted:
            return spellings(typed)
        ways = spellings(_bare(typed)) or compound_spellings(_bare(typed))
        unclear = self._shouted and not self._negations
        return [replace(way, capitals=()) for way in ways] if unclear else ways

    def _any_way(self, terms: list[Term], others: Sequence[Term]) -> Expression | None:
        """The terms, or one of the other ways to write them."""
        if not others:
            return self._kept(terms)
        if is_abbreviation(others):
            same = list(others)
        else:
            capitals = others[0].capitals if len(terms) == 1 else ()
            same = [*(replace(term, capitals=capitals) for term in terms), *others]
        return AnyOf(tuple(same)) if self._kept(same) is not None else None

    def _kept(self, terms: list[Term]) -> Expression | None:
        """The terms, if they are not beyond the maximum."""
        if len(self.terms) + len(terms) > MAX_TERMS:
            self.ignored += [" ".join(term.words) for term in terms]
            return None
        self.terms += terms
        return terms[0] if len(terms) == 1 else AllOf(tuple(terms)) if terms else None

    def _peek(self) -> re.Match[str] | None:
        return self._pieces[self._place] if self._place < len(self._pieces) else None

    def _at(self, *words: str) -> bool:
        piece = self._peek()
        return piece is not None and piece[0] in words


def _required_words(pieces: Sequence[re.Match[str]]) -> list[str]:
    """The words with letters that a query asks for, without operators, quoted and excluded words."""
    words: list[str] = []
    excluded = 0  # the depth within a parenthesis that is excluded
    negated = False
    for piece in pieces:
        if excluded or (piece["open"] and (negated or piece["minus"])):
            excluded += bool(piece["open"]) - bool(piece["close"])
        elif piece["word"] and not piece["minus"] and piece[0] not in ("OR", "AND", "|"):
            words += [piece["word"].strip("],.;:!?")] if _LETTERS.search(piece["word"]) else []
        negated = piece[0] == "NOT"
    return words


def _name(first: Expression, second: Expression) -> Term | None:
    """The name that a word and a number make, as one word; None if they are no such parts."""
    ways = first.parts if isinstance(first, AnyOf) else (first,)
    words = [way for way in ways if isinstance(way, Term)]
    if len(words) != len(ways) or not (len(words) == 1 or is_abbreviation(words)):
        return None
    word = words[0]
    if not isinstance(second, Term) or second.exact or (word.exact and len(words) == 1):
        return None
    if any(term.prefix or term.title or len(term.words) > 1 for term in (word, second)):
        return None
    is_name = _LETTERS.fullmatch(word.words[0]) and not is_unspaced(word.words[0])
    if not is_name or not _THREE.fullmatch(second.words[0]):
        return None
    return Term((word.words[0] + second.words[0],), exact=True)


def _number(parts: Sequence[Expression]) -> Term | None:
    """The digits with which the parts begin, if these are groups of a number; None if there are fewer than
    two groups."""
    groups: list[str] = []
    for part in parts:
        if not isinstance(part, Term) or part.exact or part.prefix or part.title:
            break
        if len(part.words) > 1 or not (_GROUP if groups else _THREE).fullmatch(part.words[0]):
            break
        groups.append(part.words[0])
    return Term(tuple(groups)) if len(groups) > 1 else None


def _or(part: Expression, name: Term) -> AnyOf:
    return AnyOf((*(part.parts if isinstance(part, AnyOf) else (part,)), name))


def _terms(piece: re.Match[str]) -> list[Term]:
    if piece["phrase"] is not None:
        return _split(piece["phrase"], prefix=bool(piece["star"]), exact=True)
    word = piece["word"] or ""
    prefix = word.rstrip(")],.;:!?").endswith("*")
    return _split(_bare(word), prefix=prefix, exact=False)


def _bare(word: str) -> str:
    """The word without an apostrophe that grammar adds: the market's, l'homme."""
    return _ELISION.sub("", _POSSESSIVE.sub("", word))


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
    pieces = [piece for piece in _PIECE.finditer(text.translate(_QUOTES)) if not piece["minus"]]
    typed = [piece.span("value" if (piece["name"] or "").lower() == "title" else "word") for piece in pieces]
    for token in reversed(tokenize(text)):
        if token.word == word and any(start <= token.start < end for start, end in typed):
            text = text[: token.start] + replacement + text[token.end :]
    groups = tuple(tuple(_respelt(term, word, replacement) for term in group) for group in query.groups)
    return replace(query, text=text, groups=groups)


def _respelt(term: Term, word: str, replacement: str) -> Term:
    if term.exact or term.prefix or word not in term.words:
        return term
    return replace(term, words=tuple(replacement if part == word else part for part in term.words))
