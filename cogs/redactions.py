"""Edits posts whose threads were undone or erased, in the background or when a moderator requests it."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.clock import Clock, system_clock
from bot.i18n import msg
from bot.ui.kit import notices, post_strings
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.context import Interaction, NewsdeskClient, moderated_guild
from bot.ui.kit.responses import replace_card
from bot.ui.posts.discord_editor import DiscordEditor


class Redactions(commands.Cog):
    """Edits posts in the background, and records deleted ones."""

    def __init__(self, bot: NewsdeskClient, clock: Clock = system_clock) -> None:
        self._bot = bot
        self._posts = bot.services.posts
        self._clock = clock
        self._redactor = bot.services.workers.edits(DiscordEditor(bot), clock=clock)
        self._started = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        if not self._started:
            self._started = True
            self._redactor.start()
        await self._record_servers()

    @commands.Cog.listener()
    async def on_shard_ready(self, shard: int) -> None:
        await self._record_servers()

    async def _record_servers(self) -> None:
        await self._posts.servers({guild.id for guild in self._bot.guilds}, self._clock())

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._record_servers()

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._posts.server_left(guild.id, self._clock())

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        await self._posts.messages_deleted([payload.message_id], self._clock())

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        await self._posts.messages_deleted(payload.message_ids, self._clock())

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._posts.channel_deleted(channel.guild.id, channel.id, self._clock())

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        await self._posts.channel_deleted(thread.guild_id, thread.thread_id, self._clock())

    async def cog_unload(self) -> None:
        await self._redactor.end()


class RedactButton(DynamicComponent, template=r"redact\d+:-"):
    """The button that edits the posts that show undone content."""

    async def on_press(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        await interaction.response.defer()
        posts = interaction.client.services.posts
        edited = await posts.wait_until_edited(await posts.edit_marked(guild, system_clock()))
        text = "\n".join(post_strings.fates(edited)) or msg("posts-none-marked")
        await replace_card(interaction, notices.text(text))


async def setup(bot: NewsdeskClient) -> None:
    bot.add_dynamic_items(RedactButton)
    await bot.add_cog(Redactions(bot))
