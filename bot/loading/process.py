"""Loader processes: the event loop never parses dumps and never writes the corpus."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bot.config import SECRETS
from bot.domain.loads import Erased, Preview, Progress, Purged, Receipt, Undone
from bot.domain.stored_message import StoredMessage
from bot.errors import BadInput, Busy, UserError
from bot.i18n import english
from bot.loading import protocol, stop_files
from bot.loading.heartbeat import Heartbeat, heartbeat_file
from bot.store.corpus.receipts import RESUMABLE, receipt_of
from bot.store.engines import engine_of
from bot.store.ingest import killed_loads
from bot.store.ingest.writer import CorpusWriter

_Ending = tuple[killed_loads.KilledState, StoredMessage | None]
SHOW_STACK = signal.SIGUSR1
"""Lets a loader write to the log what it is doing, even if it is stuck."""
Result = TypeVar("Result", Receipt, Undone, Erased, Purged, Preview)
WORKER = (sys.executable, "-m", "bot", "load-worker")
HEAP_ENVIRONMENT = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.trim_threshold=16777216"}
"""Large memory pages for writing the search index, which save a tenth of a load; and large arrays are given
back when they are freed, which keeps the peak 20 MB lower. No effect on systems without them."""
MAX_LINE_BYTES = 8 * 1024 * 1024
"""Maximum size of an event: a receipt contains 1,000 numbers and its first rejections."""
GRACE_SECONDS = 5.0
"""Time for a loader to end cleanly when asked to; then it is killed, as a pattern may hold it."""
STALL_SECONDS = 60.0
"""A loader that reads a dump without a step of progress for this long is stopped."""
SILENCE_SECONDS = 600.0
"""The same while it does not read, as when a new version migrates a large corpus."""
POLL_SECONDS = 0.5
"""Interval at which a loader's progress is looked at."""

QUICK_END_SECONDS = 1.0
"""Time in which a loader ends after a small load."""

_log = logging.getLogger(__name__)


class LoadProcesses:
    """Starts loader processes, and keeps track of the running ones."""

    def __init__(self) -> None:
        self._running: set[_Worker] = set()
        self._ending: dict[_Worker, asyncio.Task[None]] = {}

    async def run(self, job: protocol.Job) -> AsyncGenerator[protocol.LoadEvent]:
        """Yields the events of the job, up to its result. Closing the generator early interrupts the loader;
        after its result the loader may continue with maintenance, until another one waits to write."""
        worker = await _Worker.start(job)
        self._running.add(worker)
        requests = asyncio.create_task(worker.take_requests())
        over = False
        try:
            async for event in worker.events():
                over = not isinstance(event, Progress)
                if over:
                    requests.cancel()
                    self._running.discard(worker)
                yield event
        finally:
            requests.cancel()
            self._running.discard(worker)
            if over:
                ending = self._ending[worker] = asyncio.create_task(self._let_end(worker))
                await asyncio.wait({ending}, timeout=QUICK_END_SECONDS)
            else:
                await worker.end()

    async def result(self, job: protocol.Job, kind: type[Result]) -> Result:
        """The job's result, which must be of this kind."""
        async with aclosing(self.run(job)) as events:
            async for event in events:
                if isinstance(event, kind):
                    return event
        raise BadInput("load-cancelled")

    def request_stop(self, guild: int | None, load: int, request: protocol.StopRequest) -> bool:
        """Requests the loader of this load to stop; False if none is running here."""
        for worker in self._running:
            if load and (worker.guild, worker.load) == (guild, load):
                worker.request_stop(request)
                return True
        return False

    async def close(self) -> None:
        """Interrupts the running loaders and waits for them."""
        ending = list(self._ending.values())
        await asyncio.gather(*(worker.end() for worker in {*self._running, *self._ending}))
        await asyncio.gather(*ending)

    async def _let_end(self, worker: _Worker) -> None:
        try:
            await worker.wait()
        finally:
            del self._ending[worker]


class _Worker:
    """One loader process."""

    def __init__(self, process: asyncio.subprocess.Process, job: protocol.Job, heartbeat: Heartbeat) -> None:
        self._process = process
        self._heartbeat = heartbeat
        self._data = job.data
        self._reads = isinstance(job, protocol.LoadJob | protocol.ResumeJob)
        self._name = job.name if isinstance(job, protocol.LoadJob) else ""
        self._steps = 0
        self._last_step = time.monotonic()
        self._stop: tuple[protocol.StopRequest, float] | None = None
        self.guild = job.guild
        self.load = (job.load or 0) if isinstance(job, protocol.ResumeJob) else 0

    @classmethod
    async def start(cls, job: protocol.Job) -> _Worker:
        """Starts it in its own session: Ctrl-C in the terminal reaches only the parent, which then ends the
        loader. It gets no secrets, as it reads untrusted files."""
        pipe = asyncio.subprocess.PIPE
        env = HEAP_ENVIRONMENT | {name: value for name, value in os.environ.items() if name not in SECRETS}
        with heartbeat_file() as file:
            heartbeat = Heartbeat(file.fileno())
            process = await asyncio.create_subprocess_exec(
                *WORKER,
                str(file.fileno()),
                pass_fds=(file.fileno(),),
                stdin=pipe,
                stdout=pipe,
                limit=MAX_LINE_BYTES,
                start_new_session=True,
                env=env,
            )
        worker = cls(process, job, heartbeat)
        worker._input.write(protocol.encode_job(job))
        return worker

    @property
    def _input(self) -> asyncio.StreamWriter:
        assert self._process.stdin is not None  # noqa: S101 - asked for in `start`
        return self._process.stdin

    @property
    def _output(self) -> asyncio.StreamReader:
        assert self._process.stdout is not None  # noqa: S101 - asked for in `start`
        return self._process.stdout

    async def events(self) -> AsyncGenerator[protocol.LoadEvent]:
        """Yields its events, up to its result; raises the UserError that it reports. If it has to be killed,
        the result is the receipt of what it has stored."""
        while line := await self._line():
            event = protocol.decode_event(line)
            if isinstance(event, Progress):
                self.load = event.load or self.load
            yield event
            if not isinstance(event, Progress):
                return
        ending = self._ending()
        if ending is None:
            code = await self._process.wait()
            if self.load:
                await asyncio.to_thread(_mark_crashed, self._data)
            raise BadInput("loader-died", code=code)
        await self._kill(ending)
        yield await asyncio.to_thread(_receipt_of_killed, self._data, self.load, ending)

    async def _line(self) -> bytes:
        """The next line of its output; b"" when it has ended, or has to be killed."""
        reading = asyncio.create_task(self._output.readline())
        try:
            while not (await asyncio.wait({reading}, timeout=POLL_SECONDS))[0]:
                if self._ending() is not None:
                    return b""
            self._last_step = time.monotonic()
            return reading.result()
        finally:
            reading.cancel()

    def _ending(self) -> _Ending | None:
        """How its load ends if it has to be killed now."""
        now = time.monotonic()
        steps, place = self._heartbeat.read()
        if steps != self._steps:
            self._steps, self._last_step = steps, now
        if self._stop is not None and now - self._stop[1] > GRACE_SECONDS:
            return ("cancelled", None) if self._stop[0] == "cancel" else ("paused", None)
        if self._reads and now - self._last_step > (STALL_SECONDS if place else SILENCE_SECONDS):
            return self._stalled(place)
        return None

    def _stalled(self, place: str) -> _Ending:
        fields = {"where": place or self._name, "load": str(self.load)}
        return "failed", StoredMessage("load-problem-stalled", fields)

    async def take_requests(self) -> None:
        """Takes the stop requests that other processes leave, until cancelled: in a task of its own, as the
        reader of the events may be busy with the last one."""
        while True:
            request = stop_files.take(self._data, self.guild, self.load) if self.load else None
            if request is not None:
                self.request_stop(request)
            await asyncio.sleep(POLL_SECONDS)

    def request_stop(self, request: protocol.StopRequest) -> None:
        """Requests it to stop; it is killed if it does not."""
        self._stop = (request, time.monotonic() if self._stop is None else self._stop[1])
        with suppress(ConnectionError, RuntimeError):
            self._input.write(request.encode() + b"\n")

    async def wait(self) -> None:
        """Waits until the process has ended by itself."""
        while await self._output.read(65536):
            pass
        await self._process.wait()

    async def end(self) -> None:
        """Interrupts it, and kills it after GRACE_SECONDS. A load that was stuck is not resumed by itself."""
        with suppress(ConnectionError, RuntimeError):
            self._input.close()
        try:
            await asyncio.wait_for(
                self._process.wait() if self._output.at_eof() else self._drained(), GRACE_SECONDS
            )
        except TimeoutError:
            self._ending()
            place = self._heartbeat.read()[1]
            stuck = self._reads and place and time.monotonic() - self._last_step > STALL_SECONDS / 2
            await self._kill(self._stalled(place) if stuck else ("paused", RESUMABLE))
            if stuck and self.load:
                await asyncio.to_thread(_receipt_of_killed, self._data, self.load, self._stalled(place))
        await self._process.wait()

    async def _kill(self, ending: _Ending) -> None:
        """Kills it, after it has shown in the log where it was. The next writer of the corpus reads how its
        load ends."""
        _log.warning(
            "load %d does not stop by itself, and is killed: %r", self.load, self._heartbeat.read()[1]
        )
        if self.load:
            try:
                killed_loads.note(self._data, self.load, *ending)
            except OSError:  # a full disk; left alive, it would keep every other load waiting
                _log.exception("how load %d ends cannot be noted: it ends as after a crash", self.load)
        with suppress(ProcessLookupError):
            self._process.send_signal(SHOW_STACK)
            await asyncio.sleep(POLL_SECONDS)
            self._process.kill()
        await self._process.wait()

    async def _drained(self) -> None:
        with suppress(RuntimeError):  # another task is already reading it
            while await self._output.read(65536):
                pass
        await self._process.wait()


def _mark_crashed(data: Path) -> None:
    """Marks a load whose process has crashed, unless that cannot be done now: then the next writer does."""
    with suppress(UserError):
        CorpusWriter(engine_of(data), lock_timeout=0).close()


def _receipt_of_killed(data: Path, load: int, ending: _Ending) -> Receipt:
    """The receipt of a load whose process was killed, marked by the next writer of the corpus: this one, or
    the loader that waited for it. Raises BadInput("load-stalled") if it had not begun."""
    state, problem = ending
    if not load:
        raise BadInput("load-stalled", where=problem and problem.fields["where"])
    engine = engine_of(data)
    until = time.monotonic() + GRACE_SECONDS
    while True:
        with suppress(Busy):
            CorpusWriter(engine, lock_timeout=0).close()
        with closing(engine.open_reader("corpus")) as db, db.user_errors():
            receipt = receipt_of(db, load)
        if receipt.state != "running":
            return receipt
        if time.monotonic() > until:
            return replace(
                receipt, state=state, problem=english(problem) if problem else None, problem_message=problem
            )
        time.sleep(POLL_SECONDS)
