"""The real entry point: signals, pipes, the loader, and what start-up imports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.cli.parser import parse
from bot.domain.loads import Person, Progress, Receipt, Undone
from bot.domain.shards import ShardPlan
from bot.errors import BadInput
from bot.loading import protocol
from bot.store.ingest.writer import CorpusWriter
from tests.support.command_line import Desk
from tests.support.dump_folders import LARGE, page, write_dump
from tests.support.engines import engine_at

pytestmark = pytest.mark.slow


NEWSDESK = [sys.executable, "-m", "bot"]
SECONDS = 60.0


def environment(data: Path) -> Mapping[str, str]:
    return {**os.environ, "NEWSDESK_DATA": str(data), "COLUMNS": "100"}


def newsdesk(data: Path, *argv: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*NEWSDESK, *map(str, argv)],
        env=environment(data),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


@pytest.fixture
def running() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that end with the test."""
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


PERSON = Person(7, "mod")


def load_job(desk: Desk, *paths: Path, guild: int | None = None) -> protocol.LoadJob:
    """A job for the loader."""
    return protocol.LoadJob(
        data=desk.data, guild=guild, by=PERSON, paths=paths, name=paths[0].name, load_max_mb=100
    )


def stop_loading(desk: Desk, process: subprocess.Popen[bytes]) -> None:
    """Returns when the receipt of the load in `process` counts articles, with the process stopped.

    It is stopped for each look as well, so that no look takes longer than the rest of the load.
    """
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        process.send_signal(signal.SIGSTOP)
        loads = desk("loads", "--json")
        if loads.code == 0 and any(load["articles"]["new"] for load in loads.json["loads"]):
            return
        process.send_signal(signal.SIGCONT)
        time.sleep(0.05)
    raise AssertionError("the load did not begin")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_load_with_what_it_had_stored(
    number: signal.Signals, desk: Desk, large: Path, running: list[subprocess.Popen[bytes]]
) -> None:
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [*NEWSDESK, "load", large, "--json"], env=environment(desk.data), stdout=pipe, stderr=pipe
    )
    running.append(process)
    stop_loading(desk, process)
    process.send_signal(number)
    process.send_signal(signal.SIGCONT)
    out, err = process.communicate(timeout=SECONDS)
    receipt = json.loads(out)
    assert (process.returncode, err) == (130, b"")
    assert receipt["state"] == ("cancelled" if number == signal.SIGINT else "paused")
    stored = desk("stats", "--json").json
    assert 0 < stored["articles"] < LARGE
    assert stored["articles"] == receipt["articles"]["new"]
    assert stored["comments"] == receipt["comments"]["new"] == stored["articles"] * 20
    assert desk("undo", str(receipt["load"])).code == 0
    assert desk("stats", "--json").json["articles"] == 0


def test_a_killed_load_says_so_and_the_next_one_goes_on(
    desk: Desk, large: Path, dump: Path, running: list[subprocess.Popen[bytes]]
) -> None:
    process = subprocess.Popen([*NEWSDESK, "load", large], env=environment(desk.data))
    running.append(process)
    stop_loading(desk, process)
    process.kill()
    process.wait()
    assert desk("load", dump, "--json").json["articles"]["new"] == 2
    newest, killed = desk("loads", "--json").json["loads"]
    assert (newest["state"], killed["state"]) == ("done", "paused")
    assert killed["problem"]
    assert desk("load", "--resume", "--json").json["articles"]["new"] == LARGE
    assert desk("stats", "--json").json["comments"] == LARGE * 20 + 3
    assert desk("check").code == 0


def test_two_loads_at_once_queue(desk: Desk, dump: Path, running: list[subprocess.Popen[bytes]]) -> None:
    job = load_job(desk, dump)
    with CorpusWriter(engine_at(desk.data)):
        process = subprocess.Popen(
            [*NEWSDESK, "load-worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        running.append(process)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(protocol.encode_job(job))
        waiting = protocol.decode_event(process.stdout.readline())
        assert isinstance(waiting, Progress)
        assert (waiting.state, waiting.load) == ("queued", 0)
    told = [protocol.decode_event(line) for line in process.stdout]
    assert isinstance(told[-1], Receipt)
    assert (told[-1].state, told[-1].by, told[-1].articles.new) == ("done", PERSON, 2)


def worker(job: protocol.Job) -> list[bytes]:
    """What the loader says when its input ends at once after the job."""
    done = subprocess.run(
        [*NEWSDESK, "load-worker"],
        input=protocol.encode_job(job),
        stdout=subprocess.PIPE,
        check=True,
        timeout=SECONDS,
    )
    return done.stdout.splitlines()


def test_the_end_of_its_input_interrupts_a_loader(desk: Desk, large: Path) -> None:
    [*_, last] = worker(load_job(desk, large, guild=5))
    receipt = protocol.decode_event(last)
    assert isinstance(receipt, Receipt)
    assert (receipt.state, receipt.guild) == ("paused", 5)
    assert receipt.articles.new < LARGE


def test_a_loader_tells_mistakes_as_what_they_are(desk: Desk, tmp_path: Path) -> None:
    [line] = worker(load_job(desk, tmp_path / "missing"))
    with pytest.raises(BadInput) as caught:
        protocol.decode_event(line)
    assert (caught.value.key, caught.value.fields) == ("no-such-file", {"path": str(tmp_path / "missing")})


HEAVY = {"aiohttp", "babel", "bot.dumps", "discord", "dotenv", "fluent", "rich", "simcord", "zstandard"}


@pytest.mark.parametrize(
    ("argv", "heavy"),
    [
        (["search", "rail"], HEAVY | {"numpy.ma"}),
        (["stats"], HEAVY | {"numpy"}),
        (["--json", "stats"], HEAVY | {"numpy"}),
    ],
)
def test_a_command_imports_nothing_of_discord_and_little_else(
    argv: list[str], heavy: set[str], loaded: Desk
) -> None:
    program = (
        f"import sys; from bot.cli import main; assert main({[*argv, '--json']}) == 0;"
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(loaded.data),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_list_of_commands_imports_nothing_heavy() -> None:
    program = (
        "import sys; from bot.cli.parser import command_names, load_command;"
        f"[*map(load_command, command_names())]; print(sorted({HEAVY} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_closed_pipe_ends_a_command_quietly(desk: Desk, tmp_path: Path) -> None:
    body = [f"Paragraph {number} of a long article about herring." for number in range(4000)]
    (tmp_path / "long.txt").write_text(page("A long article", "a.example", "tide", body))
    desk("load", tmp_path / "long.txt")
    for flag in ([], ["--json"]):
        with subprocess.Popen(
            [*NEWSDESK, "article", "1", *flag],
            env=environment(desk.data),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.read(10)
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait(SECONDS) == 141


def test_settings_are_read_from_a_file_in_the_working_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_dump(home / "dump")
    (home / ".env").write_text("# operator\nDISCORD_TOKEN='not a token'\nNEWSDESK_DATA=elsewhere\nEMPTY\n")
    wrong = subprocess.run(
        [*NEWSDESK, "run"], cwd=home, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("newsdesk: DISCORD_TOKEN: This is not a bot token.")
    assert "not a token" not in wrong.stderr.replace("is not a token", "")
    (home / ".env").write_text("NEWSDESK_DATA=elsewhere\n")
    loaded = subprocess.run(
        [*NEWSDESK, "load", "dump"], cwd=home, capture_output=True, check=False, timeout=SECONDS
    )
    assert loaded.returncode == 0
    assert (home / "elsewhere" / "corpus.db").exists()
    assert not (home / "data").exists()


def test_a_working_folder_without_access_has_no_settings(tmp_path: Path) -> None:
    script = (
        "import os, bot.cli.session as session; os.chmod('.', 0); os.getuid() or os.setuid(65534);"
        " print('PATH' in session.environment())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    tmp_path.chmod(0o700)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_running_without_a_token_says_what_is_missing(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name != "DISCORD_TOKEN"}
    done = subprocess.run(
        [*NEWSDESK, "run"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("newsdesk: DISCORD_TOKEN is missing. Create an application")


def test_shards_are_given_as_discord_counts_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse(["run", "--shards", "0-3/16"]).shards == ShardPlan(frozenset(range(4)), 16)
    assert parse(["run"]).shards is None
    with pytest.raises(SystemExit):
        parse(["run", "--shards", "4-2/16"])
    assert "“4-2/16” is neither auto nor shards of a number" in capsys.readouterr().err


def test_an_undo_through_the_loader(desk: Desk, dump: Path) -> None:
    desk("load", dump)
    process = subprocess.Popen(
        [*NEWSDESK, "load-worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(protocol.encode_job(protocol.UndoJob(data=desk.data, guild=None, by=PERSON, load=1)))
    assert protocol.decode_event(process.stdout.readline()) == Undone(1, 2, 3, 0)
    process.communicate(timeout=SECONDS)


@pytest.mark.parametrize(
    ("typed", "example"),
    [
        ("forget pierpoet", "newsdesk forget author NAME"),
        ("forget", "newsdesk forget author NAME"),
        ("load", "newsdesk load PATH"),
        ("undo", "newsdesk undo LOAD"),
        ("backup", "newsdesk backup TARGET"),
        ("restore", "newsdesk restore FOLDER"),
        ("article", "newsdesk article ID"),
    ],
)
def test_a_command_that_lacks_something_says_what_to_type(desk: Desk, typed: str, example: str) -> None:
    result = desk(*typed.split())
    assert result.code == 2
    assert result.err.endswith(f"Type: {example}\n")
