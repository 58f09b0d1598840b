"""Searches that members save under a name, for themselves or for their server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.search import Filters, Order, SearchField

MAX_SAVED = 25
"""The most saved searches of one member in one server."""
MAX_SHARED = 50
"""The most shared ones of one server."""
MAX_SEARCH_NAME = 50
"""The most characters of a name."""


@dataclass(frozen=True, slots=True)
class SearchSpec:
    """Everything that a search is made of."""

    query: str
    filters: Filters = Filters()  # noqa: RUF009 - frozen
    place: SearchField = "both"
    order: Order = "relevance"


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search with its name. `guild` is 0 for one that was saved outside of servers; all members of the
    server can run it if it is `shared`."""

    id: int
    guild: int
    member: int
    name: str
    search: SearchSpec
    shared: bool
    made_at: datetime
