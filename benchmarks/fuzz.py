"""Feeds mutated and generated inputs to the readers, searches, buttons, settings files and model replies:
no input may crash them, hold them for seconds, or make memory grow."""

from __future__ import annotations

import random
import resource
import signal
import sqlite3
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from types import FrameType

from benchmarks.support import fuzz_inputs
from benchmarks.support.measure import FOLDER, Option, parse_options, table, workspace
from bot.domain.dump import Rejection
from bot.dumps.containers.streams import Limits
from bot.dumps.reader import read_dump
from bot.dumps.rejections import BrokenDumpError
from bot.errors import UserError
from bot.llm.replies import parse_reply
from bot.services import settings_transfer
from bot.store.search import match_query
from bot.store.sqlite.text_index import match_text
from bot.text.search.query import parse_query
from bot.text.verification import SourceText, verify
from bot.ui.ask.question_state import deserialize
from bot.ui.kit import routes

MAX_SECONDS = 2.0
"""Processor time of one input of at most 128 kB."""
HANG_SECONDS = 20
MAX_GROWTH_KB = 400_000
"""Growth of the whole run's memory: a reader may unpack 16 MB, and holds it more than once."""
LIMITS = Limits(
    members=200, single=1 << 22, nested=1 << 21, total=1 << 24, slack=1 << 22, zstd_window=1 << 23
)
SOURCE = SourceText("The ferry had 12 % more riders in 2024, said Ann Mole.", title="Ferry")
Target = tuple[int, Callable[[random.Random], bytes | str], Callable[[bytes | str], object]]
"""Its share of the inputs, what makes an input, and what is tried."""


class _HeldError(Exception):
    """An input was not done in HANG_SECONDS."""


def main() -> None:
    given = parse_options(
        __doc__,
        budget=Option(100_000, 400, "number of inputs"),
        seed=Option(1, 1, "seed for the inputs"),
        folder=FOLDER,
    )
    signal.signal(signal.SIGALRM, _held)
    with workspace(given.folder) as folder, closing(index()) as db:
        failures, slowest = run(targets(folder, db), given.budget, given.seed, Path("fuzz-failures"))
    table([(name, f"{seconds:.2f} s at most") for name, seconds in slowest.items()])
    table(
        [("inputs", f"{given.budget:,}"), ("failures", str(failures.total())), *map(_row, failures.items())]
    )
    sys.exit(1 if failures else 0)


def targets(folder: Path, db: sqlite3.Connection) -> dict[str, Target]:
    """All that is tried, with its inputs."""
    seeds = fuzz_inputs.dumps()
    return {
        "dumps": (6, partial(fuzz_inputs.mutated, seeds), partial(read, folder / "dump")),
        "records": (4, fuzz_inputs.records, partial(read, folder / "dump")),
        "searches": (4, fuzz_inputs.query, partial(search, db)),
        "buttons": (3, fuzz_inputs.route, press),
        "settings": (2, fuzz_inputs.settings_file, read_settings),
        "replies": (3, fuzz_inputs.reply, read_reply),
    }


def run(
    tried: dict[str, Target], budget: int, seed: int, saved: Path
) -> tuple[Counter[str], dict[str, float]]:
    """Tries so many inputs; saves those that fail. Returns the failures by kind, and the longest time of each
    target."""
    failures: Counter[str] = Counter()
    slowest = dict.fromkeys(tried, 0.0)
    names, shares = list(tried), [share for share, _, _ in tried.values()]
    memory = 0
    for number in range(budget):
        rng = random.Random(f"{seed} {number}")
        [name] = rng.choices(names, shares)
        data = tried[name][1](rng)
        problem, seconds = attempt(partial(tried[name][2], data))
        slowest[name] = max(slowest[name], seconds)
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        memory = memory or used
        if used - memory > MAX_GROWTH_KB:
            problem, memory = "memory", used
        if problem:
            failures[f"{name}: {problem}"] += 1
            saved.mkdir(exist_ok=True)
            content = data.encode(errors="surrogatepass") if isinstance(data, str) else data
            (saved / f"{name}-{seed}-{number}").write_bytes(content)
    return failures, slowest


def attempt(try_: Callable[[], object]) -> tuple[str, float]:
    """What is wrong with an input, "" for nothing, and its seconds of processor time."""
    problem, start = "", time.process_time()
    signal.alarm(HANG_SECONDS)
    try:
        try_()
    except _HeldError:
        problem = "held"
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        problem = f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}"
    finally:
        signal.alarm(0)
    seconds = time.process_time() - start
    return problem or ("slow" if seconds > MAX_SECONDS else ""), seconds


def read(path: Path, data: bytes | str) -> None:
    """Reads a dump to its end."""
    assert isinstance(data, bytes)
    path.write_bytes(data)
    with suppress(BrokenDumpError):
        for item in read_dump(path, LIMITS):
            if isinstance(item, Rejection) and item.message and item.message.id == "rejected-fault":
                raise RuntimeError("a reader's fault, which a load leaves out")


def index() -> sqlite3.Connection:
    """A small full-text index."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
    db.executemany("INSERT INTO words VALUES (?)", [("ferry fish market",), ("a c b",), ("x 1 2024",)])
    return db


def search(db: sqlite3.Connection, text: bytes | str) -> None:
    """Every form of full-text query that a search makes."""
    query = parse_query(str(text))
    terms = match_query.optional_terms(query)
    matches = [match_query.match_all(query, {})] if query.groups else []
    matches += [match_query.match_any(query, terms, {})] if terms else []
    for match in matches:
        db.execute("SELECT count(*) FROM words WHERE words MATCH ?", (match_text(match),)).fetchone()


def press(text: bytes | str) -> None:
    """Reads what a button carries in every way."""
    route = str(text)
    routes.target(route)
    for parse in (routes.parse, routes.deserialize_search, lambda value: deserialize([value])):
        with suppress(ValueError):
            parse(route)


def read_settings(data: bytes | str) -> None:
    """Reads a settings file."""
    assert isinstance(data, bytes)
    with suppress(UserError):
        settings_transfer.read(data)


def read_reply(text: bytes | str) -> None:
    """Reads a model's reply and verifies its sentences."""
    with suppress(ValueError):
        for draft in parse_reply(str(text)):
            verify(draft.text, [SOURCE])


def _held(number: int, frame: FrameType | None) -> None:
    raise _HeldError


def _row(failure: tuple[str, int]) -> tuple[str, str]:
    return failure[0], str(failure[1])


if __name__ == "__main__":
    main()
