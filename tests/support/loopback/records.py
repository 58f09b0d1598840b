"""What the loopback Discord knows: servers, channels, messages, interactions, as it sends them."""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

BOT = 1001
"""The bot's user, which is also its application."""
OWNER = 1002
MEMBER = 1003
TOKEN = "MTAwMQ.loopback.not-a-secret"
EPOCH = 1_420_070_400_000
TEXT, THREAD, FORUM = 0, 11, 15
MAY_POST = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 35 | 1 << 38
"""View Channels, Send Messages, Embed Links, Attach Files, Read Message History, Create Public Threads, Send
Messages in Threads."""
EPHEMERAL = 1 << 6


class Snowflakes:
    """Numbers that hold the time they were given out."""

    def __init__(self) -> None:
        self._count = itertools.count()

    def __call__(self, now: float) -> int:
        return (int(now * 1000) - EPOCH) << 22 | next(self._count) & 0x3FFFFF


def stamp(seconds: float) -> str:
    """A time as Discord writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def user(number: int) -> Json:
    """A user's payload."""
    return {
        "id": str(number),
        "username": f"user{number}",
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
        "bot": number == BOT,
    }


def member(number: int, permissions: int | None = None) -> Json:
    """A member's payload; with permissions as an interaction has it."""
    found = {
        "user": user(number),
        "roles": [],
        "joined_at": stamp(1_500_000_000),
        "deaf": False,
        "mute": False,
        "flags": 0,
        "nick": None,
        "avatar": None,
    }
    return found if permissions is None else {**found, "permissions": str(permissions)}


@dataclass(frozen=True)
class File:
    """Something that a member attaches; the server has its bytes by this name."""

    name: str
    size: int


@dataclass
class Message:
    """A message as it is stored; `at` is when."""

    id: int
    channel: int
    at: float
    body: Json
    nonce: str | None
    edits: int = 0

    @property
    def content(self) -> str:
        return self.body.get("content") or ""

    @property
    def components(self) -> list[Json]:
        return self.body.get("components") or []

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "channel_id": str(self.channel),
            "author": user(BOT),
            "content": self.content,
            "timestamp": stamp(self.at),
            "edited_timestamp": stamp(self.at) if self.edits else None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "pinned": False,
            "type": 0,
            "components": self.components,
            "flags": self.body.get("flags") or 0,
            **({} if self.nonce is None else {"nonce": self.nonce}),
        }


@dataclass
class Channel:
    """A channel and what stands in it, oldest first."""

    id: int
    guild: int
    name: str = "news"
    kind: int = TEXT
    messages: deque[Message] = field(default_factory=deque)
    denied: int = 0
    """Permissions that the bot lacks here."""
    parent: int | None = None
    """The channel that a thread is of."""

    def payload(self) -> Json:
        if self.parent is not None:
            return self._thread(self.parent)
        overwrite = {"id": str(BOT), "type": 1, "allow": "0", "deny": str(self.denied)}
        return {
            "id": str(self.id),
            "guild_id": str(self.guild),
            "type": self.kind,
            "name": self.name,
            "position": 0,
            "permission_overwrites": [overwrite] if self.denied else [],
            "nsfw": False,
            "parent_id": None,
            "topic": None,
            "last_message_id": None,
            "rate_limit_per_user": 0,
            "available_tags": [],
            "flags": 0,
        }

    def _thread(self, parent: int) -> Json:
        made = (self.id >> 22) + EPOCH
        return {
            "id": str(self.id),
            "guild_id": str(self.guild),
            "parent_id": str(parent),
            "owner_id": str(BOT),
            "name": self.name,
            "type": THREAD,
            "message_count": len(self.messages),
            "member_count": 1,
            "thread_metadata": {
                "archived": False,
                "auto_archive_duration": 1440,
                "archive_timestamp": stamp(made / 1000),
                "locked": False,
            },
        }


@dataclass
class Guild:
    """A server with its channels."""

    id: int
    channels: list[Channel]
    permissions: int = MAY_POST
    """What everybody may, the bot too."""
    invited_bot: bool = True
    """Otherwise the bot is there only because somebody installed it for themselves."""

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "name": f"Server {self.id}",
            "owner_id": str(OWNER),
            "roles": [self._everyone()],
            "channels": [channel.payload() for channel in self.channels],
            "members": [member(BOT)],
            "member_count": 2,
            "threads": [],
            "emojis": [],
            "stickers": [],
            "features": [],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "unavailable": False,
            "large": False,
            "joined_at": stamp(1_500_000_000),
            "preferred_locale": "en-US",
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "afk_timeout": 0,
            "system_channel_flags": 0,
            "system_channel_id": None,
        }

    def _everyone(self) -> Json:
        return {
            "id": str(self.id),
            "name": "@everyone",
            "permissions": str(self.permissions),
            "position": 0,
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "flags": 0,
        }


@dataclass
class Asked:
    """An interaction and what became of it; times are Unix seconds of the server's pace."""

    id: int
    token: str
    channel: int
    at: float
    acknowledged: float | None = None
    message: Message | None = None
    ephemeral: bool = False
    followups: list[Message] = field(default_factory=list)
    choices: list[Json] = field(default_factory=list)

    @property
    def taken(self) -> float | None:
        """Seconds until it was acknowledged."""
        return None if self.acknowledged is None else self.acknowledged - self.at
