"""Posts whose threads were taken back or forgotten: edited by themselves, or when a moderator wants it."""

from __future__ import annotations

from discord.ext import commands

from bot.clock import Clock, system_clock
from bot.library.posts import Redactor
from bot.ui import desk_cards, post_phrases
from bot.ui.answer import replace
from bot.ui.desk import Desk, Interaction, moderated_guild
from bot.ui.editor import DiscordEditor
from bot.ui.press import Pressed


class Redactions(commands.Cog):
    """What edits posts in the background."""

    def __init__(self, bot: Desk, clock: Clock = system_clock) -> None:
        self._redactor = Redactor(bot.library.posts, DiscordEditor(bot), clock=clock)
        self._started = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        if not self._started:
            self._started = True
            self._redactor.start()

    async def cog_unload(self) -> None:
        await self._redactor.end()


class RedactButton(Pressed, template=r"redact\d+:-"):
    """Has the posts edited that show what was taken back."""

    async def pressed(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        await interaction.response.defer()
        posts = interaction.client.library.posts
        found = await posts.settled(await posts.redact(guild, system_clock()))
        said = "\n".join(post_phrases.fates(found)) or post_phrases.NONE
        await replace(interaction, desk_cards.text(said))


async def setup(bot: Desk) -> None:
    bot.add_dynamic_items(RedactButton)
    await bot.add_cog(Redactions(bot))
