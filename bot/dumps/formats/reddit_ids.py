"""Reddit's ids as numbers: base 36, with or without the prefix that tells their kind."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, cast

from bot.dumps.rejections import Rejected

MAX_ID_DIGITS: Final = 8  # of an id in base 36; a longer number is one in base 10
MAX_ID: Final = (1 << 63) - 1  # as a database's integers; Reddit's are a millionth of it


def id_numbers(ids: list[str]) -> list[int]:
    """The numbers of ids in base 36. Raises Rejected("bad-id")."""
    # Checked all at once: `int` also accepts signs, blanks, underscores and the digits of other scripts.
    together = "".join(ids)
    try:
        numbers = [int(digits, 36) for digits in ids]
    except ValueError:
        raise _bad_id(ids) from None
    if numbers and not (together.isascii() and together.isalnum() and max(numbers) <= MAX_ID):
        raise _bad_id(ids)
    return numbers


def link_numbers(ids: list[str]) -> list[int]:
    """The numbers of submissions from their ids, with or without `t3_`."""
    return list(map(_link_number, ids))


@lru_cache(maxsize=20_000)  # the comments of one thread are close together
def _link_number(link: str) -> int:
    return id_numbers([link.removeprefix("t3_")])[0]


def parent_numbers(parents: list[str | int | None], links: list[int]) -> list[int | None]:
    """The numbers of parents, None for the submissions `links` themselves."""
    keys = [parent[3:] if type(parent) is str and parent[:3] == "t1_" else None for parent in parents]
    comment_ids = iter(id_numbers([key for key in keys if key is not None]))
    numbers = [None if key is None else next(comment_ids) for key in keys]
    for at, parent in enumerate(parents):
        if parent and (type(parent) is int or parent[:1] != "t" or parent[2:3] != "_"):  # type: ignore[index]  # a str
            numbers[at] = _bare_parent(parent, links[at])
    return numbers


def _bare_parent(parent: str | int, link: int) -> int | None:
    """The comment that a number in base 10, or an id without prefix, names; None for the submission."""
    if type(parent) is str:
        is_decimal = MAX_ID_DIGITS < len(parent) < 20 and parent.isdecimal() and parent.isascii()
        [number] = [int(parent)] if is_decimal else id_numbers([parent])
    else:
        number = cast("int", parent)
    if not 0 < number <= MAX_ID:
        raise _bad_id([str(parent)])
    return None if number == link else number


def _bad_id(ids: list[str]) -> Rejected:
    """The error for one bad id. For several records the lines are read again one by one to find it."""
    return Rejected("bad-id", "rejected-bad-id", id=ids[0][:40])
