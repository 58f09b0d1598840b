"""Running loads, each shown in a message. Interrupted loads are resumed, by this process or
another one, in the same messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

from bot.domain.loads import Preview, Progress, Receipt
from bot.errors import BadInput, Busy
from bot.i18n import ENGLISH, msg, use_language
from bot.services import Services
from bot.ui.kit.card import Card
from bot.ui.kit.context import Interaction, LoadEvents, LoadTracking, NewsdeskClient, viewer_of
from bot.ui.kit.error_reply import error_text
from bot.ui.kit.language import server_language
from bot.ui.loads import cards
from bot.ui.loads.message import EDIT_INTERVAL_SECONDS, LoadMessage, direct_note, message_language
from bot.ui.loads.views import receipt_card

T = TypeVar("T")

_DIRECT = "direct:"
"""Before the stored address of a direct message comes its language, which no server's settings tell."""

RESUME_INTERVAL_SECONDS = 60.0
"""Interval between looks for interrupted loads."""

_log = logging.getLogger(__name__)


class LoadTracker(LoadTracking):
    """Runs loads in tasks that end when the bot stops."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._tasks: dict[asyncio.Task[None], LoadMessage] = {}
        self._work: dict[int, asyncio.Task[Any]] = {}
        self._resuming: set[asyncio.Task[None]] = set()
        self._resume_turn = asyncio.Lock()

    async def start(self, interaction: Interaction, name: str, events: LoadEvents) -> None:
        with use_language((await viewer_of(interaction)).public_language):
            await self._track(await LoadMessage.sent(interaction, name), events)

    async def resume(self, interaction: Interaction, load: int, name: str, events: LoadEvents) -> None:
        with use_language(await message_language(interaction)):
            await self._track(await LoadMessage.pressed(interaction, load, name), events)

    def resume_all(self, client: NewsdeskClient) -> None:
        """Finishes erasures and resumes loads that were interrupted, by a shutdown, the end of another
        process or an outage of the database, unless that is being done."""
        self._start_resuming(self._resume_all(client))

    def keep_resuming(self, client: NewsdeskClient) -> None:
        """Does what `resume_all` does now and at an interval, as a load may be interrupted at any time."""
        self._start_resuming(self._keep_resuming(client))

    def _start_resuming(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._resuming.add(task)
        task.add_done_callback(self._resuming.discard)

    def cancel_waiting(self, message: int) -> bool:
        for task, shown in self._tasks.items():
            if shown.id == message and not shown.load:
                shown.cancelled = True
                task.cancel()
                return True
        return False

    async def close(self) -> None:
        tasks = [*self._tasks, *self._resuming, *self._work.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def run_cancellable(
        self, load: int, work: Coroutine[Any, Any, T], on_progress: Callable[[], Awaitable[None]]
    ) -> T:
        task = asyncio.create_task(work)
        self._work[load] = task
        try:
            while not (await asyncio.wait({task}, timeout=EDIT_INTERVAL_SECONDS))[0]:
                await on_progress()
            if task.cancelled():
                raise BadInput("undo-cancelled", load=load)
            return task.result()
        finally:
            task.cancel()
            del self._work[load]

    def cancel(self, load: int) -> bool:
        task = self._work.get(load)
        return task is not None and task.cancel()

    async def _track(self, message: LoadMessage, events: LoadEvents) -> None:
        """Shows the events of a load in a message, then its receipt or the error."""
        task = asyncio.create_task(self._run(message, events))
        self._tasks[task] = message
        task.add_done_callback(lambda done: self._tasks.pop(done, None))
        try:
            await task
        except asyncio.CancelledError:
            if not message.cancelled:
                raise
        finally:
            task.cancel()

    async def _run(self, message: LoadMessage, events: LoadEvents) -> None:
        try:
            async with aclosing(events):
                async for event in events:
                    await self._show(message, event)
        except asyncio.CancelledError:
            if message.cancelled:
                await message.end(cards.ended("cancelled", message.name, msg("load-never-started")))
            else:
                await message.end(_interrupted(message))
            raise
        except Exception as error:
            reason = error_text(error, message.reference, "archive load")
            await message.end(cards.ended("failed", message.name, reason))

    async def _keep_resuming(self, client: NewsdeskClient) -> None:
        while True:
            await self._resume_all(client)
            await asyncio.sleep(RESUME_INTERVAL_SECONDS)

    async def _resume_all(self, client: NewsdeskClient) -> None:
        if self._resume_turn.locked():
            return
        async with self._resume_turn:
            await self._resume_interrupted(client)

    async def _resume_interrupted(self, client: NewsdeskClient) -> None:
        shown: dict[int, LoadMessage] = {}
        try:
            await self._services.erasure.resume()  # first: loads leave erased authors out
            async with aclosing(self._services.loads.resume_interrupted()) as events:
                async for event in events:
                    if event.load and event.load not in shown:
                        shown[event.load] = await self._stored_message(client, event.load)
                    if event.load:
                        with use_language(shown[event.load].language):
                            await self._show(shown[event.load], event)
                    if isinstance(event, Receipt):
                        del shown[event.load]
        except asyncio.CancelledError:
            for message in shown.values():
                with use_language(message.language):
                    await message.end(_interrupted(message))
            raise
        except Busy as error:  # as while the database is away; the next look is soon
            _log.warning("interrupted loads were not resumed: %s", error.key)
        except Exception:
            _log.exception("interrupted loads were not resumed")

    async def _show(self, message: LoadMessage, event: Progress | Receipt | Preview) -> None:
        match event:
            case Receipt():
                await message.end(await receipt_card(self._services, event))
                if event.state != "paused":  # a paused load may be one that a shutdown interrupted
                    await self._services.key_value.delete(_message_key(event.load))
            case Preview():
                await message.end(cards.preview(message.name, event))
            case _:
                await self._store_message(message, event.load)
                await message.show_progress(event)

    async def _store_message(self, message: LoadMessage, load: int) -> None:
        """Stores the address of a load's message, for the next start of the bot."""
        if load and not message.stored:
            message.load, message.stored = load, True
            if message.address is not None:
                direct = f"{_DIRECT}{message.language}." if message.is_direct else ""
                await self._services.key_value.set(
                    _message_key(load), f"{direct}{message.address}.{message.name}"
                )

    async def _stored_message(self, client: NewsdeskClient, load: int) -> LoadMessage:
        stored = await self._services.key_value.get(_message_key(load))
        if stored is None:
            return LoadMessage("", None, load=load)
        is_direct = stored.startswith(_DIRECT)
        direct_language, _, rest = stored.removeprefix(_DIRECT).partition(".")
        channel, message, name = (rest if is_direct else stored).split(".", 2)
        partial = client.get_partial_messageable(int(channel)).get_partial_message(int(message))
        if is_direct:
            with use_language(direct_language):
                return LoadMessage(name, partial, note=direct_note(client), load=load, is_direct=True)
        guild = getattr(client.get_channel(int(channel)), "guild", None)
        language = ENGLISH
        if guild is not None:
            language = server_language(await self._services.settings.get(guild.id), guild)
        with use_language(language):
            return LoadMessage(name, partial, load=load)


def _interrupted(message: LoadMessage) -> Card:
    return cards.ended("interrupted", message.name, msg("load-interrupted"))


def _message_key(load: int) -> str:
    """The key of a load's message in the key-value store."""
    return f"load:{load}"
