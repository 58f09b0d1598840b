"""The outbox: sends each message exactly once, even if processes are killed or Discord is unreachable.

Each table of messages (deliveries of digests, notices of follows, edits of posts) is an outbox; the column
`state` of a row says how far its message is, and `OutboxWorker` moves it. `claimed` and `sending` are open.

| from | to | moved by | when |
|---|---|---|---|
| (none) | `claimed` | the strategy's `prepare` and `claim_due`; moderators | something is due |
| (none) | `claimed` | `compose` of a slot's first row | each further article has a post of its own |
| `claimed` | `sending` | `compose` | what will be sent is stored: from now on the message may be there |
| `claimed` | `empty`, `missed` | `context`, `compose` | there is nothing to send, or nobody to send it to |
| `claimed` | `missed` | worker | the deadline is past, or comes before the quiet hours end |
| `sending` | `posted` | worker | the message is sent, or was found to be there |
| `sending` | `failed` | worker | the deadline is past, and the message is not there |
| open | `failed` | worker | Discord refuses it permanently |
| open | open | worker | rescheduled with growing pauses, as Discord cannot be reached or delays a step |

A worker holds an open row by a lease, which it renews while it composes. A worker that was killed renews
nothing: when its lease has expired, the next one claims the row. What it finds `sending` may have been sent,
so it looks for the message first, by its nonce. Several workers, in several processes, may share a
database."""

from __future__ import annotations

import asyncio
import logging
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from bot.clock import Clock
from bot.domain.digests import DeliveryState
from bot.errors import Busy, UserError
from bot.services.change_signal import ChangeSignal
from bot.services.shards.own_shards import OwnShards
from bot.store.state.outbox import MAX_LEASE, Outbox

LEASE = timedelta(seconds=60)
"""The time after which a claim expires unless it is renewed."""
MAX_UNDER_WAY = 64
"""The maximum number of messages in progress, so that memory does not grow with the number that is due. Many
of them only wait: the client sleeps up to five seconds after every fifth message in a channel."""
MAX_COMPOSING = 24
"""The maximum number of messages being composed, out of those in progress."""
COMPOSING_TIMEOUT = 300.0
"""The timeout in seconds; comment digests of long threads wait for one process."""
BATCH_WINDOW = 0.1
"""Seconds to wait before the next claim, so that several writes share one disk synchronisation."""
MAX_SLEEP = 60.0
"""The maximum sleep in seconds, so that a clock that is set forward is noticed."""
MAX_BACKOFF = 300.0
"""The maximum interval between two attempts in seconds."""

Later = Callable[[float, Callable[[], None]], asyncio.TimerHandle]
"""Calls a function after a number of seconds."""

_log = logging.getLogger(__name__)


class PermanentDeliveryError(Exception):
    """Discord refuses the request permanently: `reason` names what a person has to fix."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TransientDeliveryError(Exception):
    """Discord cannot be reached now, the result of a request is unknown, or a step after the message has to
    be attempted again. Until then the row has this `reason`."""

    def __init__(self, text: str, reason: str = "unreachable") -> None:
        super().__init__(text)
        self.reason = reason


class OpenRow(Protocol):
    """A row of a message to be sent."""

    @property
    def id(self) -> int: ...
    @property
    def state(self) -> DeliveryState: ...
    @property
    def attempts(self) -> int: ...


Item = TypeVar("Item", bound=OpenRow)
Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Lease:
    """The owner and the expiry that a worker writes into the rows that it holds."""

    owner: str
    duration: timedelta
    clock: Clock

    def expires_at(self) -> datetime:
        """The expiry of a lease that is taken or renewed now."""
        return self.clock() + self.duration


@dataclass(frozen=True, slots=True)
class Context(Generic[Subject]):
    """The subject of a message, and when to send it: not after its `deadline`, and not before
    `quiet_until`."""

    subject: Subject
    deadline: datetime
    quiet_until: datetime | None = None


class OutboxStrategy(ABC, Generic[Item, Subject]):
    """The part specific to one kind of message. Methods that call Discord may raise PermanentDeliveryError
    and TransientDeliveryError; all may raise Busy."""

    shards: OwnShards = OwnShards()
    """Only messages of their servers are sent."""

    async def prepare(self) -> None:
        """Called at the start of a run: opens rows for changes by other processes."""

    async def claim_due(self, limit: int) -> bool:
        """Opens at most `limit` rows for what is due, when there are too few open ones; returns False if
        nothing is due."""
        return False

    @abstractmethod
    async def context(self, item: Item, lease: Lease) -> Context[Subject] | None:
        """Returns the context of the message; None if its subject no longer exists and the row was closed."""

    @abstractmethod
    async def compose(self, item: Item, subject: Subject, lease: Lease) -> Item | None:
        """Stores what a claimed row will send, and returns the row, now `sending`; None if it was closed, or
        another worker holds it."""

    @abstractmethod
    async def find_sent(self, item: Item) -> int | None:
        """Returns the id of the message that was sent for this row; None if there is none."""

    @abstractmethod
    async def send(self, item: Item, subject: Subject) -> int:
        """Sends what was composed, and returns the message's id."""

    async def on_refused(self, item: Item, subject: Subject, reason: str) -> None:
        """Called after a row was closed because Discord refused its message."""

    async def finish(self) -> None:
        """Called at the end of a run."""


class OutboxWorker(Generic[Item, Subject]):
    """Processes the open rows of one outbox, woken by `changed` and by a timer. It sleeps at most `max_sleep`
    seconds, after which the strategy's `prepare` checks again."""

    def __init__(
        self,
        outbox: Outbox[Item],
        strategy: OutboxStrategy[Item, Subject],
        changed: ChangeSignal,
        *,
        clock: Clock,
        later: Later | None = None,
        lease: timedelta = LEASE,
        max_sleep: float = MAX_SLEEP,
    ) -> None:
        self._outbox = outbox
        self._strategy = strategy
        self._changed = changed
        self._clock = clock
        self._later = later or (lambda seconds, wake: asyncio.get_running_loop().call_later(seconds, wake))
        self._lease = Lease(secrets.token_hex(8), lease, clock)
        self._max_sleep = max_sleep
        self._composing = asyncio.Semaphore(MAX_COMPOSING)
        self._timer: asyncio.TimerHandle | None = None
        self._run: asyncio.Task[None] | None = None
        self._woken = False

    # Scheduling.

    def start(self) -> None:
        """Starts the worker, which continues after any error until `end`."""
        self._changed.listen(self.wake)
        self.wake()

    async def end(self) -> None:
        """Stops the worker; open rows are claimed by the next worker."""
        self._changed.listen(None)
        if self._run is not None:
            self._run.cancel()
            await asyncio.wait({self._run})
        if self._timer is not None:
            self._timer.cancel()

    def wake(self) -> None:
        """Checks for due rows now: called by the timer and by changes."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._run is not None and not self._run.done():
            self._woken = True
        else:
            self._run = asyncio.create_task(self._run_while_woken())

    async def _run_while_woken(self) -> None:
        self._woken = True
        pause = MAX_SLEEP
        while self._woken:
            self._woken = False
            try:
                await self.run_once()
                pause = await self._until_next()
            except Exception as error:
                worker = type(self._strategy).__name__
                if isinstance(error, Busy) and error.key == "archive-unavailable":
                    # An outage is no fault of the worker: what is due waits.
                    _log.warning("%s waits: %s", worker, error.key)
                else:
                    _log.exception("%s failed, and goes on", worker)
        self._timer = self._later(pause, self.wake)

    async def _until_next(self) -> float:
        wake = await self._outbox.next_wake(self._strategy.shards.current)
        if wake is None:
            return self._max_sleep
        return min(self._max_sleep, max(0.1, (wake - self._clock()).total_seconds()))

    # One run.

    async def run_once(self) -> None:
        """Processes all due rows that nobody holds, the longest due first."""
        await self._strategy.prepare()
        await self._work()
        await self._strategy.finish()

    async def _work(self) -> None:
        under_way: set[asyncio.Task[None]] = set()
        try:
            while True:
                claimed = await self._claim(MAX_UNDER_WAY - len(under_way))
                under_way |= {asyncio.create_task(self._deliver(item)) for item in claimed}
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

    async def _claim(self, room: int) -> list[Item]:
        claimed: list[Item] = []
        more = True
        while more and len(claimed) < room:
            now, expires_at = self._clock(), self._lease.expires_at()
            claimed += await self._outbox.claim(
                self._lease.owner, now, expires_at, room - len(claimed), self._strategy.shards.current
            )
            more = len(claimed) < room and await self._strategy.claim_due(room - len(claimed))
        return claimed

    # One message: the transitions of the table above that belong to the worker.

    async def _deliver(self, item: Item) -> None:
        context = await self._strategy.context(item, self._lease)
        if context is None:
            return
        late = self._clock() > context.deadline
        try:
            await self._send(item, context, late=late)
        except PermanentDeliveryError as error:
            await self._close_unsent(item, "failed", error.reason)
            await self._strategy.on_refused(item, context.subject, error.reason)
        except (TransientDeliveryError, TimeoutError, Busy) as error:
            _log.warning("%s %d waits: %s", type(item).__name__, item.id, error or "it took too long")
            reason = error.reason if isinstance(error, TransientDeliveryError) else "unreachable"
            await self._back_off(item, reason)
        except Exception:
            _log.exception("%s %d failed", type(item).__name__, item.id)
            await (self._close_unsent(item, "failed", "fault") if late else self._back_off(item, "fault"))

    async def _send(self, item: Item, context: Context[Subject], *, late: bool) -> None:
        if item.state == "sending":
            # It may have been sent: by a process that was killed, or by a request without a response.
            async with self._request_timeout():
                message = await self._strategy.find_sent(item)
            if message is not None:
                await self._mark_posted(item, message)
                return
            if not late and not await self._renew(item):
                return
        if late:
            await self._close_late(item, "too-late")
            return
        if context.quiet_until is not None:
            await self._wait_until(context.quiet_until, item, context.deadline)
            return
        composed = await self._compose(item, context.subject) if item.state == "claimed" else item
        if composed is not None:
            async with self._request_timeout():
                message = await self._strategy.send(composed, context.subject)
            await self._mark_posted(composed, message)

    def _request_timeout(self) -> asyncio.Timeout:
        # Half of the lease, which began earlier: nothing is in progress any more when the lease expires.
        return asyncio.timeout(self._lease.duration.total_seconds() / 2)

    async def _compose(self, item: Item, subject: Subject) -> Item | None:
        """Composing sends nothing, so it may take longer than a lease, which is renewed meanwhile."""
        renewing = asyncio.create_task(self._keep_lease(item))
        try:
            async with self._composing, asyncio.timeout(COMPOSING_TIMEOUT):
                return await self._strategy.compose(item, subject, self._lease)
        finally:
            renewing.cancel()
            await asyncio.wait({renewing})

    async def _keep_lease(self, item: Item) -> None:
        with suppress(UserError):
            held = True
            while held:
                await asyncio.sleep(self._lease.duration.total_seconds() / 3)
                held = await self._renew(item)

    async def _renew(self, item: Item) -> bool:
        return await self._outbox.renew_lease(item, self._lease.owner, self._lease.expires_at())

    async def _wait_until(self, quiet_until: datetime, item: Item, deadline: datetime) -> None:
        if quiet_until > deadline:
            await self._close_late(item, "quiet")
            return
        # A lease beyond MAX_LEASE counts as left over from a clock that was set back: stay below it.
        soon = self._clock() + MAX_LEASE / 2
        await self._outbox.reschedule(item, self._lease.owner, min(quiet_until, soon), "")

    async def _back_off(self, item: Item, reason: str) -> None:
        pause = timedelta(seconds=min(MAX_BACKOFF, 2.0 ** min(item.attempts, 12)))
        await self._outbox.reschedule(item, self._lease.owner, self._clock() + pause, reason)

    async def _close_late(self, item: Item, reason: str) -> None:
        await self._close_unsent(item, "missed" if item.state == "claimed" else "failed", reason)

    async def _close_unsent(self, item: Item, state: DeliveryState, reason: str) -> None:
        await self._outbox.close_unsent(item, self._lease.owner, state, reason)

    async def _mark_posted(self, item: Item, message: int) -> None:
        if not await self._outbox.mark_posted(item, self._lease.owner, message, self._clock()):
            _log.warning("%s %d was closed by another process", type(item).__name__, item.id)
