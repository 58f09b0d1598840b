"""Services on real files, and one with an archive in it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.loads import Person, Receipt
from bot.services import Services, open_services
from tests.support.dump_folders import write_dump

MODERATOR = Person(7, "mod")


async def load(services: Services, guild: int | None, *paths: Path, name: str = "dump") -> Receipt:
    """Loads to the end."""
    last = [told async for told in services.loads.load(guild, paths, name, MODERATOR)][-1]
    assert isinstance(last, Receipt)
    return last


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    """Nothing loaded yet."""
    async with open_services(tmp_path / "data", rng=random.Random(1)) as opened:
        yield opened


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """Two threads, the ferry and the market, and two files that are none."""
    return write_dump(tmp_path / "dump")


@pytest.fixture
async def loaded(services: Services, dump: Path) -> Services:
    """The dump in the shared archive: article 1 is the ferry, 2 the market."""
    assert (await load(services, None, dump)).articles.new == 2
    return services
