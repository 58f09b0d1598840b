"""The loopback Discord's REST interface: the routes that the bot uses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from tests.support.loopback.records import BOT, EPHEMERAL, OWNER, Asked, Json, Message, user

if TYPE_CHECKING:
    from tests.support.loopback.server import Loopback

API = "/api/v10"
IN_TIME = 3.0
"""Seconds in which an interaction is to be acknowledged."""
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, COMPLETION = 4, 5, 6, 7, 8
MOST_LISTED = 100


class Failure(Exception):  # noqa: N818 - what Discord says, not a fault
    """An answer other than the asked one."""

    def __init__(self, status: int, code: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.body = {"code": code, "message": text}


def answer(data: object, status: int = 200) -> web.Response:
    """JSON with exactly the type that clients look for."""
    return web.Response(body=orjson.dumps(data), status=status, content_type="application/json")


BODY = web.RequestKey[Any]("body", object)


async def body_of(request: web.Request) -> Any:
    """What was sent, as JSON or beside files."""
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        return orjson.loads(str(form["payload_json"]))
    return orjson.loads(await request.read() or b"{}")


class Rest:
    """The handlers, over the state of one server."""

    def __init__(self, discord: Loopback) -> None:
        self._discord = discord
        self._commands: list[Json] = []
        self.shards = 1
        """How many Discord recommends."""
        self.max_concurrency = 1

    def routes(self) -> list[web.RouteDef]:
        def at(method: str, path: str, handler: Callable[[web.Request], Awaitable[web.Response]]) -> None:
            found.append(web.route(method, API + path, handler))

        found: list[web.RouteDef] = []
        at("GET", "/users/@me", self._me)
        at("GET", "/users/{user}", self._user)
        at("POST", "/users/@me/channels", self._direct)
        at("GET", "/oauth2/applications/@me", self._application)
        at("GET", "/gateway/bot", self._gateway)
        at("GET", "/applications/{app}/commands", self._list_commands)
        at("PUT", "/applications/{app}/commands", self._put_commands)
        at("GET", "/guilds/{guild}", self._guild)
        at("GET", "/channels/{channel}", self._channel)
        at("GET", "/channels/{channel}/messages", self._list)
        at("POST", "/channels/{channel}/messages", self._create)
        at("PATCH", "/channels/{channel}/messages/{message}", self._edit)
        at("POST", "/channels/{channel}/threads", self._open)
        at("POST", "/channels/{channel}/messages/{message}/threads", self._open_on)
        at("GET", "/channels/{channel}/threads/archived/public", self._archived)
        at("GET", "/guilds/{guild}/threads/active", self._active)
        at("POST", "/interactions/{id}/{token}/callback", self._callback)
        at("POST", "/webhooks/{app}/{token}", self._follow_up)
        at("GET", "/webhooks/{app}/{token}/messages/@original", self._edit_original)
        at("PATCH", "/webhooks/{app}/{token}/messages/@original", self._edit_original)
        found.append(web.get("/files/{name}", self._file))
        return found

    # The bot itself.

    async def _me(self, request: web.Request) -> web.Response:
        return answer(user(BOT))

    async def _user(self, request: web.Request) -> web.Response:
        return answer(user(int(request.match_info["user"])))

    async def _direct(self, request: web.Request) -> web.Response:
        other = int(request[BODY]["recipient_id"])
        channel = self._discord.direct(other)
        return answer({"id": str(channel.id), "type": 1, "recipients": [user(other)]})

    async def _application(self, request: web.Request) -> web.Response:
        return answer(
            {
                "id": str(BOT),
                "name": "Newsdesk",
                "description": "",
                "icon": None,
                "bot_public": True,
                "bot_require_code_grant": False,
                "owner": user(OWNER),
                "verify_key": "",
                "flags": 0,
            }
        )

    async def _gateway(self, request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": self.max_concurrency}
        return answer({"url": self._discord.gateway.url, "shards": self.shards, "session_start_limit": limit})

    async def _list_commands(self, request: web.Request) -> web.Response:
        return answer(self._commands)

    async def _put_commands(self, request: web.Request) -> web.Response:
        self._commands = [
            {"description": "", "version": "1", "application_id": str(BOT), **one, "id": str(7000 + number)}
            for number, one in enumerate(request[BODY])
        ]
        return answer(self._commands)

    @property
    def told_commands(self) -> bool:
        """Whether the bot has told any."""
        return bool(self._commands)

    def command(self, name: str) -> Json:
        """A command that the bot has told. Raises KeyError."""
        for one in self._commands:
            if one["name"] == name:
                return one
        raise KeyError(name)

    # Channels.

    async def _guild(self, request: web.Request) -> web.Response:
        guild = self._discord.guilds.get(int(request.match_info["guild"]))
        if guild is None:
            raise Failure(404, 10004, "Unknown Guild")
        return answer(guild.payload())

    async def _channel(self, request: web.Request) -> web.Response:
        return answer(self._discord.channel(int(request.match_info["channel"])).payload())

    async def _list(self, request: web.Request) -> web.Response:
        channel = self._discord.channel(int(request.match_info["channel"]))
        self._discord.looked += 1
        limit = min(MOST_LISTED, int(request.query.get("limit", "50")))
        if "after" in request.query:
            after = int(request.query["after"])
            oldest = [one for one in channel.messages if one.id > after][:limit]
            return answer([one.payload() for one in reversed(oldest)])
        before = int(request.query.get("before", str(1 << 63)))
        newest = [one for one in reversed(channel.messages) if one.id < before]
        return answer([one.payload() for one in newest[:limit]])

    async def _create(self, request: web.Request) -> web.Response:
        channel = int(request.match_info["channel"])
        return answer(self._discord.post(channel, request[BODY]).payload())

    async def _edit(self, request: web.Request) -> web.Response:
        channel = self._discord.channel(int(request.match_info["channel"]))
        number = int(request.match_info["message"])
        for message in channel.messages:
            if message.id == number:
                return answer(_edited(message, request[BODY]))
        raise Failure(404, 10008, "Unknown Message")

    async def _open(self, request: web.Request) -> web.Response:
        """A forum's post, for which Discord knows no nonce."""
        forum = self._discord.channel(int(request.match_info["channel"]))
        body = request[BODY]
        thread = self._discord.thread(forum, body["name"])
        message = self._discord.message(thread.id, body["message"], number=thread.id)
        return answer({**thread.payload(), "message": message.payload()})

    async def _open_on(self, request: web.Request) -> web.Response:
        channel = self._discord.channel(int(request.match_info["channel"]))
        number = int(request.match_info["message"])
        if number in self._discord.threads:
            raise Failure(400, 160004, "A thread has already been created for this message")
        return answer(self._discord.thread(channel, request[BODY]["name"], number).payload())

    async def _archived(self, request: web.Request) -> web.Response:
        return answer({"threads": [], "members": [], "has_more": False})

    async def _active(self, request: web.Request) -> web.Response:
        guild = int(request.match_info["guild"])
        found = [one.payload() for one in self._discord.threads.values() if one.guild == guild]
        return answer({"threads": found, "members": []})

    # Interactions.

    async def _callback(self, request: web.Request) -> web.Response:
        asked = self._asked(request)
        if asked.acknowledged is not None:
            raise Failure(400, 40060, "Interaction has already been acknowledged.")
        now = self._discord.pace.seconds()
        if now - asked.at > IN_TIME:
            raise Failure(404, 10062, "Unknown interaction")
        body = request[BODY]
        asked.acknowledged = now
        kind, data = body["type"], body.get("data") or {}
        resource = None
        if kind in (MESSAGE, DEFERRED):
            asked.ephemeral = bool(data.get("flags", 0) & EPHEMERAL)
            asked.message = self._discord.message(asked.channel, data, seen=not asked.ephemeral)
            resource = {"type": kind, "message": asked.message.payload()}
        elif kind == UPDATE and asked.message is not None:
            resource = {"type": kind, "message": _edited(asked.message, data)}
        elif kind == COMPLETION:
            asked.choices = data.get("choices", [])
        self._discord.told(asked)
        told = {"id": str(asked.id), "type": 2, "response_message_loading": kind == DEFERRED}
        told["response_message_ephemeral"] = asked.ephemeral
        if asked.message is not None:
            told["response_message_id"] = str(asked.message.id)
        return answer({"interaction": told, "resource": resource} if resource else {"interaction": told})

    async def _follow_up(self, request: web.Request) -> web.Response:
        asked = self._alive(request)
        message = self._discord.message(asked.channel, request[BODY], seen=not asked.ephemeral)
        asked.followups.append(message)
        return answer(message.payload())

    async def _edit_original(self, request: web.Request) -> web.Response:
        asked = self._alive(request)
        if asked.message is None:
            raise Failure(404, 10008, "Unknown Message")
        body = request[BODY] if request.method == "PATCH" else None
        return answer(asked.message.payload() if body is None else _edited(asked.message, body))

    def _asked(self, request: web.Request) -> Asked:
        found = self._discord.asked.get(request.match_info["token"])
        if found is None:
            raise Failure(404, 10062, "Unknown interaction")
        return found

    def _alive(self, request: web.Request) -> Asked:
        asked = self._asked(request)
        if self._discord.pace.seconds() - asked.at > self._discord.token_life:
            raise Failure(401, 50027, "Invalid Webhook Token")
        if asked.acknowledged is None:
            raise Failure(404, 10015, "Unknown Webhook")
        return asked

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self._discord.files[request.match_info["name"]])


def _edited(message: Message, body: Json) -> Json:
    message.body = {**message.body, **body}
    message.edits += 1
    return message.payload()
