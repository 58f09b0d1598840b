"""Listening ends although the server does not answer, and although nobody waits for changes any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Event
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from bot.services.container import _listening
from bot.store.postgres.notices import listening


def test_the_end_does_not_wait_for_a_server_without_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = Event()

    def connect(*_: object, **__: object) -> None:
        ended.wait(20)
        raise psycopg.OperationalError

    monkeypatch.setattr(psycopg, "connect", connect)
    start = time.monotonic()
    with listening("postgresql://desk@db.example/newsdesk", lambda: None):
        pass
    ended.set()
    assert time.monotonic() - start < 10


async def test_the_event_loop_goes_on_while_the_end_waits() -> None:
    ended = Event()

    @contextmanager
    def listen(_: Callable[[], None]) -> Iterator[None]:
        yield
        assert ended.wait(20)

    engine: Any = SimpleNamespace(listening=listen)
    services: Any = SimpleNamespace(follows=None, posts=None)
    asyncio.get_running_loop().call_later(0.1, ended.set)
    async with _listening(engine, services):
        pass
    assert ended.is_set()


def test_a_change_after_the_loop_was_closed_is_left() -> None:
    calls: list[Callable[[], None]] = []
    service = SimpleNamespace(changed=SimpleNamespace(notify=None))
    services: Any = SimpleNamespace(follows=service, posts=service)

    def listen(call: Callable[[], None]) -> AbstractContextManager[None]:
        calls.append(call)
        return nullcontext()

    async def begin() -> None:
        engine: Any = SimpleNamespace(listening=listen)
        async with _listening(engine, services):
            pass

    asyncio.run(begin())
    calls[0]()
    assert len(calls) == 1
