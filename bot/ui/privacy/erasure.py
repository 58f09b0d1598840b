"""The erasure of an author by a moderator: the question, and the work with its result."""

from __future__ import annotations

from bot.clock import system_clock
from bot.domain.articles import author_name
from bot.errors import BadInput
from bot.ui.kit.card import Card
from bot.ui.kit.context import Interaction, Viewer, person
from bot.ui.kit.truncate import utf16_length
from bot.ui.privacy import cards


async def question(viewer: Viewer, author: str) -> Card:
    """Asks for confirmation. Raises NotAllowed("moderators-only") and BadInput("no-name")."""
    guild = viewer.moderated_guild()
    if author_name(author) is None or utf16_length(author) > cards.MAX_NAME:
        raise BadInput("no-name")
    return cards.erasure_question(author, await viewer.services.erasure.preview(guild, author))


async def erase(interaction: Interaction, guild: int, author: str) -> Card:
    """Erases an author from the server's archive and posts, and renders the result. Raises what
    `ErasureService.erase` raises."""
    services, by = interaction.client.services, person(interaction)
    erased = await services.erasure.erase(guild, author, by)
    edited = await services.posts.wait_until_edited(await services.posts.author_erased(guild, system_clock()))
    return cards.erased(author, erased, by, edited, await services.erasure.backups())
