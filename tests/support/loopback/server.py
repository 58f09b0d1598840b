"""The loopback Discord: one server for REST and gateway that keeps its state while bots come and go."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.support.loopback.gateway import Gateway
from tests.support.loopback.limits import Limits
from tests.support.loopback.pace import Pace
from tests.support.loopback.records import (
    BOT,
    MEMBER,
    THREAD,
    TOKEN,
    Asked,
    Channel,
    File,
    Guild,
    Json,
    Message,
    Snowflakes,
    member,
)
from tests.support.loopback.rest import API, BODY, Failure, Rest, answer, body_of
from tests.support.loopback.trouble import Death, Mishap, Trouble, limited

NONCE_LIFE = 45.0
"""Seconds for which a channel knows the nonces of its messages. Discord says some minutes; shorter than a
lease, it does not help a bot that begins after another was killed."""
HEARTBEAT = 41.25
COMMAND, PRESS, COMPLETE = 2, 3, 4
_OPTION_TYPES = {str: 3, int: 4, bool: 5}
ATTACHMENT = 11


class Loopback:
    """State and behaviour; `trouble_for` is asked of every request, by method and path, what goes wrong."""

    def __init__(self, guilds: Iterable[Guild], pace: Pace | None = None) -> None:
        self.pace = pace or Pace.from_now()
        self.guilds = {guild.id: guild for guild in guilds}
        self._channels = {one.id: one for guild in self.guilds.values() for one in guild.channels}
        self.threads: dict[int, Channel] = {}
        self._directs: dict[int, Channel] = {}
        self._snowflake = Snowflakes()
        self.limits = Limits(self.pace.seconds)
        self.gateway = Gateway(self.guilds.values, heartbeat=HEARTBEAT / self.pace.speed)
        self.rest = Rest(self)
        self.trouble = Trouble(self.pace)
        self.trouble_for: Callable[[str, str], Death | Mishap | None] = lambda method, path: None
        self.posts: list[Message] = []
        self.repeated = 0
        """Messages that were not made again, as their nonce was known."""
        self.looked = 0
        """How often the messages of a channel were read."""
        self.asked: dict[str, Asked] = {}
        self.answers: Counter[int] = Counter()
        """How often each HTTP status was answered."""
        self.files: dict[str, bytes] = {}
        self.token_life = 15 * 60.0
        self.url = ""
        self._told = asyncio.Condition()

    # State.

    def channel(self, number: int) -> Channel:
        """A channel that the bot can see, or a direct one."""
        found = self._channels.get(number) or self.threads.get(number)
        if found is None:
            raise Failure(404, 10003, "Unknown Channel")
        return found

    def direct(self, other: int) -> Channel:
        """The direct messages with somebody."""
        if other not in self._directs:
            channel = Channel(self._snowflake(self.pace.seconds()), 0, kind=1)
            self._directs[other] = self._channels[channel.id] = channel
        return self._directs[other]

    def thread(self, of: Channel, name: str, number: int | None = None) -> Channel:
        """Opens a thread; one on a message has its number."""
        number = number or self._snowflake(self.pace.seconds())
        made = self.threads[number] = Channel(number, of.guild, name, THREAD, parent=of.id)
        self.gateway.dispatch("THREAD_CREATE", {**made.payload(), "newly_created": True})
        return made

    def post(self, number: int, body: Json) -> Message:
        """Makes a message, or finds the one that has its nonce."""
        channel = self.channel(number)
        if channel.denied:
            raise Failure(403, 50013, "Missing Permissions")
        nonce = body.get("nonce")
        if nonce is not None and body.get("enforce_nonce"):
            oldest = self.pace.seconds() - NONCE_LIFE
            for one in reversed(channel.messages):
                if one.at < oldest:
                    break
                if one.nonce == nonce:
                    self.repeated += 1
                    return one
        return self.message(number, body)

    def message(self, channel: int, body: Json, *, seen: bool = True, number: int | None = None) -> Message:
        """Makes a message; one that is not `seen` stands in no channel."""
        now = self.pace.seconds()
        nonce = None if body.get("nonce") is None else str(body["nonce"])
        made = Message(number or self._snowflake(now), channel, now, body, nonce)
        if seen:
            self.channel(channel).messages.append(made)
            self.posts.append(made)
        return made

    # What members do.

    def command(self, guild: Guild, channel: Channel, path: str, **options: Any) -> Asked:
        """Somebody gives a command, such as "digest list"."""
        return self._ask(guild, channel, COMMAND, self._command(path, options))

    def complete(self, guild: Guild, channel: Channel, path: str, focused: str, **options: Any) -> Asked:
        """Somebody types into an option."""
        return self._ask(guild, channel, COMPLETE, self._command(path, options, focused))

    def press(self, guild: Guild, message: Message, custom_id: str) -> Asked:
        """Somebody presses a button."""
        data = {"custom_id": custom_id, "component_type": 2}
        channel = self.channel(message.channel)
        return self._ask(guild, channel, PRESS, data, message)

    async def acknowledged(self, asked: Asked, within: float = 60.0) -> None:
        """Waits until the bot has acknowledged it, for so many real seconds."""
        async with asyncio.timeout(within), self._told:
            await self._told.wait_for(lambda: asked.acknowledged is not None)

    def told(self, asked: Asked) -> None:
        """The bot has acknowledged it."""

        async def tell() -> None:
            async with self._told:
                self._told.notify_all()

        if asked.acknowledged is not None:
            self._telling = asyncio.create_task(tell())

    def _command(self, path: str, options: dict[str, Any], focused: str = "") -> Json:
        name, *below = path.split()
        files: Json = {}
        given = []
        for key, value in options.items():
            if isinstance(value, File):
                number = str(len(files) + 1)
                files[number] = self._attachment(number, value)
                given.append({"name": key, "type": ATTACHMENT, "value": number})
            else:
                kind = _OPTION_TYPES[type(value)]
                given.append({"name": key, "type": kind, "value": value, "focused": key == focused})
        for part in reversed(below):
            given = [{"name": part, "type": 1, "options": given}]
        known = self.rest.command(name)
        data = {"id": known["id"], "name": name, "type": known.get("type", 1), "options": given}
        return {**data, "resolved": {"attachments": files}} if files else data

    def _attachment(self, number: str, file: File) -> Json:
        url = f"{self.url}/files/{file.name}"
        return {"id": number, "filename": file.name, "size": file.size, "url": url, "proxy_url": url}

    def _ask(
        self, guild: Guild, channel: Channel, kind: int, data: Json, message: Message | None = None
    ) -> Asked:
        now = self.pace.seconds()
        asked = Asked(self._snowflake(now), secrets.token_hex(20), channel.id, now, message=message)
        self.asked[asked.token] = asked
        payload = {
            "id": str(asked.id),
            "application_id": str(BOT),
            "type": kind,
            "data": data,
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
            "channel": channel.payload(),
            "channel_id": str(channel.id),
            "member": member(MEMBER, (1 << 5) | guild.permissions),
            "token": asked.token,
            "version": 1,
            "app_permissions": str(guild.permissions),
            "locale": "en-US",
            "guild_locale": "en-US",
            "attachment_size_limit": 10 << 20,
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild.id)}
            if guild.invited_bot
            else {"1": str(MEMBER)},
            "context": 0,
        }
        if message is not None:
            payload["message"] = message.payload()
        self.gateway.dispatch("INTERACTION_CREATE", payload)
        return asked

    # Requests.

    @web.middleware
    async def _middle(
        self, request: web.Request, handler: Callable[[web.Request], Any]
    ) -> web.StreamResponse:
        if request.path == "/gateway" or not request.path.startswith(API):
            return await handler(request)  # type: ignore[no-any-return]  # aiohttp's own
        path = request.path.removeprefix(API)
        # Before anything goes wrong: it was sent in full.
        request[BODY] = await body_of(request)
        what = self.trouble_for(request.method, path)
        if what is not None:
            return await self.trouble.strike(what, request, lambda asked: self._answer(asked, path, handler))
        return await self._answer(request, path, handler)

    async def _answer(
        self, request: web.Request, path: str, handler: Callable[[web.Request], Any]
    ) -> web.StreamResponse:
        counted = not path.startswith(("/interactions", "/webhooks"))
        if counted and request.headers.get("Authorization") != f"Bot {TOKEN}":
            self.answers[401] += 1
            return answer({"message": "401: Unauthorized", "code": 0}, 401)
        posts = request.method == "POST" and path.startswith("/channels/") and path.endswith("/messages")
        verdict = self.limits.ask(request.match_info["channel"] if posts else None, counted=counted)
        if verdict.wait:
            response = limited(verdict.wait, everywhere=verdict.everywhere)
        else:
            try:
                response = await handler(request)
            except Failure as failure:
                response = answer(failure.body, failure.status)
        response.headers.update(verdict.headers)
        self.answers[response.status] += 1
        return response

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[Loopback]:
        """Listens on a free port of the loopback interface."""
        app = web.Application(middlewares=[self._middle], client_max_size=30 << 20)
        app.add_routes([*self.rest.routes(), web.get("/gateway", self.gateway.connect)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            host, port = runner.addresses[0][:2]
            self.url = f"http://{host}:{port}"
            self.gateway.url = f"ws://{host}:{port}/gateway"
            yield self
        finally:
            await runner.cleanup()
