"""The hashes for production installs agree with the dependencies and their pinned versions."""

from __future__ import annotations

import re

from tests.support.lock import EXTRAS, LOCK, required
from tests.support.paths import ROOT

ENTRY = re.compile(
    r"(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; \S+ == \S+)?(?P<hashes>(?: \\\n    --hash=\S+)+)\n"
)


def entries() -> dict[str, re.Match[str]]:
    text = LOCK.read_text().partition("\n")[2]
    found = list(ENTRY.finditer(text))
    assert "".join(one[0] for one in found) == text
    return {one["name"]: one for one in found}


def test_every_package_has_hashes_and_the_version_that_is_tested() -> None:
    lines = (ROOT / "constraints.txt").read_text().split()
    pinned = {
        re.sub(r"[-_.]+", "-", name).lower(): version
        for name, _, version in (one.partition("==") for one in lines)
    }
    for name, entry in entries().items():
        assert name == "setuptools" or pinned[re.sub(r"[-_.]+", "-", name)] == entry["version"]
        assert all(
            re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in entry["hashes"].split() if one != "\\"
        )


def test_every_dependency_of_a_production_install_is_listed() -> None:
    names = {re.sub(r"[-_.]+", "-", name) for name in entries()}
    for machine in EXTRAS:
        wanted = {re.split(r"[<>=\[;! ]", line)[0].lower() for line in required(machine)}
        assert {re.sub(r"[-_.]+", "-", name) for name in wanted} <= names, "run python -m tests.support.lock"
