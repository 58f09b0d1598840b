"""Logs, at the first start and while the bot is in no server, how to invite it and what is missing."""

from __future__ import annotations

import importlib.util
import logging

import discord
from discord.ext import commands

from bot.ui.kit.context import NewsdeskClient

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)
"""All that Newsdesk ever needs."""
EXTRAS = {"wordllama": "vectors", "trafilatura": "html"}

_log = logging.getLogger(__name__)


class FirstStart(commands.Cog):
    """Tells the operator what comes next."""

    def __init__(self, bot: NewsdeskClient) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        bot, key_value = self._bot, self._bot.services.key_value
        key = f"introduced:{bot.application_id}"
        if bot.guilds and await key_value.get(key):
            return
        scopes = ("bot", "applications.commands")
        link = discord.utils.oauth_url(bot.application_id or 0, permissions=PERMISSIONS, scopes=scopes)
        _log.info("invite Newsdesk to a server: %s", link)
        if any(on for name, on in bot.application_flags if name.startswith("gateway_")):
            _log.info("privileged intents are on in the Developer Portal; Newsdesk needs none, turn them off")
        if not bot.services.backups.is_planned:
            _log.info("no backups are made: set NEWSDESK_BACKUPS to a folder")
        for module, extra in EXTRAS.items():
            if importlib.util.find_spec(module) is None:
                _log.info("the extra %s is not installed: docs/operating.md says what it is for", extra)
        await key_value.set(key, "1")


async def setup(bot: NewsdeskClient) -> None:
    """Adds it to the client."""
    await bot.add_cog(FirstStart(bot))
