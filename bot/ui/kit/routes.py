"""Routes: the destinations of buttons, as texts short enough for a custom_id. They are self-contained, so
that a button works for as long as its message exists.

`ROUTES` lists every kind of route; writing, parsing, and the article or comment that a route shows are all
derived from it. `bot.ui.router` maps each to its view.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Self

from bot.clock import from_unix, to_unix
from bot.domain.articles import COMMENT_ORDERS, CommentOrder
from bot.domain.search import Filters, Order, SearchField
from bot.ui.kit.component_tree import walk
from bot.ui.kit.limits import MAX_CUSTOM_ID
from bot.ui.kit.truncate import utf16_length

PageRoute = Callable[[int], str]
"""Returns the route of a page number."""
Target = tuple[Literal["article", "comment"], int]
"""The kind of object that a route shows, and its id."""

MAX_ROUTE = MAX_CUSTOM_ID - 12
"""The maximum length of a route: a custom_id without the verb and the component's number."""
MAX_INLINE_SEARCH = MAX_ROUTE - len("s1000000000.br.")
MAX_ID = 2**63 - 1

ANSWER = "q"
"""The route of an answer; the question is only in the custom_ids of the message's buttons."""


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of route: a letter, then values separated by dots; the last `optional` values can be omitted.
    Calling it with values formats a route; omitted values are written as 0 if `padded`."""

    letter: str
    fields: tuple[type[int] | type[str], ...] = ()
    optional: int = 0
    padded: bool = True
    shows: Literal["article", "comment"] | None = None
    """The kind of object whose id is the first value."""

    def __call__(self, *values: int | str | None) -> str:
        given = [str(value) for value in values if value is not None]
        missing = len(self.fields) - len(given) if self.padded else 0
        return self.letter + ".".join([*given, *["0"] * missing])

    def parse(self, route: str) -> tuple[Any, ...]:
        """The values of a route of this kind. Raises ValueError."""
        parts = route[1:].split(".", len(self.fields) - 1) if self.fields else []
        if (not self.fields and len(route) > 1) or len(parts) < len(self.fields) - self.optional:
            raise ValueError(route)
        pairs = zip(self.fields, parts, strict=False)
        return tuple(number(part) if field is int else part for field, part in pairs)


def number(text: str, base: int = 10) -> int:
    """Parses a number of a custom_id. Raises ValueError unless it is one that a database can hold."""
    value = int(text, base) if text.isascii() and text.isalnum() else -1
    if not 0 <= value <= MAX_ID:
        raise ValueError(text)
    return value


article = Route("a", (int, int), optional=1, padded=False, shows="article")
"""An article's card; the second value is the number of sentences of its summary."""
text = Route("t", (int, int), optional=1, shows="article")
"""A page of an article's text."""
comments = Route("c", (int, int, str), optional=2, padded=False, shows="article")
"""An article's comments from an offset on; `ListOptions` has the last value."""
newest_comments = Route("e", (int, int), optional=1, shows="article")
"""The same, newest first, on messages from before the other orders."""
replies = Route("k", (int, int, str), optional=2, padded=False, shows="comment")
"""The replies below a comment, from an offset on; the last value as for `comments`."""
comment = Route("m", (int, int), optional=1, shows="comment")
"""A page of a comment."""
comment_in_list = Route("n", (int,), shows="comment")
"""The page of an article's comments that contains this comment."""
comment_digest = Route("d", (int, int), optional=1, shows="article")
"""A page of an article's comment digest."""
theme = Route("h", (int, int, int), optional=1, shows="article")
"""The comments of one theme of an article's comment digest from an offset on."""
timeline = Route("i", (int,), shows="article")
"""The threads of an article's story, and other reports of its event."""
random = Route("x")
receipt = Route("r", (int,))
"""The receipt of a load."""
search = Route("s", (int, str, str))
"""The hits of a search from an offset on; `SearchRoute` has the other values."""
browse = Route("b", (int, int), optional=1)
"""The values of a facet from an offset on, by the facet's place in `FACETS`."""
trend = Route("v", (str,))
"""How often a search's texts occur over time; the search is serialized as in its route."""
history = Route("l", (int, int), optional=1)
"""The delivery history of a scheduled digest, from an offset on."""
schedules = Route("y")
"""All scheduled digests."""
schedule = Route("z", (int,))
"""One scheduled digest."""
why_delivery = Route("w", (int,))
"""Why a digest's post contains its articles."""
topic = Route("g", (str,))
"""The digest of a topic, by the key under which the topic is stored."""
draft = Route("p", (str, int), optional=1)
"""A page of a digest's preview, by the key under which the draft is stored."""
audit = Route("j", (int, int))
"""A page of the audit list, of the kind with this number."""
policy = Route("o", (int,))
"""A page of the privacy policy."""

ROUTES = {
    route.letter: route
    for route in (
        article,
        text,
        comments,
        newest_comments,
        replies,
        comment,
        comment_in_list,
        comment_digest,
        theme,
        timeline,
        random,
        receipt,
        search,
        browse,
        trend,
        history,
        schedules,
        schedule,
        why_delivery,
        topic,
        draft,
        audit,
        policy,
    )
}

NAVIGATION_VERBS = ("turn", "share")
"""Verbs of buttons whose custom_id ends in a route: `turn` shows it, `share` posts it."""
SELECT_VERBS = ("jump", "go")
"""Verbs of select menus whose options are routes: `jump` opens the chosen one as a new message, `go` in
place."""


def parse(route: str) -> tuple[Route, tuple[Any, ...]]:
    """The kind of a route and its values. Raises ValueError."""
    kind = ROUTES.get(route[:1])
    if kind is None:
        raise ValueError(route)
    return kind, kind.parse(route)


def target(route: str) -> Target | None:
    """The article or comment that a route shows; None for other routes."""
    try:
        kind, values = parse(route)
    except ValueError:
        return None
    if kind.shows is None or not 0 <= values[0] <= MAX_ID:
        return None
    return kind.shows, values[0]


def custom_id_pattern(verbs: Iterable[str], argument: str) -> str:
    """The regular expression for the custom_ids of buttons and select menus with these verbs."""
    return rf"(?P<verb>{'|'.join(verbs)})\d+:{argument}"


def targets(components: Iterable[Mapping[str, Any]]) -> list[Target]:
    """The distinct articles and comments that a message links to: first by its select menus, then by its
    buttons."""
    parts = list(walk(components))
    routes = [option["value"] for part in parts for option in part.get("options", ())]
    for part in parts:
        verb, _, route = part.get("custom_id", "").partition(":")
        if verb.rstrip("0123456789") in (*NAVIGATION_VERBS, "follow"):
            routes.append(route)
    return list(dict.fromkeys(shown for shown in map(target, routes) if shown is not None))


@dataclass(frozen=True, slots=True)
class ListOptions:
    """How a list of comments is shown, as a value of a route: the order, whether comments by programs are
    hidden, and whether only those of one thread of the story are listed."""

    order: CommentOrder = "thread"
    hides_bots: bool = False
    one_thread: bool = False

    def __str__(self) -> str:
        return self.order[0] + ("h" if self.hides_bots else "") + ("o" if self.one_thread else "")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The reverse of `str`; the order of the thread for any other text."""
        orders = {order[0]: order for order in COMMENT_ORDERS}
        return cls(orders.get(text[:1], "thread"), "h" in text[1:], "o" in text[1:])


@dataclass(frozen=True, slots=True)
class SearchRoute:
    """A search in a route. `serialized` is the result of `serialize_search` or, if that is too long, `~` and
    the key under which it is stored."""

    serialized: str
    place: SearchField = "both"
    order: Order = "relevance"

    @classmethod
    def parse(cls, how: str, serialized: str) -> Self:
        """Parses a route's values. Raises ValueError."""
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
    """Whether a serialized search is short enough for a route."""
    return utf16_length(serialized) <= MAX_INLINE_SEARCH and not serialized.startswith("~")


def serialize_search(query: str, filters: Filters) -> str:
    """Serializes a search's query and filters."""
    times = (str(to_unix(time)) if time else "" for time in (filters.after, filters.before))
    names = ((name or "").replace("|", " ") for name in (filters.source, filters.author))
    return "|".join([*times, *names, " ".join(query.split())])


def deserialize_search(serialized: str) -> tuple[str, Filters]:
    """The reverse of `serialize_search`. Raises ValueError."""
    after, before, source, author, query = serialized.split("|", 4)
    return query, Filters(source or None, author or None, parse_time(after), parse_time(before))


def parse_time(text: str) -> datetime | None:
    """Parses the unix seconds in a serialized search or question; None if empty. Raises ValueError."""
    try:
        return from_unix(int(text)) if text else None
    except OverflowError:
        raise ValueError(text) from None
