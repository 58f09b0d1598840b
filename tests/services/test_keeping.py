"""What the bot keeps for a while: long searches, files that members sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.articles import Scope
from bot.errors import NotFound
from bot.services import Library


async def test_a_text_is_kept_under_one_short_name(library: Library) -> None:
    name = await library.keep("tram OR bus" * 50)
    assert await library.keep("tram OR bus" * 50) == name
    assert await library.keep("another") != name
    assert len(name) == 20
    assert await library.kept(name) == "tram OR bus" * 50


async def test_a_name_of_nothing_is_explained(library: Library) -> None:
    with pytest.raises(NotFound) as caught:
        await library.kept("0" * 20)
    assert caught.value.key == "stale-button"


async def test_an_upload_lasts_as_long_as_it_is_used(library: Library, tmp_path: Path) -> None:
    async with library.upload(b"a dump") as path:
        assert path.read_bytes() == b"a dump"
        assert path.is_relative_to(tmp_path / "data")
    assert not path.parent.exists()
    with pytest.raises(KeyError):
        async with library.upload(b"another") as path:
            raise KeyError
    assert not path.parent.exists()


async def test_uploads_that_were_left_are_forgotten(library: Library, tmp_path: Path) -> None:
    left = tmp_path / "data" / "upload-left"
    left.mkdir()
    async with library.upload(b"in use") as path:
        await library.forget_uploads()
        assert path.exists()
    assert not left.exists()
    assert (tmp_path / "data" / "corpus.db").exists()


async def test_sources_complete_from_what_is_in_scope(loaded: Library) -> None:
    assert set(await loaded.sources(Scope(None), "")) == {"courier.example", "islander.example"}
    assert await loaded.sources(Scope(None), "COUR") == ("courier.example",)
    assert await loaded.sources(Scope(None), "lander") == ("islander.example",)
    assert await loaded.sources(Scope(7, shared=False), "") == ()
