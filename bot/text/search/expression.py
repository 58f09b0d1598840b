"""Boolean expressions of a query, and the same as clauses, all of which a row must satisfy."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.search import Condition, Term


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """The part does not hold."""

    part: Expression


Leaf = Term | Condition
Expression = Leaf | AllOf | AnyOf | Negation
Literal = tuple[Leaf, bool]
"""A leaf, and whether it is negated."""
Clause = tuple[Literal, ...]
"""Literals of which at least one holds."""


MAX_MIXED = 8
"""The most clauses that join words and operators."""


class TooComplexError(Exception):
    """The clauses of an expression have more literals than allowed, or too many that join words and
    operators."""


def clauses(expression: Expression, most: int) -> list[Clause]:
    """The clauses of an expression, in order, repeated ones too. Raises TooComplexError for more than `most`
    literals."""
    return _clauses(expression, most, negated=False)


def _clauses(expression: Expression, most: int, *, negated: bool) -> list[Clause]:
    if isinstance(expression, Negation):
        return _clauses(expression.part, most, negated=not negated)
    if isinstance(expression, AllOf | AnyOf):
        parts = [_clauses(part, most, negated=negated) for part in expression.parts]
        if isinstance(expression, AllOf) is not negated:
            return _checked([clause for part in parts for clause in part], most)
        return _disjunction(parts, most)
    return [((expression, negated),)]


def _disjunction(parts: Sequence[list[Clause]], most: int) -> list[Clause]:
    """One of the parts holds: each clause of one with each clause of the others."""
    joined: list[Clause] = [()]
    for part in parts:
        if len(joined) * len(part) > most:
            raise TooComplexError
        joined = [tuple(dict.fromkeys((*first, *second))) for first in joined for second in part]
        _checked(joined, most)
    return joined


def _checked(some: list[Clause], most: int) -> list[Clause]:
    """These clauses. Raises TooComplexError if they have more than `most` literals."""
    if sum(map(len, some)) > most:
        raise TooComplexError
    return some


def word_or_operator(parsed: Sequence[Clause], most: int) -> list[list[Clause]]:
    """The clauses as alternatives, of which one must hold, and whose clauses have only words or only
    operators: of each clause with both, an alternative has the one or the other. Those that imply another are
    left out. Raises TooComplexError for more than `most` alternatives."""
    choices: list[tuple[Clause, ...]] = []
    for clause in parsed:
        words = tuple(literal for literal in clause if isinstance(literal[0], Term))
        operators = tuple(literal for literal in clause if not isinstance(literal[0], Term))
        choices.append((words, operators) if words and operators else (clause,))
    mixed = sum(len(choice) > 1 for choice in choices)
    if not mixed:
        return [list(parsed)]
    if mixed > MAX_MIXED:
        raise TooComplexError
    alternatives: dict[frozenset[Clause], list[Clause]] = {}
    for chosen in itertools.product(*choices):
        alternatives.setdefault(frozenset(chosen), list(dict.fromkeys(chosen)))
    least = [part for key, part in alternatives.items() if not any(other < key for other in alternatives)]
    if len(least) > most:
        raise TooComplexError
    return least
