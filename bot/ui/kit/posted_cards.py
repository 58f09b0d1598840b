"""Cards that members share or post, remembered with the threads that they show."""

from __future__ import annotations

import logging
import re

import discord

from bot.clock import system_clock
from bot.domain.posts import PostKind
from bot.errors import UserError
from bot.services.posts.posts import PostService
from bot.ui.kit import routes
from bot.ui.kit.card import Card
from bot.ui.kit.context import Interaction, NewsdeskClient

_log = logging.getLogger(__name__)
_ADDRESS = re.compile(r"([atcdhmn])(\d+)(?:\.\d+)*")


async def record_card(
    interaction: Interaction, card: Card, message: discord.Message, kind: PostKind, where: str
) -> None:
    """Keeps what a card shows that was posted for all to see; `where` is its address."""
    assert interaction.guild_id is not None  # noqa: S101 - cards are posted in servers only
    posts = interaction.client.services.posts
    await _remember(posts, interaction.guild_id, card, message, kind, where, by=interaction.user.id)


async def record_answer(client: NewsdeskClient, guild: int, card: Card, message: discord.Message) -> None:
    """Keeps what an answer to a message shows."""
    await _remember(client.services.posts, guild, card, message, "posted", routes.ANSWER)


async def _remember(
    posts: PostService,
    guild: int,
    card: Card,
    message: discord.Message,
    kind: PostKind,
    where: str,
    by: int | None = None,
) -> None:
    try:
        prints = await posts.prints(guild, *shown_in(card))
        place, now = message.channel.id, system_clock()
        await posts.remember(guild, place, message.id, kind, where, prints, now, by=by)
    except UserError as error:  # the card is there all the same
        _log.warning("message %d is not remembered: %s", message.id, error.key)


def shown_in(card: Card) -> tuple[list[int], list[int]]:
    """The articles and the comments that the buttons and lists of a card lead to."""
    addresses = []
    for item in card.walk_children():
        if isinstance(item, discord.ui.Button) and item.custom_id:
            addresses.append(item.custom_id.partition(":")[2])
        elif isinstance(item, discord.ui.Select):
            addresses += [option.value for option in item.options]
    found = [match for match in map(_ADDRESS.fullmatch, addresses) if match is not None]
    articles = [int(match[2]) for match in found if match[1] not in "mn"]
    return articles, [int(match[2]) for match in found if match[1] in "mn"]
