"""The audit list of a server, for its moderators."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.domain.audit import AuditKind
from bot.ui.audit import views
from bot.ui.kit.context import Interaction, NewsdeskClient
from bot.ui.kit.language import localized, localized_choices
from bot.ui.kit.responses import respond

ABOUT = localized_choices(
    {
        "loads": "choice-audit-loads",
        "privacy": "choice-audit-privacy",
        "settings": "choice-audit-settings",
        "digests": "choice-audit-digests",
    }
)


class AuditCommand(commands.Cog):
    """Discord shows this to members with Manage Server; the permission is checked again on use."""

    @app_commands.command(description=localized("command-audit"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    @app_commands.describe(about=localized("option-about"))
    @app_commands.choices(about=ABOUT)
    async def audit(self, interaction: Interaction, about: AuditKind | None = None) -> None:
        kind = views.kind_number(about)
        await respond(interaction, lambda viewer: views.audit(viewer, 0, kind))


async def setup(bot: NewsdeskClient) -> None:
    await bot.add_cog(AuditCommand())
