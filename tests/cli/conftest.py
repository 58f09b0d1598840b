"""The command line in this process, on a data folder of its own."""

from __future__ import annotations

from tests.support.command_line import built, desk, dump, loaded

__all__ = [
    "built",
    "desk",
    "dump",
    "loaded",
]
