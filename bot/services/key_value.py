"""Small values by key, and long texts by short names."""

from __future__ import annotations

import hashlib

from bot.errors import NotFound
from bot.store.state.key_value import KeyValueStore


class KeyValueService:
    """Values by key, such as the hash of the commands that were last synced, and stored texts."""

    def __init__(self, store: KeyValueStore) -> None:
        self._store = store

    async def get(self, key: str) -> str | None:
        """Returns the value, or None."""
        return await self._store.get(key)

    async def keys(self, prefix: str, value: str) -> tuple[str, ...]:
        """Returns the keys with this prefix that have this value."""
        return await self._store.keys(prefix, value)

    async def set(self, key: str, value: str) -> None:
        """Stores the value, replacing an earlier one."""
        await self._store.set(key, value)

    async def delete(self, *keys: str) -> None:
        """Deletes those of the keys that exist."""
        await self._store.delete(keys)

    async def store_text(self, text: str, guild: int | None = None) -> str:
        """Stores a text and returns its short name, which is always the same for the same text. It is deleted
        with the data of the server for which it is stored, unless others have stored the same."""
        name = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=10).hexdigest()
        await self._store.store_text(name, text, guild)
        return name

    async def load_text(self, name: str) -> str:
        """Returns the text with this name. Raises NotFound("stale-button")."""
        text = await self._store.load_text(name)
        if text is None:
            raise NotFound("stale-button")
        return text
