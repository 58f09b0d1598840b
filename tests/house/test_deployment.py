"""The image, the compose file, the systemd unit and the App Directory's texts. No image can be built here."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml  # type: ignore[import-untyped] # of huggingface_hub; its types are a separate package

from bot.config import database_address
from bot.domain.shards import parse_plan
from tests.support.paths import ROOT

NOBODY = 65534
UNIT = ROOT / "deploy" / "newsdesk.service"


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with their arguments, on one line each."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines if line)]


def arguments(word: str) -> list[str]:
    return [rest for name, rest in instructions() if name == word]


def test_the_dockerfile_keeps_hadolints_rules() -> None:
    for image in arguments("FROM"):
        assert re.fullmatch(r"[\w/]+:\d+\.\d+-slim-\w+( AS \w+)?", image)  # DL3006, DL3007
    assert arguments("USER")[-1] not in ("root", "0")  # DL3002
    assert all(path.startswith("/") for path in arguments("WORKDIR"))  # DL3000
    assert arguments("ADD") == arguments("MAINTAINER") == []  # DL3020, DL4000
    for word in ("CMD", "ENTRYPOINT"):
        assert len(arguments(word)) == 1  # DL4003, DL4004
        assert isinstance(json.loads(arguments(word)[0]), list)  # DL3025
    assert len(arguments("HEALTHCHECK")) == 1  # DL3055, DL3057
    for step in arguments("RUN"):
        assert not re.search(r"\bcd |\bsudo\b|\|", step)  # DL3003, DL3004, DL4006
        assert not re.search(r"\bapt(-get)?\b", step)  # DL3008, DL3009, DL3014, DL3015
        for pip in re.findall(r"\bpip (?:install|wheel).*?(?:&&|$)", step):
            assert "--no-cache-dir" in pip  # DL3042
            assert "--require-hashes" in pip or "--no-deps" in pip  # DL3013
    for copy in arguments("COPY"):
        parts = [part for part in copy.split() if not part.startswith("--")]
        assert len(parts) == 2 or parts[-1].endswith("/")  # DL3021
    stages = [image.partition(" AS ")[2] for image in arguments("FROM")]
    sources = [
        part.removeprefix("--from=")
        for copy in arguments("COPY")
        for part in copy.split()
        if "--from" in part
    ]
    assert set(sources) <= set(stages)  # DL3022
    assert len(set(stages)) == len(stages)  # DL3024


def test_the_image_gets_only_what_it_needs() -> None:
    allowed = {
        line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().split("\n") if line[:1] == "!"
    }
    copied = {part for copy in arguments("COPY") if "--from" not in copy for part in copy.split()[:-1]}
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)


def composed(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


def assert_hardened(service: Mapping[str, Any]) -> None:
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    mounted = {volume.partition(":")[2] for volume in service["volumes"]}
    assert mounted == set(json.loads(arguments("VOLUME")[0]))


def assert_volumes_are_declared(compose: Mapping[str, Any]) -> None:
    used = {volume.partition(":")[0] for each in compose["services"].values() for volume in each["volumes"]}
    assert set(compose["volumes"]) == used


def test_compose_is_hardened() -> None:
    compose = composed("compose.yaml")
    assert list(compose["services"]) == ["newsdesk"]
    assert_hardened(compose["services"]["newsdesk"])
    assert_volumes_are_declared(compose)


def test_compose_with_postgres_has_two_processes_with_all_shards() -> None:
    compose = composed("compose.postgres.yaml")
    assert_volumes_are_declared(compose)
    database = compose["services"].pop("postgres")
    plans = []
    for service in compose["services"].values():
        assert_hardened(service)
        assert service["volumes"] == composed("compose.yaml")["services"]["newsdesk"]["volumes"]
        assert service["depends_on"] == {"postgres": {"condition": "service_healthy"}}
        run, option, plan = service["command"]
        assert (run, option) == ("run", "--shards")
        shards = parse_plan(plan)
        assert shards is not None
        plans.append(shards)
    assert len(plans) == 2
    assert [shard for plan in plans for shard in sorted(plan.home)] == [*range(plans[0].count or 0)]
    assert database["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert int(database["image"].partition(":")[2]) >= 15


def test_the_password_of_postgres_is_not_in_the_file() -> None:
    compose = composed("compose.postgres.yaml")
    password = "${POSTGRES_PASSWORD:?set it in .env}"
    assert compose["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"] == password
    for name in ("newsdesk-0", "newsdesk-1"):
        url = compose["services"][name]["environment"]["DATABASE_URL"].replace(password, "secret")
        assert database_address(url) == "postgresql://newsdesk:secret@postgres/newsdesk"


@pytest.mark.parametrize("name", ["compose.yaml", "compose.postgres.yaml"])
def test_docker_accepts_the_compose_file(name: str, tmp_path: Path) -> None:
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("there is no docker compose to check the file further")
    for file in (name, "Dockerfile"):
        shutil.copy(ROOT / file, tmp_path)
    (tmp_path / ".env").write_text("DISCORD_TOKEN=a.b.c\nPOSTGRES_PASSWORD=abc\n")
    done = subprocess.run(
        ["docker", "compose", "--file", name, "config", "--quiet"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_image_has_the_client_of_postgres() -> None:
    assert "\npsycopg==" in (ROOT / "requirements.txt").read_text()


def test_the_systemd_unit_is_valid(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze")
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/newsdesk/bin/newsdesk", sys.executable))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    said = [row for row in done.stderr.splitlines() if UNIT.name in row]
    assert (done.returncode, said) == (0, []), done.stderr


def test_the_listing_keeps_the_app_directorys_limits() -> None:
    listing = tomllib.loads((ROOT / "docs" / "hosting" / "listing.toml").read_text())
    assert 0 < len(listing["summary"]) <= 200
    assert 0 < len(listing["description"]) <= 400
    assert 0 < len(listing["tags"]) <= 5
    assert all(0 < len(tag) <= 20 for tag in listing["tags"])
    picture = ElementTree.parse(ROOT / "docs" / "hosting" / "picture.svg").getroot()  # noqa: S314 - our own
    width, height = picture.attrib["viewBox"].split()[2:]
    assert width == height


# The steps of the image, one by one.


def other_user() -> int | None:
    """Another user who can use this environment; None where there is none, or this one may not become it."""
    if os.getuid():
        return None
    test = ["sh", "-c", f"{sys.executable} -c 'import discord'"]
    tried = subprocess.run(
        test, user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", check=False, capture_output=True
    )
    return NOBODY if tried.returncode == 0 else None


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another user can reach and, where possible, owns."""
    folder = Path(tempfile.mkdtemp(prefix="image-", dir="/tmp"))
    folder.chmod(0o755)
    if other_user() is not None:
        os.chown(folder, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


def step(folder: Path, command: list[str], cwd: Path, code: int = 0) -> str:
    """Runs a step as another user, with nothing of this environment."""
    user = other_user()
    env = {
        "PATH": f"{folder}/opt/newsdesk/bin:{os.environ['PATH']}",
        "HOME": str(folder),
        "TMPDIR": str(folder),
    }
    env |= {"NEWSDESK_DATA": f"{folder}/data", "COLUMNS": "400"}
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == code, (command, done.stdout, done.stderr)
    return done.stdout + done.stderr


def moved(folder: Path, command: str) -> str:
    """The command with the image's folders in `folder`."""
    return re.sub(r"(?<![\w.])/(opt/newsdesk|dist|data|backups)\b", rf"{folder}/\1", command)


@pytest.mark.slow
def test_the_steps_of_the_image_make_a_newsdesk_that_runs(registry: None, folder: Path) -> None:
    """Packages but the one that builds are those of this environment, for the sake of time:
    tests/house/test_lock.py checks all of requirements.txt."""
    source = folder / "src"
    for name in ("data", "backups", "src", "dist"):
        step(folder, ["mkdir", str(folder / name)], folder)
    first = [name for name, _ in instructions()].index("FROM", 1)
    for word, rest in instructions()[:first]:
        if word == "COPY":
            *names, _ = rest.split()
            for name in names:
                step(folder, ["cp", "-r", str(ROOT / name), str(source / name)], folder)
        if word == "RUN" and "--require-hashes" in rest:
            locked = re.search(
                r"^setuptools==(?:.*\\\n)+.*\n", (ROOT / "requirements.txt").read_text(), re.MULTILINE
            )
            assert locked is not None
            (source / "requirements.txt").write_text(locked[0])
        if word == "RUN":
            command = moved(folder, rest.replace("python -m venv", f"{sys.executable} -m venv"))
            step(folder, ["sh", "-euc", command], source)
    shutil.rmtree(source)
    packages = next(folder.glob("opt/newsdesk/lib/python*/site-packages"))
    (packages / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n")
    assert [path.name for path in (folder / "dist").iterdir()] == ["newsdesk-0.1.0-py3-none-any.whl"]
    entry, command = (json.loads(arguments(word)[0]) for word in ("ENTRYPOINT", "CMD"))
    home = folder / "data"
    assert "Create an application" in step(folder, [*entry, *command], home, code=2)
    step(folder, [*entry, "load", str(packages / "bot" / "services" / "sample"), "--json"], home)
    assert "ferry" in step(folder, [*entry, "search", "ferry"], home).casefold()
    step(folder, [*entry, "backup", str(folder / "backups" / "today")], home)
    health = json.loads(arguments("HEALTHCHECK")[0].partition(" CMD ")[2])
    assert shlex.join(health) == "newsdesk status --running"
    step(folder, health, home, code=1)  # no bot is running
