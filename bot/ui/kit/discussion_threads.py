"""The records of threads that the bot opened for articles."""

from __future__ import annotations

from bot.ui.kit.context import NewsdeskClient


async def record_thread(client: NewsdeskClient, thread: int, article: int) -> None:
    """Records that a thread was opened for an article."""
    await client.services.key_value.set(_article_key(thread), str(article))


async def article_of_thread(client: NewsdeskClient, thread: int) -> int | None:
    """The id of the article for which the bot opened this thread; None for other threads."""
    text = await client.services.key_value.get(_article_key(thread))
    return int(text) if text else None


async def is_first_hint(client: NewsdeskClient, thread: int) -> bool:
    """Whether this is a thread for an article and no hint has been shown in it yet; records the hint."""
    if await article_of_thread(client, thread) is None or await client.services.key_value.get(
        _hint_key(thread)
    ):
        return False
    await client.services.key_value.set(_hint_key(thread), "1")
    return True


async def erase_thread(client: NewsdeskClient, thread: int) -> None:
    """Removes the records of a deleted thread."""
    if await article_of_thread(client, thread) is not None:
        await client.services.key_value.delete(_article_key(thread), _hint_key(thread))


def _article_key(thread: int) -> str:
    return f"thread:{thread}"


def _hint_key(thread: int) -> str:
    return f"hinted:{thread}"
