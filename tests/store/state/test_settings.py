"""The bot's own state survives, whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.server_settings import ServerSettings
from bot.store.state import settings
from bot.store.state.settings import State


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[State]:
    state = State.open(tmp_path)
    yield state
    await state.close()


async def test_settings_have_defaults_and_are_kept(tmp_path: Path, state: State) -> None:
    assert await state.settings(7) == ServerSettings(7)
    chosen = ServerSettings(7, moderator_role=1 << 62, shared_archive=False)
    await state.save_settings(ServerSettings(7, moderator_role=5))
    await state.save_settings(chosen)
    assert await state.settings(7) == chosen
    assert await state.settings(8) == ServerSettings(8)
    again = State.open(tmp_path)
    assert await again.settings(7) == chosen
    await again.close()


async def test_facts_are_kept(state: State) -> None:
    assert await state.fact("commands") is None
    await state.set_fact("commands", "abc")
    await state.set_fact("commands", "def")
    assert await state.fact("commands") == "def"
    await state.drop_facts(["commands", "another"])
    assert await state.fact("commands") is None
    await state.count(["asked", "answered"])
    await state.count(["asked"])
    assert (await state.fact("asked"), await state.fact("answered")) == ("2", "1")


async def test_kept_texts_stay_until_there_are_too_many(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MAX_STORED_TEXTS", 3)
    for name in "abcd":
        await state.keep(name, name * 200)
        await state.keep(name, "another")
        assert await state.kept(name) == name * 200
    for name in "efg":
        await state.keep(name, name * 200)
    assert [await state.kept(name) for name in "abcdh"] == [None] * 5
    assert await state.kept("g") == "g" * 200


async def test_many_tasks_may_write_at_once(state: State) -> None:
    await asyncio.gather(*(state.set_fact(f"fact {number}", str(number)) for number in range(50)))
    facts = await asyncio.gather(*(state.fact(f"fact {number}") for number in range(50)))
    assert facts == [str(number) for number in range(50)]


async def test_a_text_that_is_kept_again_is_not_the_oldest_any_more(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MAX_STORED_TEXTS", 4)
    for name in "abcade":
        await state.keep(name, name)
    assert [await state.kept(name) for name in "abcde"] == ["a", None, "c", "d", "e"]
