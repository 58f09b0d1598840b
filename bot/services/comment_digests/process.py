"""Client of the comment digest process, so that CPU-bound work never blocks the event loop."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path

from bot.config import SECRETS
from bot.domain.answers import CommentDigest
from bot.domain.articles import Scope
from bot.errors import Busy
from bot.services.comment_digests.worker import DigestRequest, WorkerStart, decode_reply, encode
from bot.services.fair_queue import FairQueue

WORKER = (sys.executable, "-m", "bot", "comment-digest-worker")
IDLE_TIMEOUT = 120.0
"""Seconds without a request after which the process ends, as it holds the table of word vectors."""
MAX_OF_MEMBER, MAX_OF_SERVER = 3, 20
"""The most comment digests of one member, and of one server, that wait at once."""
REQUEST_TIMEOUT = 60.0
"""The timeout for one request in seconds; ten thousand comments take three."""
END_TIMEOUT = 1.0
"""Seconds in which the process must end by itself; between requests it does so when its input ends."""
MAX_REPLY_BYTES = 64 * 1024 * 1024


class CommentDigestProcess:
    """Sends requests, one at a time and in fair turns, to one process, which is started by the first request
    and ends after IDLE_TIMEOUT seconds without one."""

    def __init__(self, data: Path, vectors: str) -> None:
        self._start_line = encode(WorkerStart(data.absolute(), vectors))
        self._queue = FairQueue(1, most_of_member=MAX_OF_MEMBER, most_of_server=MAX_OF_SERVER)
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._idle: asyncio.Task[None] | None = None
        self._closed = False

    async def comment_digest(self, scope: Scope, article: int) -> CommentDigest:
        """Returns what the article's commenters say. Raises the UserError that the process reports, what
        `FairQueue.turn` raises, and Busy("thinker-died" | "took-too-long")."""
        async with self._queue.turn():
            request = asyncio.create_task(self._request(encode(DigestRequest(scope, article))))
            # If the caller is cancelled, the reply is still read, so that the next reply belongs to the next
            # request.
            return decode_reply(await asyncio.shield(request))

    async def close(self) -> None:
        """Ends the process; requests without a reply raise Busy."""
        self._closed = True
        self._stop_idling()
        if self._process is not None:
            _kill(self._process)
        async with self._turn:
            await self._end()

    async def _request(self, line: bytes) -> bytes:
        """Returns the line of the reply. Restarts a process that was killed, once."""
        async with self._turn:
            self._stop_idling()
            for _ in range(2):
                if self._closed:
                    break
                try:
                    async with asyncio.timeout(REQUEST_TIMEOUT):
                        reply = await self._exchange(line)
                except TimeoutError:
                    await self._end(kill=True)
                    raise Busy("took-too-long") from None
                if reply.endswith(b"\n"):
                    self._idle = asyncio.create_task(self._end_when_idle())
                    return reply
                await self._end()
            raise Busy("thinker-died")

    async def _exchange(self, line: bytes) -> bytes:
        if self._process is None:
            self._process = await _start()
            if self._closed:  # closed during the start
                _kill(self._process)
            line = self._start_line + line
        assert self._process.stdin is not None  # noqa: S101 - asked for in `_start`
        assert self._process.stdout is not None  # noqa: S101
        with suppress(ConnectionError):  # the process died: there is no reply
            self._process.stdin.write(line)
            await self._process.stdin.drain()
        return await self._process.stdout.readline()

    async def _end_when_idle(self) -> None:
        await asyncio.sleep(IDLE_TIMEOUT)
        async with self._turn:
            self._idle = None
            await self._end()

    def _stop_idling(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    async def _end(self, *, kill: bool = False) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None  # noqa: S101 - asked for in `_start`
        process.stdin.close()
        if not kill:
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), END_TIMEOUT)
        _kill(process)
        await process.wait()


async def _start() -> asyncio.subprocess.Process:
    """Starts the process in its own session: Ctrl-C in the terminal reaches only the parent, which then ends
    it. The process parses untrusted text, so its environment has no token; it uses one core."""
    pipe = asyncio.subprocess.PIPE
    env = {name: value for name, value in os.environ.items() if name not in SECRETS}
    env |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return await asyncio.create_subprocess_exec(
        *WORKER, stdin=pipe, stdout=pipe, limit=MAX_REPLY_BYTES, start_new_session=True, env=env
    )


def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
