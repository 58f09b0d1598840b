"""The order of a thread: replies below what they answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import nested, replies_below


def test_replies_follow_what_they_answer_and_keep_their_order() -> None:
    said = [(1, None), (2, None), (3, 1), (4, 2), (5, 3), (6, 1), (7, 99)]
    assert nested(said) == [(1, 0), (3, 1), (5, 2), (6, 1), (2, 0), (4, 1), (7, 0)]


def test_a_chain_of_any_length_is_ordered() -> None:
    chain = [(number, number - 1) for number in range(1, 20_000)]
    assert nested(chain)[-1] == (19_999, 19_998)


@given(st.dictionaries(st.integers(0, 12), st.none() | st.integers(0, 12)))
def test_every_comment_comes_once_whatever_replies_to_what(parents: dict[int, int | None]) -> None:
    ordered = [comment for comment, _ in nested(parents.items())]
    assert sorted(ordered) == sorted(parents)


def test_replies_below_each_comment_are_counted_also_below_those_left_out() -> None:
    ordered = [(1, 0), (2, 1), (3, 2), (4, 1), (5, 0)]
    assert replies_below(ordered) == [3, 1, 0, 0, 0]
    # 1 is left out: 2 and 4 have nothing above them.
    assert replies_below(ordered[1:]) == [1, 0, 0, 0]
    chain = [(number, number) for number in range(100_000)]
    assert replies_below(chain)[:2] == [99_999, 99_998]
