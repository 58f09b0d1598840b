"""Sends what is due, once: claimed before it is sent, looked for before it is sent again."""

from __future__ import annotations

import asyncio
import logging
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from bot.clock import Clock
from bot.domain.digests import DeliveryState
from bot.errors import Busy, UserError
from bot.store.state.outbox import MAX_LEASE, Outbox

LEASE = timedelta(seconds=60)
"""So long a runner holds what it sends; one that was killed holds it no longer."""
MAX_UNDER_WAY = 64
"""Messages under way at a time, so that memory does not grow with what is due. Many of them only wait: the
client sleeps up to five seconds after every fifth message in a channel."""
MAX_COMPOSING = 24
"""Of these so many are composed at a time."""
COMPOSING_TIMEOUT = 300.0
"""Seconds; comment digests of long threads wait for one process."""
BATCH_WINDOW = 0.1
"""Seconds in which more is done before the next is taken: one step to the disk for several."""
Later = Callable[[float, Callable[[], None]], asyncio.TimerHandle]
"""Calls something after so many seconds."""
MAX_SLEEP = 60.0
"""The longest sleep in seconds, so that a clock that is put forward is noticed."""
MAX_BACKOFF = 300.0

_log = logging.getLogger(__name__)


class PermanentDeliveryError(Exception):
    """Discord will not take this, now or later: `reason` names what a person has to mend."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TransientDeliveryError(Exception):
    """Discord cannot be asked now, or nobody knows what became of a request."""


class Open(Protocol):
    """A message that is to be sent, as its row says."""

    @property
    def id(self) -> int: ...
    @property
    def state(self) -> DeliveryState: ...
    @property
    def attempts(self) -> int: ...


One = TypeVar("One", bound=Open)
Of = TypeVar("Of")


class Once(ABC, Generic[One, Of]):
    """Works through the open rows of one table, each of which is sent for something (`Of`). Several may run
    on one database, in several processes."""

    def __init__(
        self, claims: Outbox[One], *, clock: Clock, later: Later | None = None, lease: timedelta = LEASE
    ) -> None:
        self._claims = claims
        self._clock = clock
        self._later = later or (lambda seconds, wake: asyncio.get_running_loop().call_later(seconds, wake))
        self._lease = lease
        self._name = secrets.token_hex(8)
        self._composing = asyncio.Semaphore(MAX_COMPOSING)
        self._timer: asyncio.TimerHandle | None = None
        self._turn: asyncio.Task[None] | None = None
        self._again = False

    # What differs. All of these may raise Refused, Unreachable and Busy.

    @abstractmethod
    async def step(self) -> None:
        """Claims what is due, and works on every open row that nobody holds."""

    async def refill(self, most: int) -> bool:
        """Makes rows of what is due, so many at most, when there are too few open ones; False where nothing
        is due."""
        return False

    @abstractmethod
    async def next_wake(self) -> datetime | None:
        """When something is next to be done."""

    @abstractmethod
    async def subject(self, one: One) -> Of | None:
        """What it is sent for; None where that is gone and the row closed."""

    @abstractmethod
    def latest(self, of: Of, one: One) -> datetime:
        """Past this it is not sent any more."""

    def silent_until(self, of: Of, one: One) -> datetime | None:
        """Until when it is not to be sent although it is due; None where it may be sent now."""
        return None

    @abstractmethod
    async def find(self, one: One) -> int | None:
        """The message that was sent for this row, if it is there."""

    @abstractmethod
    async def compose(self, of: Of, one: One) -> One | None:
        """Keeps what a claimed row will send; None where it is closed or held by another."""

    @abstractmethod
    async def send(self, of: Of, one: One) -> int:
        """Sends what was composed, and returns the message's id."""

    @abstractmethod
    async def drop(self, one: One, state: DeliveryState, reason: str) -> None:
        """Closes a row whose message is not sent."""

    @abstractmethod
    async def refused(self, of: Of, one: One, reason: str) -> None:
        """After a row was closed because Discord will not take its message."""

    # What is the same.

    def start(self) -> None:
        """Begins, and goes on until `end`, whatever happens."""
        self.wake()

    def wake(self) -> None:
        """Looks for what is due now: when the time has come, or something was changed."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._turn is not None and not self._turn.done():
            self._again = True
        else:
            self._turn = asyncio.create_task(self._look())

    async def end(self) -> None:
        """Stops; what is open is taken up again by the next runner."""
        if self._turn is not None:
            self._turn.cancel()
            await asyncio.wait({self._turn})
        if self._timer is not None:
            self._timer.cancel()

    async def work(self) -> None:
        """Works on every open row that nobody holds, the longest due first."""
        under_way: set[asyncio.Task[None]] = set()
        try:
            while True:
                taken = await self._take(MAX_UNDER_WAY - len(under_way))
                under_way |= {asyncio.create_task(self._deliver(one)) for one in taken}
                if not under_way:
                    return
                done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                if under_way:
                    more, under_way = await asyncio.wait(under_way, timeout=BATCH_WINDOW)
                    done |= more
                for task in done:
                    task.result()
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _take(self, room: int) -> list[One]:
        taken: list[One] = []
        more = True
        while more and len(taken) < room:
            now = self._clock()
            taken += await self._claims.claim(self._name, now, now + self._lease, room - len(taken))
            more = len(taken) < room and await self.refill(room - len(taken))
        return taken

    async def _look(self) -> None:
        self._again = True
        pause = MAX_SLEEP
        while self._again:
            self._again = False
            try:
                await self.step()
                pause = await self._until_next()
            except Exception:
                _log.exception("%s failed, and goes on", type(self).__name__)
        self._timer = self._later(pause, self.wake)

    async def _deliver(self, one: One) -> None:
        of = await self.subject(one)
        if of is None:
            return
        late = self._clock() > self.latest(of, one)
        try:
            await self._post(of, one, late=late)
        except PermanentDeliveryError as refusal:
            await self.drop(one, "failed", refusal.reason)
            await self.refused(of, one, refusal.reason)
        except (TransientDeliveryError, TimeoutError, Busy) as error:
            _log.warning("%s %d waits: %s", type(one).__name__, one.id, error or "it took too long")
            await self._put_off(one, "unreachable")
        except Exception:
            _log.exception("%s %d failed", type(one).__name__, one.id)
            await (self.drop(one, "failed", "fault") if late else self._put_off(one, "fault"))

    async def _put_off(self, one: One, reason: str) -> None:
        wait = timedelta(seconds=min(MAX_BACKOFF, 2.0 ** min(one.attempts, 12)))
        await self._claims.reschedule(one, self._name, self._clock() + wait, reason)

    async def _post(self, of: Of, one: One, *, late: bool) -> None:
        if one.state == "sending":
            # It may have been sent: by a process that was killed, or in a request without an answer.
            async with self._in_time():
                message = await self.find(one)
            if message is not None:
                await self._posted(one, message)
                return
            if not late and not await self._claims.renew_lease(one, self._name, self._clock() + self._lease):
                return
        if late:
            await self.drop(one, "missed" if one.state == "claimed" else "failed", "too-late")
            return
        silent = self.silent_until(of, one)
        if silent is not None:
            await self._wait(one, silent, self.latest(of, one))
            return
        composed = await self._composed(of, one) if one.state == "claimed" else one
        if composed is not None:
            async with self._in_time():
                message = await self.send(of, composed)
            await self._posted(composed, message)

    def _in_time(self) -> asyncio.Timeout:
        # Half of the lease, which began before: when it ends, nothing of this is under way any more.
        return asyncio.timeout(self._lease.total_seconds() / 2)

    async def _composed(self, of: Of, one: One) -> One | None:
        """Composing sends nothing, so that it may take longer than a lease: the row is held meanwhile."""
        holding = asyncio.create_task(self._hold(one))
        try:
            async with self._composing, asyncio.timeout(COMPOSING_TIMEOUT):
                return await self.compose(of, one)
        finally:
            holding.cancel()
            await asyncio.wait({holding})

    async def _hold(self, one: One) -> None:
        with suppress(UserError):
            held = True
            while held:
                await asyncio.sleep(self._lease.total_seconds() / 3)
                held = await self._claims.renew_lease(one, self._name, self._clock() + self._lease)

    async def _wait(self, one: One, until: datetime, latest: datetime) -> None:
        if until > latest:
            await self.drop(one, "missed" if one.state == "claimed" else "failed", "quiet")
        else:
            # What is held for longer is taken for one that a clock left behind.
            soon = self._clock() + MAX_LEASE / 2
            await self._claims.reschedule(one, self._name, min(until, soon), "")

    async def _posted(self, one: One, message: int) -> None:
        if not await self._claims.mark_posted(one, self._name, message, self._clock()):
            _log.warning("%s %d was closed by another process", type(one).__name__, one.id)

    async def _until_next(self) -> float:
        wake = await self.next_wake()
        if wake is None:
            return MAX_SLEEP
        return min(MAX_SLEEP, max(0.1, (wake - self._clock()).total_seconds()))
