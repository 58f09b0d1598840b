"""Where a button leads, as a text short enough for its custom_id, so that it works for as long as its message
is there: nothing about a message is remembered anywhere else.

`ROUTES` is the one table of them: what writes a route, what reads it and what knows which article or comment
it shows come from its lines. `bot.ui.router` has the view of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Self

from bot.clock import from_unix, to_unix
from bot.domain.search import Filters, Order, SearchField
from bot.ui.kit.component_tree import walk
from bot.ui.kit.limits import MAX_CUSTOM_ID
from bot.ui.kit.truncate import utf16_length

PageRoute = Callable[[int], str]
"""From the number of a page to its route."""
Target = tuple[Literal["article", "comment"], int]
"""What a route shows, and its id."""

MAX_ROUTE = MAX_CUSTOM_ID - 12
"""What is left of a custom_id when the verb and the number of the component are written."""
MAX_INLINE_SEARCH = MAX_ROUTE - len("s1000000000.br.")
MAX_ID = 2**63 - 1

ANSWER = "q"
"""The route of an answer: the question stands in the buttons of the message, and nowhere else."""


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of route: a letter, then values with dots between them, the last of which may be left out.
    Called with values it writes a route; those left out are written as 0 if `padded`."""

    letter: str
    fields: tuple[type[int] | type[str], ...] = ()
    optional: int = 0
    padded: bool = True
    shows: Literal["article", "comment"] | None = None
    """What the first value is the id of."""

    def __call__(self, *values: int | str | None) -> str:
        given = [str(value) for value in values if value is not None]
        missing = len(self.fields) - len(given) if self.padded else 0
        return self.letter + ".".join([*given, *["0"] * missing])

    def parse(self, route: str) -> tuple[Any, ...]:
        """The values of a route of this kind. Raises ValueError."""
        parts = route[1:].split(".", len(self.fields) - 1) if self.fields else []
        if (not self.fields and len(route) > 1) or len(parts) < len(self.fields) - self.optional:
            raise ValueError(route)
        return tuple(field(part) for field, part in zip(self.fields, parts, strict=False))


article = Route("a", (int, int), optional=1, padded=False, shows="article")
"""An article's card; the second value is the number of sentences of its summary."""
text = Route("t", (int, int), optional=1, shows="article")
"""A page of an article's text."""
comments = Route("c", (int, int), optional=1, shows="article")
"""An article's comments from an offset on."""
comment = Route("m", (int, int), optional=1, shows="comment")
"""A page of a comment."""
comment_in_list = Route("n", (int,), shows="comment")
"""The page of its article's comments on which a comment stands."""
comment_digest = Route("d", (int, int), optional=1, shows="article")
"""A page of an article's comment digest."""
theme = Route("h", (int, int, int), optional=1, shows="article")
"""The comments of one theme of an article's comment digest from an offset on."""
random = Route("x")
receipt = Route("r", (int,))
"""What one load did."""
search = Route("s", (int, str, str))
"""The hits of a search from an offset on; `SearchRoute` has the other values."""
history = Route("l", (int, int), optional=1)
"""What became of a scheduled digest's occurrences, from an offset on."""
why_delivery = Route("w", (int,))
"""Why a digest's post shows what it shows."""
topic = Route("g", (str,))
"""The digest of a topic, by the name under which the topic is kept."""
draft = Route("p", (str, int), optional=1)
"""A page of a planned digest, by the name under which the draft is kept."""

ROUTES = {
    route.letter: route
    for route in (
        article,
        text,
        comments,
        comment,
        comment_in_list,
        comment_digest,
        theme,
        random,
        receipt,
        search,
        history,
        why_delivery,
        topic,
        draft,
    )
}

NAVIGATION_VERBS = ("turn", "share")
"""Verbs of buttons whose custom_id ends in a route: one shows it, the other posts it."""
SELECT_VERBS = ("jump", "go")
"""Verbs of lists whose options are routes: one opens the chosen one beside the card, the other in its
place."""


def parse(route: str) -> tuple[Route, tuple[Any, ...]]:
    """The kind of a route and its values. Raises ValueError."""
    kind = ROUTES.get(route[:1])
    if kind is None:
        raise ValueError(route)
    return kind, kind.parse(route)


def target(route: str) -> Target | None:
    """The article or the comment that a route shows, if it shows one."""
    try:
        kind, values = parse(route)
    except ValueError:
        return None
    if kind.shows is None or not 0 <= values[0] <= MAX_ID:
        return None
    return kind.shows, values[0]


def custom_id_pattern(verbs: Iterable[str], argument: str) -> str:
    """The pattern of the custom_ids of buttons and lists with these verbs."""
    return rf"(?P<verb>{'|'.join(verbs)})\d+:{argument}"


def targets(components: Iterable[Mapping[str, Any]]) -> list[Target]:
    """The articles and comments that the lists and then the buttons of a message lead to, each once."""
    parts = list(walk(components))
    routes = [option["value"] for part in parts for option in part.get("options", ())]
    for part in parts:
        verb, _, route = part.get("custom_id", "").partition(":")
        if verb.rstrip("0123456789") in (*NAVIGATION_VERBS, "follow"):
            routes.append(route)
    return list(dict.fromkeys(shown for shown in map(target, routes) if shown is not None))


@dataclass(frozen=True, slots=True)
class SearchRoute:
    """A search as routes carry it. `serialized` is what `serialize_search` made or, where that is too long,
    `~` and the name under which it is kept."""

    serialized: str
    place: SearchField = "both"
    order: Order = "relevance"

    @classmethod
    def parse(cls, how: str, serialized: str) -> Self:
        """The search of the values of a route. Raises ValueError."""
        places: dict[str, SearchField] = {"a": "articles", "c": "comments", "b": "both"}
        orders: dict[str, Order] = {"r": "relevance", "n": "newest", "s": "score"}
        try:
            return cls(serialized, places[how[:1]], orders[how[1:]])
        except KeyError:
            raise ValueError(how) from None

    def route(self, offset: int, *, place: SearchField | None = None, order: Order | None = None) -> str:
        """The route to the hits from `offset` on, with another place or order if given."""
        changed = replace(self, place=place or self.place, order=order or self.order)
        return search(max(0, offset), changed.place[0] + changed.order[0], changed.serialized)


def fits_inline(serialized: str) -> bool:
    """Whether a serialized search is short enough to stand in a route itself."""
    return utf16_length(serialized) <= MAX_INLINE_SEARCH and not serialized.startswith("~")


def serialize_search(query: str, filters: Filters) -> str:
    """A search's words and filters as one text."""
    times = (str(to_unix(time)) if time else "" for time in (filters.after, filters.before))
    names = ((name or "").replace("|", " ") for name in (filters.source, filters.author))
    return "|".join([*times, *names, " ".join(query.split())])


def deserialize_search(serialized: str) -> tuple[str, Filters]:
    """The reverse of `serialize_search`. Raises ValueError."""
    after, before, source, author, query = serialized.split("|", 4)
    return query, Filters(source or None, author or None, parse_time(after), parse_time(before))


def parse_time(text: str) -> datetime | None:
    """A time that stands as unix seconds in a serialized search or question; None for an empty text. Raises
    ValueError."""
    try:
        return from_unix(int(text)) if text else None
    except OverflowError:
        raise ValueError(text) from None
