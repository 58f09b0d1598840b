"""Replies to interactions with cards: in time, privately or in place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from bot.ui.kit.card import Card
from bot.ui.kit.context import Interaction, Viewer, viewer_of

Render = Callable[[Viewer], Coroutine[Any, Any, Card]]
"""Renders the card for a viewer."""

DEFER_AFTER_SECONDS = 1.5
"""The delay after which a reply is deferred; Discord expects one within three seconds."""


async def respond(interaction: Interaction, render: Render) -> None:
    """Replies to a command or a press with a card that only the member sees; in a direct message to the bot,
    with an ordinary one."""
    private = not interaction.context.dm_channel
    card = await _render(interaction, render, ephemeral=private, thinking=True)
    if interaction.response.is_done():
        await replace_card(interaction, card)
    else:
        await interaction.response.send_message(view=card, files=card.attachments(), ephemeral=private)


async def update(interaction: Interaction, render: Render) -> None:
    """Replaces the pressed card if only the member sees it, else replies with a new one."""
    if is_own(interaction):
        await replace_card(interaction, await _render(interaction, render))
    else:
        await respond(interaction, render)


async def replace_card(interaction: Interaction, card: Card) -> None:
    """Replaces the pressed card."""
    if interaction.response.is_done():
        await interaction.edit_original_response(view=card, attachments=card.attachments())
    else:
        await interaction.response.edit_message(view=card, attachments=card.attachments())


def is_own(interaction: Interaction) -> bool:
    """Whether only the member sees the pressed card, or it is in a direct message."""
    message = interaction.message
    return message is not None and (message.flags.ephemeral or interaction.context.dm_channel)


async def defer_if_slow(
    work: Coroutine[Any, Any, Card], seconds: float, deferred: AbstractAsyncContextManager[Any]
) -> Card:
    """Returns the result of `work`; if it takes longer than DEFER_AFTER_SECONDS, the rest runs within
    `deferred`."""
    task = asyncio.create_task(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if done:
            return task.result()
        async with deferred:
            return await task
    finally:
        task.cancel()


async def _render(interaction: Interaction, render: Render, **defer: bool) -> Card:
    """Renders the card; if that is slow, defers the reply with these options of discord.py."""

    async def work() -> Card:
        return await render(await viewer_of(interaction))

    @asynccontextmanager
    async def deferred() -> AsyncGenerator[None]:
        await interaction.response.defer(**defer)
        yield

    return await defer_if_slow(work(), DEFER_AFTER_SECONDS, deferred())
