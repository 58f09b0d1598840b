"""A queue in which no server waits for another's requests, and no member for another member's."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import count

from bot.errors import Busy


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks: the ids of a server and a member; 0 for none, as for the bot's own posts."""

    guild: int = 0
    member: int = 0


NOBODY = Requester()
REQUESTER = ContextVar("requester", default=NOBODY)
"""Who asks in the current task."""
_Turn = asyncio.Future[None]


class FairQueue:
    """Lets `slots` requests run at once. Of those that wait, the server goes first that had its turn the
    longest ago, or never, and so does the member within it; a member's own keep their order. Limits how many
    of one member, and of one server, can wait."""

    def __init__(self, slots: int, *, most_of_member: int, most_of_server: int) -> None:
        self._free = slots
        self._most_of_member = most_of_member
        self._most_of_server = most_of_server
        self._waiting: dict[int, dict[int, deque[_Turn]]] = {}
        self._turns = count(1)
        self._last_turns: dict[int | Requester, int] = {}

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """Waits for a slot, and holds it within the block. Raises Busy("queue-of-member" |
        "queue-of-server"); the bot's own requests have no limit."""
        requester = REQUESTER.get()
        if self._free:
            self._free -= 1
            self._count_turn(requester)
        else:
            await self._wait(requester)
        try:
            yield
        finally:
            self._release()

    async def _wait(self, requester: Requester) -> None:
        members = self._waiting.get(requester.guild, {})
        turns = members.get(requester.member, deque())
        if requester.member and len(turns) >= self._most_of_member:
            raise Busy("queue-of-member", most=self._most_of_member)
        if requester.member and sum(map(len, members.values())) >= self._most_of_server:
            raise Busy("queue-of-server", most=self._most_of_server)
        turn: _Turn = asyncio.get_running_loop().create_future()
        turns.append(turn)
        members[requester.member] = turns
        self._waiting[requester.guild] = members
        try:
            await turn
        except asyncio.CancelledError:
            if turn in turns:
                turns.remove(turn)
            else:  # its turn came just before
                self._release()
            raise

    def _count_turn(self, requester: Requester) -> None:
        self._last_turns[requester.guild] = self._last_turns[requester] = next(self._turns)

    def _release(self) -> None:
        """Passes the slot on to the next request, if any."""
        while self._waiting:
            guild = min(self._waiting, key=lambda guild: self._last_turns.get(guild, 0))
            members = self._waiting[guild]
            member = min(members, key=lambda member: self._last_turns.get(Requester(guild, member), 0))
            turns = members[member]
            turn = turns.popleft() if turns else None  # those of a cancelled request are gone
            if not turns:
                del members[member]
            if not members:
                del self._waiting[guild]
            if turn is not None:
                self._count_turn(Requester(guild, member))
                turn.set_result(None)
                return
        self._free += 1
        self._last_turns.clear()
