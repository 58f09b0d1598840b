"""What members type into the options of commands, completed and understood."""

from __future__ import annotations

from datetime import datetime

import discord
from discord import app_commands

from bot.clock import system_clock
from bot.domain.articles import TitleMatch
from bot.domain.loads import Receipt
from bot.text.language.date_parser import parse_date
from bot.ui.kit import format
from bot.ui.kit.context import Interaction, NewsdeskClient, viewer_of
from bot.ui.kit.limits import MAX_OPTION_TEXT, MAX_OPTIONS
from bot.ui.kit.truncate import label

TITLE = app_commands.Range[str, 1, 300]
"""A title as typed, or the number that completion puts in its place."""


class When(app_commands.Transformer[NewsdeskClient]):
    """A date as people write it."""

    async def transform(self, interaction: Interaction, value: str, /) -> datetime:
        return parse_date(value, system_clock())


class Destination(app_commands.Transformer[NewsdeskClient]):
    """A channel, thread or forum, also one that the bot does not see."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        kinds = discord.ChannelType
        return [
            kinds.text,
            kinds.news,
            kinds.voice,
            kinds.forum,
            kinds.public_thread,
            kinds.private_thread,
            kinds.news_thread,
        ]

    async def transform(
        self,
        interaction: Interaction,
        value: app_commands.AppCommandChannel | app_commands.AppCommandThread,
        /,
    ) -> app_commands.AppCommandChannel | app_commands.AppCommandThread:
        return value


async def titles(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Titles that begin as typed; what comes back is the article's number."""
    viewer = await viewer_of(interaction)
    found = await viewer.services.archive.complete(viewer.scope, typed, MAX_OPTIONS)
    return [app_commands.Choice(name=_title(match), value=str(match.article)) for match in found]


async def queries(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Titles that begin as typed, to be searched for word for word."""
    viewer = await viewer_of(interaction)
    found = await viewer.services.archive.complete(viewer.scope, typed, MAX_OPTIONS)
    phrased = {_phrase(match.title): _title(match) for match in found}
    return [app_commands.Choice(name=name, value=value) for value, name in phrased.items()]


async def sources(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Sites that articles come from."""
    viewer = await viewer_of(interaction)
    found = await viewer.services.archive.sources(viewer.scope, typed, MAX_OPTIONS)
    return [
        app_commands.Choice(name=label(one, MAX_OPTION_TEXT), value=one)
        for one in found
        if len(one) <= MAX_OPTION_TEXT
    ]


async def drops(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """What lies in the operator's drop folder, for those who may load it."""
    viewer = await viewer_of(interaction)
    if not viewer.moderator:
        return []
    found = await viewer.services.drop_folder.names(typed, MAX_OPTIONS)
    return [
        app_commands.Choice(name=label(one, MAX_OPTION_TEXT), value=one)
        for one in found
        if len(one) <= MAX_OPTION_TEXT
    ]


def names(typed: str | None) -> tuple[str, ...]:
    """Names with commas between them."""
    return tuple(part for part in (one.strip() for one in (typed or "").split(",")) if part)


async def loads(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    """The server's last loads, for those who may take them back."""
    viewer = await viewer_of(interaction)
    if not viewer.moderator:
        return []
    found = await viewer.services.loads.recent(viewer.scope.guild, MAX_OPTIONS)
    wanted = typed.casefold()
    return [
        app_commands.Choice(name=name, value=one.load)
        for one in found
        if one.state != "undone" and wanted in (name := _load(one)).casefold()
    ]


def searchable_text(message: discord.Message) -> str:
    """What a message says that an article may be found by: its text, and what Discord shows of its links."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.url or "", embed.title or ""]
    for snapshot in message.message_snapshots:
        parts.append(snapshot.content)
    return "\n".join(part for part in parts if part)


def _title(match: TitleMatch) -> str:
    details = [match.source or "", str(match.posted_at.year) if match.posted_at else ""]
    tail = " · ".join(part for part in details if part)
    if not tail:
        return label(match.title, MAX_OPTION_TEXT) or str(match.article)
    tail = label(tail, 40)
    return f"{label(match.title, MAX_OPTION_TEXT - len(tail) - 3)} · {tail}"


def _phrase(title: str) -> str:
    return f'"{label(title.replace(chr(34), " "), MAX_OPTION_TEXT - 2).rstrip("…")}"'


def _load(one: Receipt) -> str:
    return label(f"{one.load}. {one.name} · {format.day(one.started_at)} · {one.by.name}", MAX_OPTION_TEXT)
