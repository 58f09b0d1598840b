"""An HTTP server on loopback that speaks the protocol of chat completions, well or badly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

KEY = "sk-very-secret-0123456789"
MODEL = "small-model"

Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]
Sentence = tuple[str, list[int]]


@dataclass
class ModelServer:
    """What it was asked, and how it behaves: the first of `behaviours` once, the last for ever."""

    behaviours: list[Behaviour]
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def then(self, *behaviours: Behaviour) -> None:
        """From now on it behaves so."""
        self.behaviours[:] = behaviours

    @property
    def told(self) -> list[dict[str, Any]]:
        """The tasks that it was given, read."""
        return [json.loads(one["messages"][1]["content"]) for one in self.asked]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("Authorization", ""))
        behave = self.behaviours[0]
        if len(self.behaviours) > 1:
            del self.behaviours[0]
        return await behave(request)


@asynccontextmanager
async def serving(*behaviours: Behaviour) -> AsyncGenerator[ModelServer]:
    """The server, while it runs."""
    server = ModelServer(list(behaviours) or [writes()])
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()


def reply(*sentences: Sentence) -> str:
    """The JSON that the model was told to write."""
    return json.dumps({"sentences": [{"text": text, "passages": named} for text, named in sentences]})


def writes(*sentences: Sentence, tokens: int | None = 50) -> Behaviour:
    """A good stream with these sentences."""
    return says(reply(*sentences), tokens=tokens)


def cites(*sentences: tuple[str, str], tokens: int | None = 50) -> Behaviour:
    """Each sentence with the number of the first passage that has its words; fails where none has."""

    async def behave(request: web.Request) -> web.StreamResponse:
        task = json.loads((await request.json())["messages"][1]["content"])
        texts = {one["number"]: one["text"] for one in task["passages"]}
        found = [(text, [next(n for n, one in texts.items() if words in one)]) for text, words in sentences]
        return await writes(*found, tokens=tokens)(request)

    return behave


def says(text: str, *, tokens: int | None = 50, finish: str | None = "stop", done: bool = True) -> Behaviour:
    """A stream with this text in small pieces; without `finish` and `done` it only stops."""

    async def behave(request: web.Request) -> web.StreamResponse:
        response = await _stream(request)
        for start in range(0, len(text), 7):
            await response.write(_event(_chunk(text[start : start + 7])))
        if finish:
            await response.write(_event(_chunk(None, finish)))
        if tokens is not None:
            usage = {"prompt_tokens": 1, "completion_tokens": tokens - 1, "total_tokens": tokens}
            await response.write(_event({**_chunk(None), "choices": [], "usage": usage}))
        if done:
            await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response

    return behave


def breaks(text: str) -> Behaviour:
    """A stream whose connection is cut in the middle."""

    async def behave(request: web.Request) -> web.StreamResponse:
        response = await _stream(request)
        await response.write(_event(_chunk(text)))
        assert request.transport is not None
        request.transport.abort()
        return response

    return behave


def fails(status: int, headers: dict[str, str] | None = None) -> Behaviour:
    """An error that repeats the key, as some do."""

    async def behave(request: web.Request) -> web.StreamResponse:
        error = {"error": {"message": f"{request.headers.get('Authorization')} may not", "type": "x"}}
        return web.json_response(error, status=status, headers=headers)

    return behave


def waits(seconds: float, then: Behaviour) -> Behaviour:
    """Nothing for so long."""

    async def behave(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return await then(request)

    return behave


def sends(body: bytes, kind: str = "text/event-stream", headers: dict[str, str] | None = None) -> Behaviour:
    """Just these bytes."""

    async def behave(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, headers={"Content-Type": kind, **(headers or {})})

    return behave


def endless(pieces: Callable[[], Iterator[bytes]]) -> Behaviour:
    """These again and again."""

    async def behave(request: web.Request) -> web.StreamResponse:
        response = await _stream(request)
        with suppress(ConnectionResetError):
            while True:
                for piece in pieces():
                    await response.write(piece)
                await asyncio.sleep(0)
        return response

    return behave


def word() -> Iterator[bytes]:
    """A piece of text."""
    yield _event(_chunk("word " * 20))


def line() -> Iterator[bytes]:
    """A line that never ends."""
    yield b"x" * 65_536


def comment() -> Iterator[bytes]:
    """What says only that the connection lives."""
    yield b": alive\n\n" * 1_000


async def _stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
    await response.prepare(request)
    return response


def _event(data: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"


def _chunk(text: str | None, finish: str | None = None) -> dict[str, Any]:
    delta = {} if text is None else {"content": text}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": MODEL,
        "choices": [choice],
    }
