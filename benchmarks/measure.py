"""What the benchmarks share: percentiles, child processes with their cost, and a small table."""

from __future__ import annotations

import math
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What one child process took."""

    seconds: float
    cpu: float
    megabytes: float
    """At its peak, over all children so far."""
    out: bytes


def child(*argv: str) -> Cost:
    """Runs Python with these arguments, as it would run for a user: with cached bytecode."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NEWSDESK"))}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *argv], env=env, stdout=subprocess.PIPE, check=True)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds, cpu, after.ru_maxrss / 1000, done.stdout)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def table(rows: Sequence[tuple[str, str]]) -> None:
    """Prints names and figures in two columns."""
    width = max(len(name) for name, _ in rows)
    for name, figure in rows:
        print(f"{name:{width}}  {figure}")
