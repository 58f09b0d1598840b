"""A load in Discord: a message that tells how far it is, and becomes its receipt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import discord

from bot.domain.loads import LoadFilter, Person, Preview, Progress, Receipt
from bot.errors import BadInput
from bot.services import Services
from bot.ui.kit import format
from bot.ui.kit.card import Card
from bot.ui.kit.context import Interaction, can_post
from bot.ui.kit.responses import error_reference, error_text
from bot.ui.loads import cards
from bot.ui.router import receipt_card

EDIT_INTERVAL_SECONDS = 3.0
"""Seconds from one edit of the message to the next; Discord allows about one a second."""
TOKEN_MARGIN = timedelta(minutes=1)
"""Before the interaction's token ends, the message goes on as an ordinary one."""

MessageChannel = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread
"""Where a command can be given in a server."""
LoadEvents = AsyncGenerator[Progress | Receipt | Preview]
"""What is told of a load: how far it is, and at the end what it did or would do."""

QUIET = discord.AllowedMentions.none()
"""Edits of ordinary messages do not take it from the client."""

T = TypeVar("T")
OnProgress = Callable[[], Awaitable[None]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What a member asks to be loaded: a file that they attached, or the name of something in the drop
    folder. A `dry` one is only looked at."""

    guild: int
    by: Person
    attachment: discord.Attachment | None
    path: str | None
    load_filter: LoadFilter
    dry_run: bool

    @property
    def name(self) -> str:
        return self.path or "" if self.attachment is None else self.attachment.filename

    def check(self, interaction: Interaction) -> None:
        """Raises BadInput("nothing-to-load" | "file-and-path" | "attachment-too-large")."""
        if self.attachment is None and self.path is None:
            raise BadInput("nothing-to-load")
        if self.attachment is None:
            return
        if self.path is not None:
            raise BadInput("file-and-path")
        limit = interaction.filesize_limit
        if self.attachment.size > limit:
            sizes = {"size": format.file_size(self.attachment.size), "limit": format.file_size(limit)}
            raise BadInput("attachment-too-large", **sizes)

    async def events(self, services: Services) -> LoadEvents:
        """Does it. Raises BadInput("attachment-gone") and what `LoadService` raises."""
        if self.attachment is None:
            name = self.path or ""
            if self.dry_run:
                yield await services.loads.preview_dropped(name, self.by, self.load_filter)
                return
            async with aclosing(
                services.loads.load_dropped(self.guild, name, self.by, self.load_filter)
            ) as told:
                async for one in told:
                    yield one
            return
        try:
            content = await self.attachment.read()
        except discord.HTTPException:
            raise BadInput("attachment-gone") from None
        async with services.uploads.hold(content) as path:
            if self.dry_run:
                yield await services.loads.preview([path], self.name, self.by, self.load_filter)
                return
            async with aclosing(
                services.loads.load(self.guild, [path], self.name, self.by, self.load_filter)
            ) as told:
                async for one in told:
                    yield one


class LoadTracker:
    """The loads that messages show; they end with the bot."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._tasks: dict[asyncio.Task[None], LoadMessage] = {}
        self._work: dict[int, asyncio.Task[Any]] = {}
        self._resuming: set[asyncio.Task[None]] = set()

    async def follow(self, message: LoadMessage, name: str, told: LoadEvents) -> None:
        """Shows in one message all that is told of a load, and at the end its receipt or what went wrong."""
        task = self.begin(message, name, told)
        try:
            await task
        except asyncio.CancelledError:
            if not message.dropped:
                raise
        finally:
            task.cancel()

    def begin(self, message: LoadMessage, name: str, told: LoadEvents) -> asyncio.Task[None]:
        """`follow` in a task of its own."""
        task = asyncio.create_task(self._show(message, name, told))
        self._tasks[task] = message
        task.add_done_callback(lambda done: self._tasks.pop(done, None))
        return task

    def resume_all(self, client: discord.Client) -> None:
        """Goes on with the loads that were interrupted when the bot before this one ended, in the messages in
        which that showed them."""
        task = asyncio.create_task(self._go_on(client))
        self._resuming.add(task)
        task.add_done_callback(self._resuming.discard)

    def cancel_waiting(self, message: int) -> bool:
        """Gives up the load that waits in the message with this id; False if none does."""
        for task, shown in self._tasks.items():
            if shown.id == message and not shown.load:
                shown.dropped = True
                task.cancel()
                return True
        return False

    async def close(self) -> None:
        """Stops the loads; each message says so."""
        tasks = [*self._tasks, *self._resuming, *self._work.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def run_cancellable(self, load: int, work: Coroutine[Any, Any, T], tell: OnProgress) -> T:
        """What `work` on a load gives; `tell` is awaited every few seconds meanwhile. Raises
        BadInput("undo-cancelled") where `halt` stops it."""
        task = asyncio.create_task(work)
        self._work[load] = task
        try:
            while not (await asyncio.wait({task}, timeout=EDIT_INTERVAL_SECONDS))[0]:
                await tell()
            if task.cancelled():
                raise BadInput("undo-cancelled", load=load)
            return task.result()
        finally:
            task.cancel()
            del self._work[load]

    def cancel(self, load: int) -> bool:
        """Stops the work on a load; False if there is none."""
        task = self._work.get(load)
        return task is not None and task.cancel()

    async def _show(self, message: LoadMessage, name: str, told: LoadEvents) -> None:
        try:
            async with aclosing(told):
                async for one in told:
                    await self._tell(message, name, one)
        except asyncio.CancelledError:
            why = format.LOAD_DROPPED if message.dropped else format.LOAD_INTERRUPTED
            await message.end(cards.failed(name, why))
            raise
        except Exception as error:
            await message.end(cards.failed(name, error_text(error, message.reference, "archive load")))

    async def _go_on(self, client: discord.Client) -> None:
        shown: dict[int, tuple[LoadMessage, str]] = {}
        try:
            async with aclosing(self._services.loads.resume_interrupted()) as told:
                async for one in told:
                    if one.load and one.load not in shown:
                        shown[one.load] = await self._remembered(client, one.load)
                    if one.load:
                        await self._tell(*shown[one.load], one)
                    if isinstance(one, Receipt):
                        del shown[one.load]
        except asyncio.CancelledError:
            for message, name in shown.values():
                await message.end(cards.failed(name, format.LOAD_INTERRUPTED))
            raise
        except Exception:
            _log.exception("interrupted loads were not resumed")

    async def _tell(self, message: LoadMessage, name: str, one: Progress | Receipt | Preview) -> None:
        match one:
            case Receipt():
                await message.end(await receipt_card(self._services, one))
                if one.state != "paused":  # a paused one may be one that the end of the bot interrupted
                    await self._services.key_value.delete(_place_of(one.load))
            case Preview():
                await message.end(cards.preview(name, one))
            case _:
                await self._remember(message, name, one.load)
                await message.tell(name, one)

    async def _remember(self, message: LoadMessage, name: str, load: int) -> None:
        """Keeps where a load is shown, for the bot that starts after this one."""
        if load and not message.known:
            message.load, message.known = load, True
            if message.place is not None:
                await self._services.key_value.set(_place_of(load), f"{message.place}.{name}")

    async def _remembered(self, client: discord.Client, load: int) -> tuple[LoadMessage, str]:
        fact = await self._services.key_value.get(_place_of(load))
        if fact is None:
            return LoadMessage(None, load=load), ""
        channel, message, name = fact.split(".", 2)
        place = client.get_partial_messageable(int(channel)).get_partial_message(int(message))
        return LoadMessage(place, load=load), name


class LoadMessage:
    """The message of one load; `load` is 0 while that has no number yet. Its edits go through the interaction
    while that lives, then through the channel, where the bot may not be allowed to write: then the receipt is
    to be found by a command."""

    def __init__(
        self,
        message: discord.PartialMessage | None,
        interaction: Interaction | None = None,
        note: str = "",
        load: int = 0,
    ) -> None:
        self._message = message
        self._interaction = interaction
        self._note = note
        self._last: Progress | None = None
        self.load = load
        self.known = False
        self.dropped = False

    @classmethod
    async def sent(cls, interaction: Interaction, name: str) -> LoadMessage:
        """Answers a command with the message of a load that begins."""
        channel = interaction.channel
        note = ""
        if not can_post(interaction.app_permissions, channel):
            command = interaction.client.mention_command("archive loads")
            note = f"-# {format.LOAD_OUT_OF_SIGHT.format(loads=command)}"
        card = cards.progress(name, None)
        card.add_text(note)
        sent = await interaction.response.send_message(view=card)
        message = None
        if sent.message_id is not None and isinstance(channel, MessageChannel):
            message = channel.get_partial_message(sent.message_id)
        return cls(message, interaction, note)

    @classmethod
    async def pressed(cls, interaction: Interaction, load: int) -> LoadMessage:
        """Takes the message whose button was pressed for a load that goes on."""
        await interaction.response.defer()
        channel, pressed = interaction.channel, interaction.message
        message = None
        if pressed is not None and not pressed.flags.ephemeral and isinstance(channel, MessageChannel):
            message = channel.get_partial_message(pressed.id)
        return cls(message, interaction, load=load)

    @property
    def id(self) -> int:
        return 0 if self._message is None else self._message.id

    @property
    def place(self) -> str | None:
        """Where it is, as text; None for one that only a single member sees."""
        return None if self._message is None else f"{self._message.channel.id}.{self._message.id}"

    @property
    def reference(self) -> str:
        """A name for the log."""
        return f"load{self.load}" if self._interaction is None else error_reference(self._interaction)

    async def tell(self, name: str, progress: Progress) -> None:
        """Shows how far it is, at a moderate pace."""
        last = self._last
        if (
            last is None
            or progress.state != last.state
            or progress.seconds >= last.seconds + EDIT_INTERVAL_SECONDS
        ):
            self._last = progress
            await self.show(cards.progress(name, progress))

    async def show(self, card: Card) -> None:
        """Edits the message; that this fails now and then does not matter."""
        card.add_text(self._note)
        try:
            await self._edit(card)
        except discord.HTTPException as error:
            _log.info("could not show the progress of a load: %s", error)

    async def end(self, card: Card) -> None:
        """Shows the last card, in a message of its own where the first one is gone."""
        try:
            await self._edit(card)
        except discord.HTTPException:
            await self._send(card)

    async def _edit(self, card: Card) -> None:
        lives = self._interaction
        if lives is not None and lives.expires_at - discord.utils.utcnow() > TOKEN_MARGIN:
            try:
                await lives.edit_original_response(view=card, attachments=card.attachments())
            except discord.HTTPException as error:
                if error.status not in (401, 404) or self._message is None:
                    raise
                self._interaction = None  # its token has ended: this machine's clock is slow
            else:
                return
        if self._message is not None:
            await self._message.edit(view=card, attachments=card.attachments(), allowed_mentions=QUIET)

    async def _send(self, card: Card) -> None:
        if self._message is None:
            return
        try:
            await self._message.channel.send(view=card, files=card.attachments())
        except discord.HTTPException as error:
            _log.warning("the receipt of a load could not be shown: %s", error)


def _place_of(load: int) -> str:
    """The name of the fact where a load is shown."""
    return f"load:{load}"


async def refresh(interaction: Interaction, message: int, receipt: Receipt) -> None:
    """Shows the state of a load in the message of its receipt, if that is known (not 0) and still there."""
    channel = interaction.channel
    if message and isinstance(channel, MessageChannel):
        card = await receipt_card(interaction.client.services, receipt)
        with suppress(discord.HTTPException):
            await channel.get_partial_message(message).edit(
                view=card, attachments=card.attachments(), allowed_mentions=QUIET
            )
