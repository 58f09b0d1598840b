"""Loading dumps, and taking loads back: for moderators."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import NotFound
from bot.models import Scope
from bot.ui import load_cards, options, pages, phrases
from bot.ui.answer import answer, replace, tell
from bot.ui.card import Card
from bot.ui.desk import Desk, Interaction, Reader, moderated_guild, person
from bot.ui.load_message import Following, check_size, loading, refresh
from bot.ui.press import Pressed


@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
class Archive(commands.GroupCog, name="archive", description="Load dumps into this server's archive"):
    """Discord shows these commands to members who may manage the server; who may use them is asked again."""

    def __init__(self) -> None:
        self._following = Following()

    async def cog_unload(self) -> None:
        await self._following.end()

    @app_commands.command()
    @app_commands.describe(file="A page (.txt), or a .zip, .tar, .tar.gz, .gz or .zst of pages")
    async def load(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Load a dump of articles and comments into this server's archive"""
        guild = await moderated_guild(interaction)
        check_size(interaction, file)
        told = loading(interaction.client.library, guild, file, person(interaction))
        await self._following.follow(interaction, file.filename, told)

    @app_commands.command()
    async def loads(self, interaction: Interaction) -> None:
        """List the last loads, each with its receipt"""
        await answer(interaction, pages.loads)

    @app_commands.command()
    @app_commands.describe(load="The number of the load")
    @app_commands.autocomplete(load=options.loads)
    async def undo(self, interaction: Interaction, load: app_commands.Range[int, 1]) -> None:
        """Take back what a load brought"""
        await answer(interaction, lambda reader: _question(reader, load, 0))

    @app_commands.command()
    async def stats(self, interaction: Interaction) -> None:
        """What this server's archive holds"""
        await answer(interaction, _stats)


async def _question(reader: Reader, load: int, message: int) -> Card:
    return load_cards.undo_question(await pages.own_receipt(reader, load), message)


async def _stats(reader: Reader) -> Card:
    guild = pages.moderated(reader)
    own = await reader.library.stats(Scope(guild, shared=False))
    shared = await reader.library.stats(Scope(None, shared=True)) if reader.scope.shared else None
    return load_cards.stats(own, shared, reader.command("archive load"))


class LoadButton(Pressed, template=r"(?P<verb>cancel|undo|retract)\d+:(?P<load>\d+)(\.(?P<message>\d+))?"):
    """The buttons of a load: Cancel while it runs, Undo on its receipt, and the question in between."""

    async def pressed(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        load, message = int(self.found["load"]), int(self.found["message"] or 0)
        match self.found["verb"]:
            case "cancel":
                await _cancel(interaction, guild, load)
            case "undo":
                await _ask(interaction, load)
            case _:
                await _retract(interaction, guild, load, message)


async def _cancel(interaction: Interaction, guild: int, load: int) -> None:
    if not interaction.client.library.cancel_load(guild, load):
        raise NotFound("load-not-running", load=load)
    await tell(interaction, phrases.CANCELLING.format(load=load))


async def _ask(interaction: Interaction, load: int) -> None:
    pressed = interaction.message
    message = pressed.id if pressed is not None and not pressed.flags.ephemeral else 0
    await answer(interaction, lambda reader: _question(reader, load, message))


async def _retract(interaction: Interaction, guild: int, load: int, message: int) -> None:
    await interaction.response.defer()
    library = interaction.client.library
    undone = await library.undo(guild, load, person(interaction))
    await replace(interaction, load_cards.undone(undone, person(interaction)))
    await refresh(interaction, message, await library.receipt(guild, load))


async def setup(bot: Desk) -> None:
    bot.add_dynamic_items(LoadButton)
    await bot.add_cog(Archive())
