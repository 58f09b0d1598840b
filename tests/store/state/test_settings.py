"""The bot's own state survives, whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.server_settings import ServerSettings
from bot.store.state import key_value
from bot.store.state.key_value import KeyValueStore
from bot.store.state.settings import SettingsStore
from tests.support.state_engines import state_at


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[KeyValueStore]:
    store = KeyValueStore.open(state_at(tmp_path))
    yield store
    await store.close()


async def test_settings_have_defaults_and_are_kept(tmp_path: Path) -> None:
    store = SettingsStore.open(state_at(tmp_path))
    assert await store.get(7) == ServerSettings(7)
    chosen = ServerSettings(7, moderator_role=1 << 62, shared_archive=False)
    await store.save(ServerSettings(7, moderator_role=5))
    await store.save(chosen)
    assert await store.get(7) == chosen
    assert await store.get(8) == ServerSettings(8)
    again = SettingsStore.open(state_at(tmp_path))
    assert await again.get(7) == chosen
    await again.close()
    await store.close()


async def test_values_are_kept(store: KeyValueStore) -> None:
    assert await store.get("commands") is None
    await store.set("commands", "abc")
    await store.set("commands", "def")
    assert await store.get("commands") == "def"
    await store.delete(["commands", "another"])
    assert await store.get("commands") is None
    await store.increment(["asked", "answered"])
    await store.increment(["asked"])
    assert (await store.get("asked"), await store.get("answered")) == ("2", "1")


async def test_keys_are_found_by_prefix_and_value(store: KeyValueStore) -> None:
    for name, value in {
        "a_b:1": "new",
        "a_b:2": "old",
        "axb:3": "new",
        "A_B:4": "new",
        "a_b:": "new",
    }.items():
        await store.set(name, value)
    assert set(await store.keys("a_b:", "new")) == {"a_b:1", "a_b:"}


async def test_kept_texts_stay_until_there_are_too_many(
    store: KeyValueStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_value, "MAX_STORED_TEXTS", 3)
    for name in "abcd":
        await store.store_text(name, name * 200)
        await store.store_text(name, "another")
        assert await store.load_text(name) == name * 200
    for name in "efg":
        await store.store_text(name, name * 200)
    assert [await store.load_text(name) for name in "abcdh"] == [None] * 5
    assert await store.load_text("g") == "g" * 200


async def test_many_tasks_may_write_at_once(store: KeyValueStore) -> None:
    await asyncio.gather(*(store.set(f"fact {number}", str(number)) for number in range(50)))
    facts = await asyncio.gather(*(store.get(f"fact {number}") for number in range(50)))
    assert facts == [str(number) for number in range(50)]


async def test_a_text_that_is_kept_again_is_not_the_oldest_any_more(
    store: KeyValueStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_value, "MAX_STORED_TEXTS", 4)
    for name in "abcade":
        await store.store_text(name, name)
    assert [await store.load_text(name) for name in "abcde"] == ["a", None, "c", "d", "e"]


async def test_two_bots_lose_none_of_their_changes(tmp_path: Path) -> None:
    bots = [SettingsStore.open(state_at(tmp_path)), SettingsStore.open(state_at(tmp_path))]
    servers = range(1, 31)
    for _ in range(3):
        await asyncio.gather(
            *(bots[0].change(guild, shared_archive=False, moderator_role=guild) for guild in servers),
            *(bots[1].change(guild, adult=True, digest_channel=guild) for guild in servers),
        )
    for guild in servers:
        found = await bots[0].get(guild)
        assert (found.shared_archive, found.adult) == (False, True)
        assert (found.moderator_role, found.digest_channel) == (guild, guild)
    for bot in bots:
        await bot.close()
