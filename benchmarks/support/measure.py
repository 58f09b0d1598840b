"""Options, folders, cost of child processes, percentiles and tables for benchmarks."""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.paths import ROOT

Rows = list[tuple[str, str]]
"""Names and figures."""


@dataclass(frozen=True)
class Option:
    """An option: its default, its value with `--tiny`, and its help. A list takes several values, False is a
    switch, None is a path."""

    usual: Any
    tiny: Any
    help: str


FOLDER = Option(None, None, "keep the data in this folder, or use what is there")


def parse_options(purpose: str | None, **options: Option) -> argparse.Namespace:
    """Parses the command line. All benchmarks accept `--tiny`, which the tests use."""
    parser = argparse.ArgumentParser(description=purpose, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tiny", action="store_true", help="use tiny sizes, only to see whether it runs")
    for name, option in options.items():
        flag, usual = f"--{name.replace('_', '-')}", option.usual
        if usual is False:
            parser.add_argument(flag, action="store_true", help=option.help)
            continue
        first = usual[0] if isinstance(usual, list) else usual
        parser.add_argument(
            flag,
            type=Path if first is None else type(first),
            nargs="*" if isinstance(usual, list) else None,
            help=f"{option.help} ({usual})" if usual not in (None, "") else option.help,
        )
    given = parser.parse_args()
    for name, option in options.items():
        if getattr(given, name) is None:
            setattr(given, name, option.tiny if given.tiny else option.usual)
    return given


@contextmanager
def workspace(folder: Path | None = None) -> Iterator[Path]:
    """Yields the given folder, or a temporary one that is removed afterwards."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="newsdesk-benchmark-") as name:
        yield Path(name)


@dataclass(frozen=True)
class Cost:
    """The cost of one child process."""

    seconds: float
    cpu: float
    megabytes: float
    """The peak over all children so far."""
    out: bytes


def environment() -> dict[str, str]:
    """Returns the environment for child processes: this repository's code, no settings, cached bytecode."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NEWSDESK"))}
    return {**kept, "PYTHONPATH": str(ROOT)}


def child(*argv: str | Path) -> Cost:
    """Runs Python with these arguments, as a user would."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *argv], env=environment(), stdout=subprocess.PIPE, check=True)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds, cpu, after.ru_maxrss / 1000, done.stdout)


def load(data: Path, *dumps: Path) -> Cost:
    """Runs `newsdesk load` on these dumps, into the shared archive of a data folder; `out` is the receipt."""
    return child("-m", "bot", "load", *dumps, "--data", data, "--json")


def memory(name: str) -> float:
    """Returns this process's memory in megabytes, as reported by Linux: `VmRSS` is current, `VmHWM` is the
    peak."""
    match = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    if match is None:
        raise LookupError(name)
    return int(match[1]) / 1000


def processor(process: int) -> float:
    """Returns the seconds of CPU that a running process has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def percentile(values: Sequence[float], share: float) -> float:
    """Returns the smallest value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(seconds: Sequence[float]) -> str:
    """Formats the 50th and 99th percentiles in milliseconds."""
    return f"p50 {percentile(seconds, 0.5) * 1000:.1f} ms, p99 {percentile(seconds, 0.99) * 1000:.1f} ms"


@asynccontextmanager
async def event_loop_lag(tick: float = 0.002) -> AsyncGenerator[list[float]]:
    """Collects the event loop's delays in seconds while the block runs."""
    late: list[float] = []

    async def watch() -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(tick)
            late.append(time.perf_counter() - start - tick)

    watching = asyncio.create_task(watch())
    yield late
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


def table(rows: Sequence[tuple[str, str]]) -> None:
    """Prints names and figures in two columns."""
    width = max(len(name) for name, _ in rows)
    for name, figure in rows:
        print(f"{name:{width}}  {figure}", flush=True)
