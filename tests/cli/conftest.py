"""The command line in this process, on a data folder of its own."""

from __future__ import annotations

from tests.support.command_line import desk, dump, loaded

__all__ = [
    "desk",
    "dump",
    "loaded",
]
