"""The outbox: sends each message once, whatever is killed or unreachable meanwhile.

Each table of messages (deliveries of digests, notices of follows, edits of posts) is an outbox; the column
`state` of a row says how far its message is, and `OutboxWorker` moves it. `claimed` and `sending` are open.

| from | to | moved by | when |
|---|---|---|---|
| (none) | `claimed` | the strategy's `prepare` and `claim_due`; moderators | something is due |
| `claimed` | `sending` | `compose` | what will be sent is stored: from now on the message may be there |
| `claimed` | `empty`, `missed` | `context`, `compose` | there is nothing to send, or nobody to send it to |
| `claimed` | `missed` | worker | the deadline is past, or comes before the quiet hours end |
| `sending` | `posted` | worker | the message is sent, or was found to be there |
| `sending` | `failed` | worker | the deadline is past, and the message is not there |
| open | `failed` | worker | Discord refuses it permanently |
| open | open | worker | rescheduled with growing pauses, as Discord cannot be reached |

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
from bot.store.state.outbox import MAX_LEASE, Outbox

LEASE = timedelta(seconds=60)
"""How long a claim holds without being renewed."""
MAX_UNDER_WAY = 64
"""Messages under way at a time, so that memory does not grow with what is due. Many of them only wait: the
client sleeps up to five seconds after every fifth message in a channel."""
MAX_COMPOSING = 24
"""Messages composed at a time, among those under way."""
COMPOSING_TIMEOUT = 300.0
"""Seconds; comment digests of long threads wait for one process."""
BATCH_WINDOW = 0.1
"""Seconds in which more is done before the next is claimed: one step to the disk for several."""
MAX_SLEEP = 60.0
"""The longest sleep in seconds, so that a clock that is put forward is noticed."""
MAX_BACKOFF = 300.0
"""Seconds between two attempts, at most."""

Later = Callable[[float, Callable[[], None]], asyncio.TimerHandle]
"""Calls a function after a number of seconds."""

_log = logging.getLogger(__name__)


class PermanentDeliveryError(Exception):
    """Discord will not take this, now or later: `reason` names what a person has to mend."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TransientDeliveryError(Exception):
    """Discord cannot be asked now, or nobody knows what became of a request."""


class OpenRow(Protocol):
    """A message that is to be sent, as its row says."""

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
    """What a worker writes into the rows that it holds: its own name, and until when it holds them."""

    owner: str
    duration: timedelta
    clock: Clock

    def expires_at(self) -> datetime:
        """When a lease ends that is taken or renewed now."""
        return self.clock() + self.duration


@dataclass(frozen=True, slots=True)
class Context(Generic[Subject]):
    """What a message is sent for, and when: not after its `deadline`, and not before `quiet_until`."""

    subject: Subject
    deadline: datetime
    quiet_until: datetime | None = None


class OutboxStrategy(ABC, Generic[Item, Subject]):
    """What one kind of message needs. Methods that ask Discord may raise PermanentDeliveryError and
    TransientDeliveryError; all may raise Busy."""

    async def prepare(self) -> None:
        """At the beginning of a run: opens rows for what other processes may have caused."""

    async def claim_due(self, limit: int) -> bool:
        """Opens at most `limit` rows for what is due, when there are too few open ones; False where nothing
        is due."""
        return False

    @abstractmethod
    async def context(self, item: Item, lease: Lease) -> Context[Subject] | None:
        """What it is sent for; None where that is gone and the row was closed."""

    @abstractmethod
    async def compose(self, item: Item, subject: Subject, lease: Lease) -> Item | None:
        """Stores what a claimed row will send, and returns the row as it is then, `sending`; None where it
        was closed, or another holds it."""

    @abstractmethod
    async def find_sent(self, item: Item) -> int | None:
        """The id of the message that was sent for this row, if it is there."""

    @abstractmethod
    async def send(self, item: Item, subject: Subject) -> int:
        """Sends what was composed, and returns the message's id."""

    async def on_refused(self, item: Item, subject: Subject, reason: str) -> None:
        """After a row was closed because Discord will not take its message."""

    async def finish(self) -> None:
        """At the end of a run."""


class OutboxWorker(Generic[Item, Subject]):
    """Works through the open rows of one outbox, woken by `changed` and by the time. It sleeps at most
    `max_sleep` seconds, after which the strategy's `prepare` looks again."""

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

    # When.

    def start(self) -> None:
        """Begins, and continues until `end`, whatever happens."""
        self._changed.listen(self.wake)
        self.wake()

    async def end(self) -> None:
        """Stops; what is open is claimed by the next worker."""
        self._changed.listen(None)
        if self._run is not None:
            self._run.cancel()
            await asyncio.wait({self._run})
        if self._timer is not None:
            self._timer.cancel()

    def wake(self) -> None:
        """Looks for what is due now: when the time has come, or something was changed."""
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
            except Exception:
                _log.exception("%s failed, and goes on", type(self._strategy).__name__)
        self._timer = self._later(pause, self.wake)

    async def _until_next(self) -> float:
        wake = await self._outbox.next_wake()
        if wake is None:
            return self._max_sleep
        return min(self._max_sleep, max(0.1, (wake - self._clock()).total_seconds()))

    # One run.

    async def run_once(self) -> None:
        """Works on everything that is due and that nobody holds, the longest due first."""
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
            claimed += await self._outbox.claim(self._lease.owner, now, expires_at, room - len(claimed))
            more = len(claimed) < room and await self._strategy.claim_due(room - len(claimed))
        return claimed

    # One message: each transition of the table above that is the worker's.

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
            await self._back_off(item, "unreachable")
        except Exception:
            _log.exception("%s %d failed", type(item).__name__, item.id)
            await (self._close_unsent(item, "failed", "fault") if late else self._back_off(item, "fault"))

    async def _send(self, item: Item, context: Context[Subject], *, late: bool) -> None:
        if item.state == "sending":
            # It may have been sent: by a process that was killed, or in a request without an answer.
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
        # Half of the lease, which began before: when it ends, nothing of this is under way any more.
        return asyncio.timeout(self._lease.duration.total_seconds() / 2)

    async def _compose(self, item: Item, subject: Subject) -> Item | None:
        """Composing sends nothing, so that it may take longer than a lease: that is renewed meanwhile."""
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
        # What is held for longer is taken for one that a clock left behind.
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
