"""The shards of Discord's gateway: which servers each has, and which process of the bot runs it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

MAX_SHARDS = 10_000
"""More shards than the largest bots have."""
_SPEC = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?/(\d{1,5})")


@dataclass(frozen=True, slots=True)
class Shards:
    """Some of a bot's `count` shards. The default has every server."""

    ids: frozenset[int] = frozenset([0])
    count: int = 1

    @property
    def all(self) -> bool:
        """Whether these have every server."""
        return len(self.ids) == self.count

    def shard_of(self, guild: int | None) -> int:
        """The shard of a server. What belongs to none (direct messages, the shared archive) is of shard 0."""
        return ((guild or 0) >> 22) % self.count

    def has(self, guild: int | None) -> bool:
        """Whether a server is on one of these shards."""
        return self.shard_of(guild) in self.ids


ALL = Shards()
"""All servers: those of a bot that runs as one process."""


@dataclass(frozen=True, slots=True)
class ShardPlan:
    """What a process was started for: its `home` shards of `count`; with `auto`, a fair share of as many as
    Discord recommends."""

    home: frozenset[int] = frozenset()
    count: int | None = None

    @property
    def auto(self) -> bool:
        return self.count is None


@dataclass(frozen=True, slots=True)
class ShardProcess:
    """A process of a bot, the shards for which it was started, those that it has now, and how often it has
    renewed its lease."""

    id: str
    count: int
    home: frozenset[int]
    started_at: datetime
    shards: frozenset[int] = frozenset()
    beats: int = 0


@dataclass(frozen=True, slots=True)
class ShardLease:
    """The shards that a process has, those that it is to have, and the other processes of its bot by how
    often they have renewed their leases."""

    held: frozenset[int]
    assigned: frozenset[int]
    others: Mapping[str, int]


def parse_plan(text: str) -> ShardPlan | None:
    """Parses `auto`, `3/16` or `0-3/16`; None for anything else."""
    if text == "auto":
        return ShardPlan()
    match = _SPEC.fullmatch(text)
    if match is None:
        return None
    first, count = int(match[1]), int(match[3])
    last = first if match[2] is None else int(match[2])
    if not first <= last < count <= MAX_SHARDS:
        return None
    return ShardPlan(frozenset(range(first, last + 1)), count)


def ranges(shards: frozenset[int]) -> str:
    """Shards as people write them, such as `0-3, 7`."""
    runs: list[list[int]] = []
    for shard in sorted(shards):
        if runs and shard == runs[-1][1] + 1:
            runs[-1][1] = shard
        else:
            runs.append([shard, shard])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def assign(
    count: int, homes: Mapping[str, frozenset[int]], holders: Mapping[int, str], order: Sequence[str]
) -> dict[int, str]:
    """Returns which of the running processes has each shard; `homes` are the shards for which each was
    started, `holders` who runs them now, and `order` the processes, the first started first. A shard at home
    in a running process is there; the others stay where they are, up to a fair share, and are else given to
    the process with the fewest. The same for every process that asks."""
    if not order:
        return {}
    assigned: dict[int, str] = {}
    for process in order:
        for shard in homes[process]:
            assigned.setdefault(shard, process)
    load = Counter(assigned.values())
    fair = -(-count // len(order))
    homeless = [shard for shard in range(count) if shard not in assigned]
    for shard in homeless:
        holder = holders.get(shard, "")
        if holder in homes and load[holder] < fair:
            assigned[shard] = holder
            load[holder] += 1
    for shard in homeless:
        if shard not in assigned:
            least = min(order, key=lambda process: (load[process], order.index(process)))
            assigned[shard] = least
            load[least] += 1
    return assigned
