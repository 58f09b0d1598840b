"""Loads whose process is killed at random moments, and resumed, lose nothing and store nothing twice."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.support.paths import ROOT


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_load_killed_again_and_again_is_the_load_that_was_not(seed: int) -> None:
    options = {"--kills": 10, "--comments": 8_000, "--pages": 120, "--seed": seed}
    argv = [sys.executable, "-m", "benchmarks.kills"]
    argv += [str(part) for option in options.items() for part in option]

    done = subprocess.run(argv, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)

    assert re.findall(r"^kills +(\d+):", done.stdout, re.MULTILINE) == ["5", "5"]
    assert re.findall(r"^(?:different|unsound) +(\d+)", done.stdout, re.MULTILINE) == ["0"] * 4
    assert sum(map(int, re.findall(r"(\d+) while it loaded", done.stdout))) > 2
