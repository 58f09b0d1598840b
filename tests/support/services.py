"""Services on real files, and one with an archive in it."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.domain.articles import Scope
from bot.domain.loads import Person, Receipt
from bot.services import Services, open_services
from tests.support.dump_folders import write_dump
from tests.support.selected_database import move_to_selected, selected

MODERATOR = Person(7, "mod")


async def load(services: Services, guild: int | None, *paths: Path, name: str = "dump") -> Receipt:
    """Loads to the end."""
    last = [told async for told in services.loads.load(guild, paths, name, MODERATOR)][-1]
    assert isinstance(last, Receipt)
    return last


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the dump in its shared archive, which tests copy."""
    folder = tmp_path_factory.mktemp("built")

    async def build() -> None:
        async with open_services(folder / "data") as services:
            await load(services, None, write_dump(folder / "dump"))

    _run(build())
    return folder / "data"


@pytest.fixture(scope="session")
def started_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with its databases and nothing in them, which tests copy, as making them takes longer."""
    folder = tmp_path_factory.mktemp("started") / "data"

    async def start() -> None:
        async with open_services(folder):
            pass

    _run(start())
    return folder


def _run(work: Coroutine[Any, Any, None]) -> None:
    with selected(None), ThreadPoolExecutor() as pool:  # in a thread without an event loop
        pool.submit(asyncio.run, work).result()


@pytest.fixture
async def services(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Services]:
    """Nothing loaded yet, but for a test that has `loaded`."""
    template = "built" if "loaded" in request.fixturenames else "started_before"
    shutil.copytree(request.getfixturevalue(template), tmp_path / "data")
    await asyncio.to_thread(move_to_selected, tmp_path / "data")
    async with open_services(tmp_path / "data", rng=random.Random(1)) as opened:
        yield opened


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """Two threads, the ferry and the market, and two files that are none."""
    return write_dump(tmp_path / "dump")


@pytest.fixture
async def loaded(services: Services) -> Services:
    """The dump in the shared archive: article 1 is the ferry, 2 the market."""
    assert (await services.archive.stats(Scope())).articles == 2
    return services
