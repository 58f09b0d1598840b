"""Tells the bot that another process has written the corpus, by NOTIFY in the transaction that did."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg

from bot.store.postgres.postgres_connection import address_of

CHANNEL = "newsdesk_corpus"
MIN_INTERVAL_SECONDS = 1.0
"""Interval between two calls: a large load commits often."""
RETRY_SECONDS = 2.0
"""Interval between two attempts to connect while the server is away."""
_POLL_SECONDS = 0.2
_MAX_JOIN_SECONDS = 1.0
"""Timeout of the end: the server may not answer, and the thread ends later."""


@contextmanager
def listening(url: str, on_change: Callable[[], None]) -> Iterator[None]:
    """Calls `on_change` in a thread of its own after transactions that were committed meanwhile, and when the
    server can be reached again."""
    stop = threading.Event()
    thread = threading.Thread(target=_listen, args=(url, on_change, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_MAX_JOIN_SECONDS)


def _listen(url: str, on_change: Callable[[], None], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            with closing(psycopg.connect(address_of(url), autocommit=True)) as db:
                db.execute(f"LISTEN {CHANNEL}".encode())
                on_change()
                while not stop.is_set():
                    if [*db.notifies(timeout=_POLL_SECONDS, stop_after=1)]:
                        on_change()
                        stop.wait(MIN_INTERVAL_SECONDS)
        except psycopg.Error:  # whoever needs the server says so
            stop.wait(RETRY_SECONDS)
