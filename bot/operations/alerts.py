"""Notifies the operator of troubles, each once, through a webhook or a direct message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

import aiohttp
import discord

from bot.domain.status import Trouble
from bot.i18n import msg, use_language
from bot.services.troubles import Troubles
from bot.ui.kit.markdown import line
from bot.ui.status.strings import trouble_text

TIMEOUT_SECONDS = 20.0

Send = Callable[[str], Awaitable[None]]
"""Sends a text; raises OSError, aiohttp.ClientError or discord.DiscordException."""

_log = logging.getLogger(__name__)


class Alerts:
    """Sends what is new, in the operator's language. The log never has the target, which may be a secret."""

    def __init__(
        self, target: str | None, troubles: Troubles, language: str, client: discord.Client | None = None
    ) -> None:
        self.target = target
        self.client = client
        self._troubles = troubles
        self._language = language
        self._turn = asyncio.Lock()

    async def notify(self) -> None:
        """Sends one message for each open trouble that is new; where that fails, it is sent at the next
        call."""
        async with self._turn:
            with use_language(self._language):
                for trouble in self._troubles.all():
                    if not trouble.notified and (send := self._send()) is not None:
                        await self._notify_of(trouble, send)

    def _send(self) -> Send | None:
        if self.target is None:
            return None
        if not self.target.isdigit():
            return partial(_post, self.target)
        return None if self.client is None else partial(_message, self.client, int(self.target))

    async def _notify_of(self, trouble: Trouble, send: Send) -> None:
        text = msg("alert", text=trouble_text(trouble, line))
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await send(text)
        except (OSError, aiohttp.ClientError, discord.DiscordException) as error:
            status = getattr(error, "status", "")
            _log.warning("the alert about %s was not sent: %s %s", trouble.kind, type(error).__name__, status)
        else:
            self._troubles.mark_notified(trouble.kind)


async def _post(url: str, text: str) -> None:
    """Posts to a webhook of Discord, which reads `content`, or of Slack and its kind, which read `text`."""
    quiet = text.replace("<", "‹").replace("@", "@\u200b")
    body = {"content": text, "text": quiet, "allowed_mentions": {"parse": []}}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json=body, allow_redirects=False, raise_for_status=True),
    ):
        pass


async def _message(client: discord.Client, user: int, text: str) -> None:
    recipient = client.get_user(user) or await client.fetch_user(user)
    await recipient.send(text, allowed_mentions=discord.AllowedMentions.none())


async def notify_before_start(alerts: Alerts, token: str) -> None:
    """Reports why the bot does not start, without a connection to the gateway."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        if alerts.target is not None and alerts.target.isdigit():
            try:
                await client.login(token)
            except (OSError, aiohttp.ClientError, discord.DiscordException) as error:
                _log.warning("the alert was not sent: %s", type(error).__name__)
                return
            alerts.client = client
        await alerts.notify()
