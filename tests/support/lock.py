"""Writes requirements.txt: every package of a production install, in the version of constraints.txt, with the
hashes of its wheels for Linux. Run `python -m tests.support.lock` after changing a dependency."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.paths import ROOT

LOCK = ROOT / "requirements.txt"
EXTRAS = {"x86_64": ("vectors", "html", "openai", "postgres"), "aarch64": ("html", "openai", "postgres")}
"""By machine: there is no wheel of the word vectors for ARM."""
PYTHONS = ("3.11", "3.12", "3.13")
GLIBC = ("manylinux_2_28", "manylinux_2_26", "manylinux_2_24", "manylinux_2_17", "manylinux2014")
HEAD = "# Written by `python -m tests.support.lock`: wheels for Linux, Python 3.11 to 3.13.\n"
Hashes = dict[tuple[str, str], set[str]]


def required(machine: str) -> list[str]:
    """What a production install asks for, and what builds it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    return [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(line for extra in EXTRAS[machine] for line in extras[extra]),
    ]


def resolved(python: str, machine: str) -> Hashes:
    """The wheels that pip chooses for this system, without installing them."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
        command += ["--target", folder, "--only-binary", ":all:", "--python-version", python]
        command += [part for libc in GLIBC for part in ("--platform", f"{libc}_{machine}")]
        command += ["-c", str(ROOT / "constraints.txt"), "--report", str(report), *required(machine)]
        subprocess.run(command, check=True, cwd=folder)
        chosen = json.loads(report.read_bytes())["install"]
    found: Hashes = defaultdict(set)
    for wheel in chosen:
        meta = wheel["metadata"]
        found[meta["name"].lower().replace("_", "-"), meta["version"]].add(
            wheel["download_info"]["archive_info"]["hashes"]["sha256"]
        )
    return found


def written(wheels: Mapping[str, Sequence[Hashes]]) -> str:
    """The lines of requirements.txt; packages of one machine are marked."""
    merged: Hashes = defaultdict(set)
    machines: Hashes = defaultdict(set)
    for machine, package, hashes in (
        (machine, *item) for machine, many in wheels.items() for one in many for item in one.items()
    ):
        merged[package] |= hashes
        machines[package].add(machine)
    blocks = []
    for (name, version), hashes in sorted(merged.items()):
        [first, *more] = sorted(machines[name, version])
        marker = "" if more else f' ; platform_machine == "{first}"'
        head = f"{name}=={version}{marker}"
        blocks.append(" \\\n    ".join([head, *(f"--hash=sha256:{one}" for one in sorted(hashes))]))
    return HEAD + "\n".join(blocks) + "\n"


if __name__ == "__main__":
    LOCK.write_text(
        written({machine: [resolved(python, machine) for python in PYTHONS] for machine in EXTRAS})
    )
