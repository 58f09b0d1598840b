"""A server with an archive and the bot in it, as a process that talks over real sockets."""

from __future__ import annotations

from tests.support.loopback.scene import scene

__all__ = [
    "scene",
]
