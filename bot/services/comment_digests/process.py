"""The process that reads whole threads, kept for a while: the event loop never waits for its arithmetic."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from bot.config import SECRETS
from bot.domain.answers import CommentDigest
from bot.domain.articles import Scope
from bot.errors import Busy
from bot.services.comment_digests.worker import DigestRequest, WorkerStart, decode_reply, encode

WORKER = (sys.executable, "-m", "bot", "comment-digest-worker")
IDLE_TIMEOUT = 120.0
"""Seconds without a question after which the process ends; it holds the table of word vectors."""
QUESTION_TIMEOUT = 60.0
"""Seconds for one question; ten thousand comments take three."""


class CommentDigestProcess:
    """Asks one question after the other of one process, which is there from the first question until nothing
    was asked for REST seconds."""

    def __init__(self, data: Path, vectors: str) -> None:
        self._start = WorkerStart(data.absolute(), vectors)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="thinkers")
        self._process: _Process | None = None  # of the thread alone, but for `close`
        self._asking = 0
        self._resting: asyncio.TimerHandle | None = None
        self._closed = False

    async def comment_digest(self, scope: Scope, article: int) -> CommentDigest:
        """What the article's commenters say. Raises the UserError that the process reports, and
        Busy("thinker-died" | "took-too-long")."""
        loop = asyncio.get_running_loop()
        self._asking += 1
        if self._resting is not None:
            self._resting.cancel()
        try:
            line = await loop.run_in_executor(self._thread, self._ask, DigestRequest(scope, article))
        finally:
            self._asking -= 1
            if not self._asking and not self._closed:
                self._resting = loop.call_later(IDLE_TIMEOUT, self._end_when_idle)
        return decode_reply(line)

    async def close(self) -> None:
        """Ends the process; what it was asked and has not said is given up."""
        self._closed = True
        if self._resting is not None:
            self._resting.cancel()
        if self._process is not None:
            self._process.kill()
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)
        self._end()

    def _ask(self, question: DigestRequest) -> bytes:
        """In the thread. A process that was killed is started again, once."""
        for _ in range(2):
            if self._closed:
                break
            if self._process is None:
                self._process = _Process(self._start)
            try:
                reply = self._process.ask(question)
            except Busy:
                self._end()
                raise
            if reply is not None:
                return reply
            self._end()
        raise Busy("thinker-died")

    def _end_when_idle(self) -> None:
        self._thread.submit(self._end)

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None


class _Process:
    """One thinking process."""

    def __init__(self, start: WorkerStart) -> None:
        """In its own session: Ctrl-C in the terminal reaches the parent alone, which then ends it. What reads
        strangers' texts has no business with the token, and one question is worth one core."""
        env = {name: value for name, value in os.environ.items() if name not in SECRETS}
        env |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self._popen = subprocess.Popen(  # noqa: S603 - our own program
            WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, env=env
        )
        self._late = False
        self._say(encode(start))

    def ask(self, question: DigestRequest) -> bytes | None:
        """The line that it says, or None where it died. Raises Busy("took-too-long")."""
        assert self._popen.stdout is not None  # noqa: S101 - asked for above
        timer = threading.Timer(QUESTION_TIMEOUT, self._stop)
        timer.start()
        try:
            self._say(encode(question))
            line = self._popen.stdout.readline()
        finally:
            timer.cancel()
        if self._late:
            raise Busy("took-too-long")
        return line if line.endswith(b"\n") else None

    def kill(self) -> None:
        """Ends it at once, from any thread."""
        self._popen.kill()

    def end(self) -> None:
        """Returns when it has ended. Between two questions it does at once, as its input ends."""
        assert self._popen.stdin is not None  # noqa: S101 - asked for above
        assert self._popen.stdout is not None  # noqa: S101
        with suppress(OSError):
            self._popen.stdin.close()
        try:
            self._popen.wait(1.0)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        self._popen.stdout.close()

    def _stop(self) -> None:
        self._late = True
        self._popen.kill()

    def _say(self, line: bytes) -> None:
        assert self._popen.stdin is not None  # noqa: S101 - asked for above
        with suppress(OSError):  # It died: the answer that does not come tells.
            self._popen.stdin.write(line)
            self._popen.stdin.flush()
