"""Cards that members share or post, remembered with the threads that they show."""

from __future__ import annotations

import re

import discord

from bot.clock import system_clock
from bot.posts import PostKind
from bot.ui.card import Card
from bot.ui.desk import Interaction

_ADDRESS = re.compile(r"([atcdhmn])(\d+)(?:\.\d+)*")


async def remember(
    interaction: Interaction, card: Card, message: discord.Message, kind: PostKind, where: str
) -> None:
    """Keeps what a card shows that was posted for all to see; `where` is its address."""
    assert interaction.guild_id is not None  # noqa: S101 - cards are posted in servers only
    posts, guild = interaction.client.library.posts, interaction.guild_id
    prints = await posts.prints(guild, *shown_in(card))
    place, by = message.channel.id, interaction.user.id
    await posts.remember(guild, place, message.id, kind, where, prints, system_clock(), by=by)


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
