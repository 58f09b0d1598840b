"""Saves searches under names, lists and deletes them."""

from __future__ import annotations

from bot.clock import Clock
from bot.domain.articles import Scope
from bot.domain.saved_searches import MAX_SEARCH_NAME, SavedSearch, SearchSpec
from bot.errors import BadInput, NotAllowed, NotFound
from bot.services.pseudonyms import Pseudonymizer
from bot.store.state.saved_searches import SavedSearchStore
from bot.text.search.query import parse_query


class SavedSearchService:
    """The saved searches of members. A name is looked up among the member's own searches first, then among
    those that are shared in the server."""

    def __init__(self, store: SavedSearchStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def save(
        self, scope: Scope, member: int, name: str, search: SearchSpec, *, shared: bool = False
    ) -> str:
        """Saves a search, in place of the member's one of this name, and returns the name. Raises
        BadInput("no-search-name" | "too-many-saved" | "too-many-shared" | "names-hidden") and what
        `parse_query` has as faults."""
        name = " ".join(name.split())[:MAX_SEARCH_NAME].strip()
        if not name:
            raise BadInput("no-search-name")
        query = parse_query(search.query, self._clock())
        if query.faults:
            raise query.faults[0]
        Pseudonymizer.check_filters(scope, search.filters.narrowed(query))
        shared = shared and scope.guild is not None
        await self._store.save(scope.guild or 0, member, name, search, self._clock(), shared=shared)
        return name

    async def searches(self, scope: Scope, member: int) -> tuple[SavedSearch, ...]:
        """Returns the member's own searches, then those that others share in the server."""
        return await self._store.searches(scope.guild or 0, member)

    async def named(self, scope: Scope, member: int, name: str) -> SavedSearch:
        """Returns a search by its name. Raises NotFound("no-such-saved-search")."""
        folded = " ".join(name.split()).casefold()
        for search in await self.searches(scope, member):
            if search.name.casefold() == folded:
                return search
        raise NotFound("no-such-saved-search", name=name[:MAX_SEARCH_NAME])

    async def delete(self, scope: Scope, member: int, name: str, *, moderator: bool) -> SavedSearch:
        """Deletes a search of the member, or as a moderator a shared one, and returns it. Raises
        NotFound("no-such-saved-search") and NotAllowed("not-your-search")."""
        search = await self.named(scope, member, name)
        if search.member != member and not moderator:
            raise NotAllowed("not-your-search")
        await self._store.delete(search.id)
        return search
