"""Where a button leads, as a text short enough for its custom_id, so that it works for as long as its message
is there: nothing about a message is remembered anywhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.search import Filters, Order, Place
from bot.ui.kit.truncate import utf16_length

PageRoute = Callable[[int], str]
"""From the number of a page to its address."""

MAX_ROUTE = 88
"""What is left of Discord's 100 characters of custom_id when verb and number are written."""
MAX_INLINE_SEARCH = MAX_ROUTE - len("s1000000000.br.")

RANDOM = "x"
ANSWER = "q"
"""An answer: the question stands in the buttons of the message, and nowhere else."""
TOPIC = "g"
"""Begins the address of a topic's digest; the name under which the topic is kept follows."""
DRAFT = "p"
"""Begins the address of a page of a planned digest; the name under which the plan is kept follows."""

_PLACES: dict[str, Place] = {"a": "articles", "c": "comments", "b": "both"}
_ORDERS: dict[str, Order] = {"r": "relevance", "n": "newest", "s": "score"}


def article(number: int, sentences: int | None = None) -> str:
    """An article's card, with a summary of so many sentences."""
    return f"a{number}" if sentences is None else f"a{number}.{sentences}"


def text(article: int, page: int = 0) -> str:
    return f"t{article}.{page}"


def comments(article: int, offset: int = 0) -> str:
    return f"c{article}.{offset}"


def comment(number: int, page: int = 0) -> str:
    return f"m{number}.{page}"


def comment_in_list(comment: int) -> str:
    """The page of comments on which this one stands."""
    return f"n{comment}"


def comment_digest(article: int, page: int = 0) -> str:
    return f"d{article}.{page}"


def theme(article: int, number: int, offset: int = 0) -> str:
    """The comments of one theme of a digest."""
    return f"h{article}.{number}.{offset}"


def receipt(load: int) -> str:
    return f"r{load}"


def history(schedule: int, offset: int = 0) -> str:
    """What became of a digest's slots, from one on."""
    return f"l{schedule}.{offset}"


def why_delivery(delivery: int) -> str:
    """Why a digest's post shows what it shows."""
    return f"w{delivery}"


def draft(name: str, page: int = 0) -> str:
    return f"{DRAFT}{name}.{page}"


@dataclass(frozen=True, slots=True)
class SearchRoute:
    """A search in an address. `shelf` is what `pack` made or, where that is too long, `~` and the name under
    which the services keeps it."""

    serialized: str
    place: Place = "both"
    order: Order = "relevance"

    def route(self, offset: int, *, place: Place | None = None, order: Order | None = None) -> str:
        """The address of the hits from `offset` on, with another place or order if given."""
        asked = replace(self, place=place or self.place, order=order or self.order)
        return f"s{max(0, offset)}.{asked.place[0]}{asked.order[0]}.{asked.serialized}"


def fits_inline(packed: str) -> bool:
    """Whether `packed` is short enough to stand in an address itself."""
    return utf16_length(packed) <= MAX_INLINE_SEARCH and not packed.startswith("~")


def serialize_search(query: str, filters: Filters) -> str:
    """A search's words and filters as one text."""
    times = (str(int(at.timestamp())) if at else "" for at in (filters.after, filters.before))
    names = ((name or "").replace("|", " ") for name in (filters.source, filters.author))
    return "|".join([*times, *names, " ".join(query.split())])


def deserialize_search(packed: str) -> tuple[str, Filters]:
    """The reverse of `pack`."""
    after, before, source, author, query = packed.split("|", 4)
    return query, Filters(source or None, author or None, _time(after), _time(before))


def parse(address: str) -> tuple[str, tuple[int, ...]]:
    """The letter and the numbers of an address that is no search. Raises ValueError."""
    return address[0], tuple(int(part) for part in address[1:].split(".") if part)


def parse_search(address: str) -> tuple[SearchRoute, int]:
    """The search of an address and its offset. Raises ValueError."""
    offset, how, shelf = address[1:].split(".", 2)
    if len(how) != 2 or how[0] not in _PLACES or how[1] not in _ORDERS:
        raise ValueError(address)
    return SearchRoute(shelf, _PLACES[how[0]], _ORDERS[how[1]]), int(offset)


def _time(text: str) -> datetime | None:
    return datetime.fromtimestamp(int(text), UTC) if text else None
