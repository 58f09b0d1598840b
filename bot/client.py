"""The Discord client: it is given the services, and discovers its commands in `cogs`."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import importlib.util
import json
import logging
import pkgutil
import signal
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.clock import system_clock
from bot.config import Config
from bot.domain.shards import ShardPlan
from bot.errors import UserError
from bot.i18n import ENGLISH
from bot.i18n import checksum as catalogue_checksum
from bot.operations import logs
from bot.operations.alerts import Alerts, notify_before_start
from bot.operations.operations import operating
from bot.operations.sharding import ShardConnections, SharedCooldown, SharedRateLimiter
from bot.services import Services, open_services
from bot.services.backups import BackupPlan
from bot.services.shards.shard_service import ShardService, open_shards
from bot.services.troubles import Troubles
from bot.ui.kit.context import Interaction, NewsdeskClient
from bot.ui.kit.cooldown import Cooldown
from bot.ui.kit.error_reply import reply_error
from bot.ui.kit.language import CommandTranslator, speak_members_language
from bot.ui.kit.rate_limit import Limiter, drop_expired_limits, rate_limit_trace, release_when_cancelled
from bot.ui.kit.servers import ServersElsewhere
from bot.ui.loads.tracker import LoadTracker
from bot.ui.navigation import NavigationButton, NavigationSelect

WRONG_TOKEN = 4004
"""The code with which Discord closes a session whose token was reset."""
UNREACHABLE = 69
"""The exit code where Discord cannot be reached: sysexits' EX_UNAVAILABLE."""

_log = logging.getLogger(__name__)


def extensions() -> list[str]:
    """The names of the modules in `cogs`; a new one needs no registration."""
    package = importlib.util.find_spec("cogs")
    assert package is not None  # noqa: S101 - installed together
    return [module.name for module in pkgutil.iter_modules(package.submodule_search_locations, "cogs.")]


class Tree(app_commands.CommandTree[NewsdeskClient]):
    """Commands are available in servers that invited the bot. Those that are not for servers only are also
    available in direct messages, and everywhere to people who installed the bot for themselves."""

    def __init__(self, client: NewsdeskClient) -> None:
        super().__init__(client, allowed_installs=app_commands.AppInstallationType(guild=True))

    def add_command(self, command: Any, /, **where: Any) -> None:
        # As the tree's default they would also apply to commands for servers only.
        if command.allowed_contexts is None:
            command.allowed_contexts = app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            )
            command.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)
        super().add_command(command, **where)

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        speak_members_language(interaction)
        return True

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        if interaction.type is discord.InteractionType.autocomplete:
            _log.error("completion failed", exc_info=error)
            return
        await reply_error(interaction, error)


class NewsdeskBot(NewsdeskClient):
    """The bot: answers commands and component presses through the services."""

    def __init__(
        self, services: Services, cooldown: Cooldown | None = None, limiter: Limiter | None = None
    ) -> None:
        # Newsdesk has no voice: what that lacks is no news.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            # Only messages that mention the bot or are sent to it directly have content; servers are needed
            # for their channels and permissions.
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            http_trace=rate_limit_trace(lambda: drop_expired_limits(self.http), limiter),
        )
        release_when_cancelled(self.http)
        self.services = services
        self.load_tracker: LoadTracker = LoadTracker(services)
        self.cooldown = cooldown or Cooldown()
        self._command_ids: dict[str, int] = {}

    async def setup_hook(self) -> None:
        """Runs once, after the login and before the first event."""
        await self.services.uploads.remove_unused()
        await self.services.exports.remove_unused()
        self.add_dynamic_items(NavigationButton, NavigationSelect)
        for name in extensions():
            await self.load_extension(name)
        await self.tree.set_translator(CommandTranslator())
        async with self.services.shards.turn("commands"):
            await self._sync()
        self.load_tracker.keep_resuming(self)

    def mention_command(self, name: str) -> str:
        id_ = self._command_ids.get(name.split()[0])
        return f"/{name}" if id_ is None else f"</{name}:{id_}>"

    async def _sync(self) -> None:
        """Syncs the commands with Discord if they differ from the last synced ones, or from those that
        Discord has."""
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        payload.sort(key=lambda command: (command["type"], command["name"]))
        # Not of the translated commands, as translating them takes a third of a second.
        described = json.dumps([payload, catalogue_checksum()], sort_keys=True)
        checksum = hashlib.sha256(described.encode()).hexdigest()
        key = f"commands:{self.application_id}"
        synced = await self.tree.fetch_commands()
        same_names = {command.name for command in synced} == {command["name"] for command in payload}
        if not same_names or await self.services.key_value.get(key) != checksum:
            synced = await self.tree.sync()
            await self.services.key_value.set(key, checksum)
            _log.info("told Discord %d commands", len(synced))
        self._command_ids = {command.name: command.id for command in synced}

    async def on_message(self, message: discord.Message, /) -> None:
        """Does nothing, as there are no text commands; listeners in cogs still receive messages."""

    async def on_resumed(self) -> None:
        self._set_connected(True)

    async def on_disconnect(self) -> None:
        self._set_connected(False)

    def _set_connected(self, connected: bool) -> None:
        if connected != self.connected:
            self.connected = connected
            self.link_changed(connected)

    async def on_ready(self) -> None:
        self._set_connected(True)
        _log.info("ready as %s in %d servers", self.user, len(self.guilds))


class ShardedNewsdeskBot(NewsdeskBot, commands.AutoShardedBot):
    """The bot as one of several processes."""

    def __init__(self, services: Services, shards: ShardService, cooldown: Cooldown) -> None:
        super().__init__(services, cooldown, SharedRateLimiter(shards))
        self._shard_connections = ShardConnections(self, shards)
        self.servers_elsewhere = ServersElsewhere(self.fetch_guild, time.monotonic)

    async def launch_shards(self) -> None:
        """Called by discord.py, in place of its own."""
        await self._shard_connections.launch()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        await self._shard_connections.wait_to_identify(shard_id or 0)

    async def close(self) -> None:
        await self._shard_connections.close()
        await super().close()

    async def on_stand_by(self) -> None:
        """A process that waits for shards lacks nothing."""
        self._set_connected(True)

    async def on_shard_ready(self, shard: int) -> None:
        if not self._shard_connections.is_ready(shard):
            return
        self._set_connected(self._shard_connections.all_connected)
        _log.info("shard %d is ready", shard)
        # What its servers wait for may have come due while nobody served them.
        for service in (self.services.digests, self.services.follows, self.services.posts):
            service.changed.notify()
        self.load_tracker.resume_all(self)

    async def on_shard_connect(self, shard: int) -> None:
        await self._shard_connections.has_connected(shard)

    async def on_shard_resumed(self, shard: int) -> None:
        await self._shard_connections.has_connected(shard)
        self._set_connected(self._shard_connections.all_connected)

    async def on_shard_disconnect(self, shard: int) -> None:
        self._shard_connections.has_disconnected(shard)
        self._set_connected(self._shard_connections.all_connected)

    async def on_resumed(self) -> None:
        """Each shard has its own event."""

    async def on_disconnect(self) -> None:
        """Each shard has its own event."""


def _new_bot(services: Services, config: Config) -> NewsdeskBot:
    shards = services.shards
    if not isinstance(shards, ShardService):
        return NewsdeskBot(services, Cooldown(config.ask_member, config.ask_channel))
    return ShardedNewsdeskBot(services, shards, SharedCooldown(shards, config.ask_member, config.ask_channel))


async def serve(
    config: Config,
    read: Callable[[], Config] | None = None,
    language: str = ENGLISH,
    plan: ShardPlan | None = None,
) -> int:
    """Runs the bot until a signal stops it; returns the exit code. `read` reads the settings again,
    `language` is the operator's, and with a `plan` this is one of several processes."""
    assert config.token is not None  # noqa: S101 - `run` is called with a configuration that has one
    troubles = Troubles(config.data)
    try:
        return await _serve(config, config.token, troubles, read or (lambda: config), language, plan)
    except UserError as error:
        troubles.note_error(error.key, error.fields)
        await notify_before_start(Alerts(config.alert, troubles, language), config.token)
        raise


async def _serve(
    config: Config,
    token: str,
    troubles: Troubles,
    read: Callable[[], Config],
    language: str,
    plan: ShardPlan | None,
) -> int:
    async with (
        open_shards(config.data, plan, system_clock) as shards,
        open_services(
            config.data,
            load_max_mb=config.load_max_mb,
            zst_window_mb=config.zst_window_mb,
            server_limits=config.server_limits,
            vectors=config.vectors,
            drop=config.drop,
            model=config.model,
            ask_log=config.ask_log,
            backups=BackupPlan(config.backups, config.backup_time, config.backup_keep),
            troubles=troubles,
            policy=config.policy,
            shards=shards,
        ) as services,
        _new_bot(services, config) as bot,
        _watching(services, config),
        operating(bot, services, config, read, language) as alerts,
    ):
        # Exempt existing objects from garbage collection: a full one blocks the event loop for 30 ms.
        gc.freeze()
        session = asyncio.create_task(bot.start(token))
        _end_on_signals(session)
        try:
            await session
        except asyncio.CancelledError:
            _log.info("ending")
        except (discord.LoginFailure, discord.ConnectionClosed) as error:
            if isinstance(error, discord.ConnectionClosed) and error.code != WRONG_TOKEN:
                raise
            _log.error("Discord does not take DISCORD_TOKEN: copy it anew from the developer portal.")
            troubles.note("token")
            await alerts.notify()
            return 2
        except OSError as error:
            _log.error("Discord cannot be reached: %s", error)
            return UNREACHABLE
    return 0


@asynccontextmanager
async def _watching(services: Services, config: Config) -> AsyncGenerator[None]:
    """Makes backups, and loads new files in the drop folder, if the operator has enabled it."""
    shards = services.shards
    tasks = [asyncio.create_task(shards.while_first(services.backups.run))]
    if config.drop_watch:
        tasks.append(asyncio.create_task(shards.while_first(services.drop_folder_watcher.run)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def run(
    config: Config,
    read: Callable[[], Config] | None = None,
    language: str = ENGLISH,
    plan: ShardPlan | None = None,
) -> int:
    """Runs the bot in the foreground and returns the exit code: 0 after Ctrl-C or SIGTERM, 69 if Discord
    cannot be reached, 2 if it rejects the token."""
    logs.set_up(config.log_level, config.log_format)
    return asyncio.run(serve(config, read, language, plan))


def _end_on_signals(session: asyncio.Task[Any]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, session.cancel)
