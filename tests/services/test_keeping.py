"""What the bot keeps for a while: long searches, files that members sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.articles import Scope
from bot.errors import NotFound
from bot.services import Services


async def test_a_text_is_kept_under_one_short_name(services: Services) -> None:
    name = await services.key_value.store_text("tram OR bus" * 50)
    assert await services.key_value.store_text("tram OR bus" * 50) == name
    assert await services.key_value.store_text("another") != name
    assert len(name) == 20
    assert await services.key_value.load_text(name) == "tram OR bus" * 50


async def test_a_name_of_nothing_is_explained(services: Services) -> None:
    with pytest.raises(NotFound) as caught:
        await services.key_value.load_text("0" * 20)
    assert caught.value.key == "stale-button"


async def test_an_upload_lasts_as_long_as_it_is_used(services: Services, tmp_path: Path) -> None:
    async with services.uploads.hold(b"a dump") as path:
        assert path.read_bytes() == b"a dump"
        assert path.is_relative_to(tmp_path / "data")
    assert not path.parent.exists()
    with pytest.raises(KeyError):
        async with services.uploads.hold(b"another") as path:
            raise KeyError
    assert not path.parent.exists()


async def test_uploads_that_were_left_are_forgotten(services: Services, tmp_path: Path) -> None:
    left = tmp_path / "data" / "upload-left"
    left.mkdir()
    async with services.uploads.hold(b"in use") as path:
        await services.uploads.remove_unused()
        assert path.exists()
    assert not left.exists()
    assert (tmp_path / "data" / "corpus.db").exists()


async def test_sources_complete_from_what_is_in_scope(loaded: Services) -> None:
    assert set(await loaded.browsing.values(Scope(None), "source", "")) == {
        "courier.example",
        "islander.example",
    }
    assert await loaded.browsing.values(Scope(None), "source", "COUR") == ("courier.example",)
    assert await loaded.browsing.values(Scope(None), "source", "lander") == ("islander.example",)
    assert await loaded.browsing.values(Scope(7, shared=False), "source", "") == ()
