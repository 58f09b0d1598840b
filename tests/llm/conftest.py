"""A writer on a real store and a server on loopback."""

from __future__ import annotations

from tests.support.llm import desk, server

__all__ = [
    "desk",
    "server",
]
