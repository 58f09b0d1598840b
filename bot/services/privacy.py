"""What members can ask about their own data, and their requests to be erased."""

from __future__ import annotations

from bot.clock import Clock
from bot.domain.articles import author_name
from bot.domain.privacy import MAX_NOTE, ErasureRequest, PersonalData, PrivacyPolicy
from bot.errors import BadInput, NotFound
from bot.store.corpus.load_overview import LoadOverview
from bot.store.state.personal_data import PersonalDataStore
from bot.store.state.requests import RequestStore


class PrivacyService:
    """The data and the requests of all members; `policy` is the operator's."""

    def __init__(
        self,
        data: PersonalDataStore,
        requests: RequestStore,
        loads: LoadOverview,
        policy: PrivacyPolicy,
        clock: Clock,
    ) -> None:
        self._data = data
        self._requests = requests
        self._loads = loads
        self.policy = policy
        self._clock = clock

    async def data(self, member: int) -> PersonalData:
        """Returns all records that have a member's id, of all servers."""
        return PersonalData(await self._data.read(member), await self._loads.count_by(member))

    async def delete(self, member: int) -> PersonalData:
        """Deletes what a member can have deleted, and returns what there was."""
        data = await self.data(member)
        await self._data.delete(member)
        return data

    async def request(self, guild: int, member: int, author: str, note: str) -> tuple[ErasureRequest, bool]:
        """Stores a request to erase an author from a server's archive, and returns it with whether it is new.
        Whether the archive knows the author makes no difference. Raises BadInput("no-name" |
        "too-many-requests" | "too-many-open-requests")."""
        name = author_name(author)
        if name is None:
            raise BadInput("no-name")
        return await self._requests.add(guild, member, name, note[:MAX_NOTE], self._clock())

    async def open_requests(self, guild: int) -> tuple[ErasureRequest, ...]:
        """Returns the undecided requests of a server, oldest first."""
        return await self._requests.open_requests(guild)

    async def open_request(self, guild: int, number: int) -> ErasureRequest:
        """Returns an undecided request of this server. Raises NotFound("request-decided")."""
        request = await self._requests.open_request(guild, number)
        if request is None:
            raise NotFound("request-decided")
        return request

    async def decide(self, guild: int, number: int) -> None:
        """Closes a request and removes its name. Raises NotFound("request-decided")."""
        if not await self._requests.decide(guild, number, self._clock()):
            raise NotFound("request-decided")
