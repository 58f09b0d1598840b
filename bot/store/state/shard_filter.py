"""The SQL condition for rows of servers on some shards."""

from __future__ import annotations

from bot.domain.shards import Shards


def on_shards(shards: Shards, column: str = "guild") -> str:
    """A condition, to be put after others, that is true for rows whose server is on one of these shards;
    empty for all shards."""
    if shards.all:
        return ""
    numbers = ", ".join(map(str, sorted(shards.ids)))
    return f" AND ({column} >> 22) % {shards.count:d} IN ({numbers})"
