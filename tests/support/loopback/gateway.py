"""The loopback Discord's gateway: sessions that outlive their connections, compressed streams, and drops."""

from __future__ import annotations

import asyncio
import secrets
import zlib
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import orjson
import zstandard
from aiohttp import WSMsgType, web

from tests.support.loopback.records import BOT, TOKEN, Guild, Json, user

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
KEPT = 20_000
"""Events of a session that a RESUME gets again."""


class _Stream(Protocol):
    def __call__(self, data: bytes, /) -> bytes | str: ...


def _stream(asked: str | None) -> _Stream:
    """How the messages of one connection are packed."""
    if asked == "zlib-stream":
        zipped = zlib.compressobj()
        return lambda data: zipped.compress(data) + zipped.flush(zlib.Z_SYNC_FLUSH)
    if asked == "zstd-stream":
        zstd = zstandard.ZstdCompressor().compressobj()
        return lambda data: zstd.compress(data) + zstd.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    return bytes.decode


class _Line:
    """One connection; what is sent waits in a queue, so that a slow reader holds up nobody."""

    def __init__(self, socket: web.WebSocketResponse, pack: _Stream) -> None:
        self.socket = socket
        self._pack = pack
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()

    def send(self, op: int, data: object = None, event: str | None = None, seq: int | None = None) -> None:
        self._queue.put_nowait(orjson.dumps({"op": op, "d": data, "s": seq, "t": event}))

    async def write(self) -> None:
        with suppress(ConnectionError):
            while True:
                packed = self._pack(await self._queue.get())
                if isinstance(packed, str):
                    await self.socket.send_str(packed)
                else:
                    await self.socket.send_bytes(packed)


@dataclass
class _Session:
    """What one IDENTIFY began. Events are numbered and kept, whether anybody listens or not."""

    shard: int = 0
    count: int = 1
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    kept: deque[tuple[int, str, object]] = field(default_factory=lambda: deque(maxlen=KEPT))
    line: _Line | None = None

    def dispatch(self, event: str, data: object) -> None:
        self.seq += 1
        self.kept.append((self.seq, event, data))
        if self.line is not None:
            self.line.send(DISPATCH, data, event, self.seq)

    def replay(self, line: _Line, after: int) -> None:
        self.line = line
        for seq, event, data in self.kept:
            if seq > after:
                line.send(DISPATCH, data, event, seq)


class Gateway:
    """Takes the bot's connections; of each shard, only the newest session gets events."""

    def __init__(self, guilds: Callable[[], Iterable[Guild]], *, heartbeat: float) -> None:
        self._guilds = guilds
        self._heartbeat = heartbeat
        self._sessions: dict[int, _Session] = {}
        self._connections: set[asyncio.Transport] = set()
        self.url = ""
        self.identified = 0
        self.starts: list[tuple[float, int]] = []
        """When sessions were started, in seconds of the event loop, and their shards."""
        self.resumed = 0
        self.arriving: Callable[[str], None] = lambda what: None
        """Told of every "identify", "resume" and "guilds sent"."""

    @property
    def connected(self) -> bool:
        return bool(self._sessions) and all(session.line for session in self._sessions.values())

    @property
    def shards(self) -> frozenset[int]:
        """The connected shards."""
        return frozenset(number for number, session in self._sessions.items() if session.line is not None)

    def has_shard_of(self, guild: int) -> bool:
        """Whether the shard of a server is connected."""
        return any(
            session.line is not None and (guild >> 22) % session.count == session.shard
            for session in self._sessions.values()
        )

    def dispatch(self, event: str, data: Json) -> None:
        """Sends an event of a server to its shard, others to shard 0, or keeps it for the RESUME to come."""
        guild = int(data.get("guild_id") or 0)
        for session in self._sessions.values():
            if (guild >> 22) % session.count == session.shard:
                session.dispatch(event, data)

    def drop(self) -> None:
        """Cuts every connection without a word."""
        for transport in self._connections:
            transport.abort()

    def reconnect(self) -> None:
        """Asks the bot to connect anew and resume."""
        self._tell(RECONNECT, None)

    def invalidate(self, *, resumable: bool) -> None:
        """Ends the session; one that is not resumable is forgotten."""
        self._tell(INVALID, resumable)
        if not resumable:
            self._sessions.clear()

    def forget(self) -> None:
        """Knows no session any more: a RESUME will be refused."""
        self._sessions.clear()

    def _tell(self, op: int, data: object) -> None:
        for session in self._sessions.values():
            if session.line is not None:
                session.line.send(op, data)

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """One connection from its HELLO to its end."""
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        line = _Line(socket, _stream(request.query.get("compress")))
        line.send(HELLO, {"heartbeat_interval": int(self._heartbeat * 1000)})
        writer = asyncio.create_task(line.write())
        transport = request.transport
        assert transport is not None
        self._connections.add(transport)
        try:
            async for message in socket:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    await self._received(line, orjson.loads(message.data))
        finally:
            self._connections.discard(transport)
            for session in self._sessions.values():
                if session.line is line:
                    session.line = None
            writer.cancel()
        return socket

    async def _received(self, line: _Line, said: Json) -> None:
        match said["op"]:
            case op if op == HEARTBEAT:
                line.send(ACK)
            case op if op == IDENTIFY:
                await self._identify(line, said["d"])
            case op if op == RESUME:
                self._resume(line, said["d"])

    async def _identify(self, line: _Line, asked: Json) -> None:
        self.arriving("identify")
        if asked["token"] != TOKEN:
            await line.socket.close(code=4004)
            return
        self.identified += 1
        shard, count = asked.get("shard") or (0, 1)
        self.starts.append((asyncio.get_running_loop().time(), shard))
        self._sessions[shard] = session = _Session(shard, count, line=line)
        guilds = [guild for guild in self._guilds() if (guild.id >> 22) % count == shard]
        ready = {
            "v": 10,
            "user": user(BOT),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": str(BOT), "flags": 0},
            "shard": [shard, count],
        }
        session.dispatch("READY", ready)
        for guild in guilds:
            session.dispatch("GUILD_CREATE", guild.payload())
        self.arriving("guilds")

    def _resume(self, line: _Line, asked: Json) -> None:
        self.arriving("resume")
        found = [session for session in self._sessions.values() if session.id == asked["session_id"]]
        session = next(iter(found), None)
        if session is None:
            line.send(INVALID, False)
            return
        self.resumed += 1
        session.replay(line, asked["seq"])
        session.dispatch("RESUMED", {})
