"""What a server chooses: for its moderators."""

from __future__ import annotations

from discord import app_commands, ui
from discord.ext import commands

from bot.digests import known_zone
from bot.errors import NotAllowed
from bot.models import ServerSettings
from bot.ui import desk_cards, pages, planning
from bot.ui.answer import answer, replace
from bot.ui.card import Card
from bot.ui.desk import Desk, Interaction, Reader, manages, moderated_guild
from bot.ui.press import Pressed


class Settings(commands.Cog):
    """One panel for a server."""

    @app_commands.command()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    @app_commands.describe(zone="Time zone of scheduled digests, such as Europe/Berlin")
    @app_commands.autocomplete(zone=planning.zones)
    async def settings(
        self, interaction: Interaction, zone: app_commands.Range[str, 1, 60] | None = None
    ) -> None:
        """Who may load dumps here, which archives are read, and the time zone of digests"""

        async def draw(reader: Reader) -> Card:
            guild = pages.moderated(reader)
            if zone is not None:
                changed = await reader.library.change_settings(guild, zone=known_zone(zone).key)
                return _panel(interaction, changed)
            return _panel(interaction, await reader.library.settings(guild))

        await answer(interaction, draw)


def _panel(interaction: Interaction, chosen: ServerSettings) -> Card:
    guild, role = interaction.guild, chosen.moderator_role
    there = guild is not None and role is not None and guild.get_role(role) is not None
    return desk_cards.settings(chosen, role if there else None)


class RoleChoice(Pressed, template=r"role\d+:-"):
    """The role whose members are moderators; only who may manage the server appoints them."""

    async def pressed(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        if not manages(interaction):
            raise NotAllowed("managers-only")
        assert isinstance(self.item, ui.RoleSelect)  # noqa: S101 - only role lists have such an id
        role = self.item.values[0].id if self.item.values else None
        changed = await interaction.client.library.change_settings(guild, moderator_role=role)
        await replace(interaction, _panel(interaction, changed))


class SharedSwitch(Pressed, template=r"shared\d+:(?P<to>on|off)"):
    """Whether the operator's shared archive is read here."""

    async def pressed(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        on = self.found["to"] == "on"
        changed = await interaction.client.library.change_settings(guild, shared_archive=on)
        await replace(interaction, _panel(interaction, changed))


async def setup(bot: Desk) -> None:
    bot.add_dynamic_items(RoleChoice, SharedSwitch)
    await bot.add_cog(Settings())
