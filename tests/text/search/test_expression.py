"""Parentheses, AND, OR and NOT, and the operators of a query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.search import Condition, Exclusion, Query, Term
from bot.text.search.expression import (
    AllOf,
    AnyOf,
    Expression,
    Leaf,
    Negation,
    TooComplexError,
    clauses,
    word_or_operator,
)
from bot.text.search.operators import with_operators
from bot.text.search.query import MAX_TERMS, parse_query

NOW = datetime(2024, 3, 20, 12, tzinfo=UTC)
LEAVES: list[Leaf] = [Term((letter,)) for letter in "abcd"]


def expressions(leaves: Sequence[Leaf] = LEAVES) -> st.SearchStrategy[Expression]:
    return st.recursive(
        st.sampled_from(leaves),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts))),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
            inner.map(Negation),
        ),
        max_leaves=8,
    )


def holds(expression: Expression, present: set[Expression]) -> bool:
    if isinstance(expression, AllOf):
        return all(holds(part, present) for part in expression.parts)
    if isinstance(expression, AnyOf):
        return any(holds(part, present) for part in expression.parts)
    if isinstance(expression, Negation):
        return not holds(expression.part, present)
    return expression in present


@given(expressions())
def test_clauses_mean_the_same_as_the_expression(expression: Expression) -> None:
    try:
        found = clauses(expression, 128)
    except TooComplexError:
        return
    for bits in product((False, True), repeat=len(LEAVES)):
        present: set[Expression] = {leaf for leaf, bit in zip(LEAVES, bits, strict=True) if bit}
        meant = all(any((leaf in present) is not negated for leaf, negated in clause) for clause in found)
        assert meant is holds(expression, present)


CONDITIONS = [Condition("author", letter) for letter in "xy"]


@given(expressions([*LEAVES[:3], *CONDITIONS]))
def test_alternatives_mean_the_same_and_join_no_word_with_an_operator(expression: Expression) -> None:
    try:
        found = word_or_operator(clauses(expression, 64), 32)
    except TooComplexError:
        return
    for part in found:
        for clause in part:
            assert len({isinstance(leaf, Term) for leaf, _ in clause}) <= 1
    leaves = [*LEAVES[:3], *CONDITIONS]
    for bits in product((False, True), repeat=len(leaves)):
        present: set[Expression] = {leaf for leaf, bit in zip(leaves, bits, strict=True) if bit}
        meant = any(
            all(any((leaf in present) is not negated for leaf, negated in clause) for clause in part)
            for part in found
        )
        assert meant is holds(expression, present)


def test_alternatives_that_imply_others_are_left_out() -> None:
    query = parse_query("author:ann OR (harbour market tram)", NOW)
    words, operator = query.alternatives
    assert short(words) == (["harbour", "market", "tram"], [])
    assert operator.conditions == ((Condition("author", "ann"),),)
    assert not operator.groups
    assert query.names_author
    assert not query.faults
    assert parse_query("harbour author:ann", NOW).alternatives == ()


def short(query: Query) -> tuple[list[str], list[str]]:
    groups = ["|".join(" ".join(term.words) for term in group) for group in query.groups]
    return groups, [" ".join(term.words) for term in query.exclude]


@pytest.mark.parametrize(
    ("text", "groups", "exclude"),
    [
        ("(fish OR crab) AND market", ["fish|crab", "market"], []),
        ("(fish market) OR (crab stall)", ["fish|crab", "fish|stall", "market|crab", "market|stall"], []),
        ("market NOT (fish OR crab)", ["market"], ["fish", "crab"]),
        ("NOT -fish market", ["market"], ["fish"]),
        ("((fish", ["fish"], []),
        ("fish) market (", ["fish", "market"], []),
        ("CRIME AND PUNISHMENT NOT FOUND", ["crime", "and", "punishment", "not", "found"], []),
        ("not and or", ["not", "and", "or"], []),
        ("a () NOT OR AND", ["a"], []),
        ("f(x) (a (b (c", ["f x", "a", "b", "c"], []),
    ],
)
def test_parentheses_and_words_in_capitals_join_terms(
    text: str, groups: list[str], exclude: list[str]
) -> None:
    query = parse_query(text, NOW)
    assert short(query) == (groups, exclude)
    assert not query.faults


def test_what_no_list_of_terms_says_is_an_exclusion() -> None:
    query = parse_query("market ((fish -crab) OR rail) NOT (bus tram)", NOW)
    assert short(query) == (["market", "fish|rail"], [])
    assert query.exclusions == (
        Exclusion((Term(("crab",)),), (Term(("rail",)),)),
        Exclusion((Term(("bus",)), Term(("tram",)))),
    )


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("author:u/NetMender", Condition("author", "NetMender")),
        ('Author:"Ann Lee"', Condition("author", "Ann Lee")),
        ("source:https://courier.example/", Condition("source", "courier.example")),
        ("r/WorldNews", Condition("subreddit", "WorldNews")),
        ("subreddit:/r/worldnews", Condition("subreddit", "worldnews")),
        ('flair:"Live Thread"', Condition("flair", "Live Thread")),
        ("score:>10", Condition("score", low=11)),
        ("score:<=-5", Condition("score", high=-5)),
        ("comments:5..20", Condition("comments", low=5, high=20)),
        ("comments:5..", Condition("comments", low=5)),
        ("score:7", Condition("score", low=7, high=7)),
        ("after:2024-03-12", Condition("posted", low=1710201600)),
        ("before:yesterday", Condition("posted", high=1710806400 - 1)),
        ("-r/pics", Condition("subreddit", "pics", negated=True)),
        ("NOT source:a.example", Condition("source", "a.example", negated=True)),
    ],
)
def test_operators_are_conditions(text: str, condition: Condition) -> None:
    query = parse_query(f"market {text}", NOW)
    assert query.conditions == ((condition,),)
    assert short(query) == (["market"], [])
    assert not query.faults


def test_operators_join_as_words_do() -> None:
    query = parse_query("market (source:a.example OR r/bb) NOT (author:c author:d) title:rail", NOW)
    assert [[condition.text for condition in group] for group in query.conditions] == [
        ["a.example", "bb"],
        ["c", "d"],
    ]
    assert [condition.negated for condition in query.conditions[1]] == [True, True]
    assert query.groups[-1] == (Term(("rail",), title=True),)
    assert query.names_author


def test_the_narrower_time_counts() -> None:
    filters = parse_filters("after:2024-01 after:2024-02 before:2024-05 -after:2024-04")
    assert (filters.after, filters.before) == (
        datetime(2024, 2, 1, tzinfo=UTC),
        datetime(2024, 5, 1, tzinfo=UTC),
    )


def parse_filters(text: str):  # type: ignore[no-untyped-def]
    from bot.domain.search import Filters

    return Filters().narrowed(parse_query(text, NOW))


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("score:high", "operator-number", "high"),
        ("comments:>1..3", "operator-number", ">1..3"),
        ("after:dawn", "operator-date", "dawn"),
        ("author:[deleted]", "operator-value", "[deleted]"),
        ('source:" "', "operator-value", ""),
        ("title:??", "operator-value", "??"),
        ("NOT (market author:ann)", "operator-or-excluded", None),
        ("(author:a OR b) (author:c OR d) (author:e OR f)", "query-too-complex", None),
        (" OR ".join(f"({' '.join('abcdefgh')})" for _ in range(4)), "query-too-complex", None),
    ],
)
def test_what_an_operator_cannot_use_is_a_fault(text: str, key: str, value: str | None) -> None:
    (fault, *_) = parse_query(text, NOW).faults
    assert fault.key == key
    assert fault.fields.get("value") == value


@pytest.mark.parametrize(
    "text", ["author: ann", "http://a.example/r/pics/1", "ratio 3:1", "and/or or/and", "subtitle:x"]
)
def test_what_only_looks_like_an_operator_is_words(text: str) -> None:
    query = parse_query(text, NOW)
    assert query.groups
    assert not query.conditions
    assert not query.faults


def test_options_are_operators() -> None:
    text = with_operators(
        "fish", title="rail yard", subreddit="r/news", flair='the "one"', min_score=3, min_comments=0
    )
    assert text == 'fish title:rail title:yard subreddit:r/news flair:"the one" score:>=3 comments:>=0'
    query = parse_query(text, NOW)
    assert len(query.conditions) == 4
    assert not query.faults


@given(st.text(alphabet='ab ()-"OR|NOTAND:>score1author', max_size=120))
def test_any_text_is_a_query(text: str) -> None:
    query = parse_query(text, NOW)
    assert sum(map(len, query.groups)) + len(query.exclude) <= MAX_TERMS
    assert all(group and all(term.words for term in group) for group in query.groups)


def test_nesting_is_bounded() -> None:
    assert short(parse_query("(" * 5000 + "fish" + ")" * 5000 + " market", NOW))[0] == ["fish", "market"]
