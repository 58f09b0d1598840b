"""Posts what is due, once: claimed before it is sent, looked for before it is sent again."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

from bot.clock import Clock
from bot.digests import Delivery, Post, Schedule
from bot.errors import Busy
from bot.library.digests import Digests, following, new_mark

LEASE = timedelta(seconds=60)
"""So long a runner holds a delivery; one that was killed holds it no longer."""
AT_ONCE = 8
"""Deliveries under way at a time: Discord's limits are kept, and memory does not grow with what is due."""
Later = Callable[[float, Callable[[], None]], asyncio.TimerHandle]
"""Calls something after so many seconds."""
NAP = 60.0
"""The longest sleep in seconds, so that a clock that is put forward is noticed."""
LONGEST_BACKOFF = 300.0

_log = logging.getLogger(__name__)


class Refused(Exception):  # noqa: N818 - named as NotFound and Busy are
    """Discord will not take this, now or later: `reason` names what a moderator has to mend."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreachable(Exception):  # noqa: N818
    """Discord cannot be asked now, or nobody knows what became of a request."""


class Poster(Protocol):
    """Discord as the runner sees it. Every method may raise Refused or Unreachable."""

    async def adult(self, one: Delivery) -> bool:
        """Whether the delivery's channel is for adults only."""

    async def send(self, one: Delivery, post: Post) -> int:
        """Posts it with the delivery's mark, and returns the message's id. Asked again within some minutes
        for the same mark, it posts nothing and returns the first message's."""

    async def find(self, one: Delivery) -> int | None:
        """The message that has the delivery's mark, if it is there."""

    async def tell(self, of: Schedule, reason: str) -> None:
        """Tells a moderator that a schedule paused itself."""


class Runner:
    """Works through what is due. Several may run on one database, in several processes."""

    def __init__(
        self,
        digests: Digests,
        poster: Poster,
        *,
        clock: Clock,
        later: Later | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        self._digests = digests
        self._store = digests.store
        self._poster = poster
        self._clock = clock
        self._later = later or (lambda seconds, wake: asyncio.get_running_loop().call_later(seconds, wake))
        self._lease = lease
        self._name = secrets.token_hex(8)
        self._timer: asyncio.TimerHandle | None = None
        self._turn: asyncio.Task[None] | None = None
        self._again = False

    def start(self) -> None:
        """Begins, and goes on until `end`, whatever happens."""
        self._digests.listen(self.wake)
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
        self._digests.listen(None)
        if self._turn is not None:
            self._turn.cancel()
            await asyncio.wait({self._turn})
        if self._timer is not None:
            self._timer.cancel()

    async def _look(self) -> None:
        self._again = True
        pause = NAP
        while self._again:
            self._again = False
            try:
                await self.step()
                pause = await self._until_next()
            except Exception:
                _log.exception("the posting of digests failed, and goes on")
        self._timer = self._later(pause, self.wake)

    async def step(self) -> None:
        """Claims every slot that has come, and works on every open delivery that nobody holds."""
        while due := await self._store.due(self._clock(), AT_ONCE):
            for of in due:
                await self._claim(of)
            await self._work()
        await self._work()

    async def _work(self) -> None:
        while True:
            now = self._clock()
            taken = await self._store.take(self._name, now, now + self._lease, AT_ONCE)
            if not taken:
                return
            await asyncio.gather(*(self._deliver(one) for one in taken))

    async def _claim(self, of: Schedule) -> None:
        now = self._clock()
        assert of.next_at is not None  # noqa: S101 - it is due
        earliest = now - of.plan.lateness
        if of.next_at < earliest:
            # One account for all the slots that are too late, however long the bot was away.
            await self._store.claim(of, following(of, earliest), new_mark(), now, missed="too-late")
        else:
            await self._store.claim(of, following(of, of.next_at), new_mark(), now)

    async def _deliver(self, one: Delivery) -> None:
        of = await self._store.schedule(one.schedule)
        if of is None or (of.state == "paused" and one.state == "claimed" and not one.manual):
            await self._store.drop(one, self._name, "missed", "paused" if of else "deleted")
            return
        late = self._clock() > one.due_at + of.plan.lateness
        try:
            # Half of the lease: when it ends, nothing of this is under way any more.
            async with asyncio.timeout(self._lease.total_seconds() / 2):
                await self._post(of, one, late=late)
        except Refused as refusal:
            await self._store.drop(one, self._name, "failed", refusal.reason)
            if await self._store.pause(of.id, refusal.reason):
                with suppress(Refused, Unreachable):
                    await self._poster.tell(of, refusal.reason)
        except (Unreachable, TimeoutError, Busy) as error:
            _log.warning("delivery %d waits: %s", one.id, error or "it took too long")
            await self._put_off(one, "unreachable")
        except Exception:
            _log.exception("delivery %d failed", one.id)
            await (
                self._store.drop(one, self._name, "failed", "fault") if late else self._put_off(one, "fault")
            )

    async def _put_off(self, one: Delivery, reason: str) -> None:
        wait = timedelta(seconds=min(LONGEST_BACKOFF, 2.0 ** min(one.tries, 12)))
        await self._store.put_off(one, self._name, self._clock() + wait, reason)

    async def _post(self, of: Schedule, one: Delivery, *, late: bool) -> None:
        if one.state == "sending":
            # It may have been sent: by a process that was killed, or in a request without an answer.
            message = await self._poster.find(one)
            if message is not None:
                await self._posted(one, message)
                return
            if not late and not await self._store.put_off(one, self._name, self._clock() + self._lease, ""):
                return
        if late:
            unsent = one.state == "claimed"
            await self._store.drop(one, self._name, "missed" if unsent else "failed", "too-late")
            return
        articles = one.articles
        if one.state == "claimed":
            decisions, seen = await self._digests.compose(of, one, adult=await self._poster.adult(one))
            articles = tuple(part.article for part in decisions if part.picked)
            if not articles and of.plan.skip_empty:
                await self._store.drop(one, self._name, "empty", "nothing", decisions)
                return
            until = self._clock() + self._lease
            if not await self._store.composed(one, self._name, decisions, seen, until):
                return
        post = await self._digests.post(of.plan, articles, one.id, one.mark)
        await self._posted(one, await self._poster.send(one, post))

    async def _posted(self, one: Delivery, message: int) -> None:
        if not await self._store.posted(one, self._name, message, self._clock()):
            _log.warning("delivery %d was closed by another process", one.id)

    async def _until_next(self) -> float:
        wake = await self._store.next_wake()
        if wake is None:
            return NAP
        return min(NAP, max(0.1, (wake - self._clock()).total_seconds()))
