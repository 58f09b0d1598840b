"""From the options of `/digest create` to a plan, and completions for them."""

from __future__ import annotations

import asyncio
import re
from functools import cache
from zoneinfo import available_timezones

import discord
from discord import app_commands

from bot.digests import Choice, Every, Timing, What, known_zone
from bot.errors import BadInput, NotAllowed
from bot.ui import poster, schedule_phrases
from bot.ui.desk import Interaction, may_post, reader
from bot.ui.fit import label
from bot.ui.options import CHOICES, NAME
from bot.ui.post import Chosen

_AT = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?\s*(am|pm)?", re.IGNORECASE)


def timing(every: Every, at: str, day: str, cron: str | None, zone: str) -> Timing:
    """When, from what was typed. Raises BadInput("bad-time" | "bad-day" | "bad-zone" | "bad-cron" |
    "cron-too-often" | "needs-cron")."""
    known_zone(zone)
    if every == "cron" and not cron:
        raise BadInput("needs-cron")
    found = Timing("cron" if cron else every, minute(at), _day(every, day), cron, zone)
    found.rule()
    return found


def minute(text: str) -> int:
    """Minutes after midnight of 8, 08:30, 8.30 or 8 pm. Raises BadInput("bad-time")."""
    match = _AT.fullmatch(text.strip())
    if match is None:
        raise BadInput("bad-time", text=text)
    hour, minutes, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half and not 1 <= hour <= 12:
        raise BadInput("bad-time", text=text)
    hour = hour % 12 + 12 * (half == "pm") if half else hour
    if hour > 23 or minutes > 59:
        raise BadInput("bad-time", text=text)
    return hour * 60 + minutes


def _day(every: Every, text: str) -> int | None:
    """The day that weekly and monthly need; the first one where none was given."""
    typed = text.strip().casefold()
    if every == "weekly":
        fitting = [n for n, name in enumerate(schedule_phrases.DAYS) if name.casefold().startswith(typed)]
        if typed and len(fitting) != 1:
            raise BadInput("bad-day", text=text)
        return fitting[0]
    if every == "monthly":
        if typed and not (typed.isdecimal() and typed.isascii() and 1 <= int(typed) <= 31):
            raise BadInput("bad-day", text=text)
        return int(typed or 1)
    return None


def choice(what: What, query: str | None, days: int, count: int) -> Choice:
    """What, from what was typed. Raises BadInput("needs-query")."""
    if what not in ("search", "source", "subreddit"):
        return Choice(what, "", days or None, count)
    text = (query or "").strip()
    text = text.removeprefix("/").removeprefix("r/") if what == "subreddit" else text
    if not text:
        raise BadInput("needs-query")
    return Choice(what, text, days or None, count)


async def place(interaction: Interaction, chosen: Chosen | None) -> poster.Place:
    """The chosen channel, or this one, where both the asker and the bot may post. Raises
    NotAllowed("bot-may-not-post" | "bot-may-not-look" | "member-may-not-post"),
    BadInput("not-a-digest-place")."""
    channel = interaction.channel if chosen is None else chosen.resolve()
    if channel is None and isinstance(chosen, app_commands.AppCommandThread):
        try:
            channel = await chosen.fetch()
        except discord.HTTPException:
            raise NotAllowed("bot-may-not-post", where=chosen.name) from None
    if not isinstance(channel, poster.Place):
        raise BadInput("not-a-digest-place", where=getattr(chosen or channel, "name", None) or "here")
    member = interaction.permissions if chosen is None else chosen.permissions
    if not may_post(member, channel):
        raise NotAllowed("member-may-not-post", where=channel.name)
    refused = poster.refusal(channel, channel.guild.me)
    if refused is not None:
        look = refused == "may-not-look"
        raise NotAllowed("bot-may-not-look" if look else "bot-may-not-post", where=channel.name)
    return channel


async def schedules(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    """The server's schedules, for its moderators."""
    asker = await reader(interaction)
    if not asker.moderator or asker.scope.guild is None:
        return []
    found = []
    for one in await asker.library.digests.schedules(asker.scope.guild):
        what = schedule_phrases.what(one.plan.choice)
        name = f"{one.id}. {what}, {schedule_phrases.when(one.plan.timing)}"
        if typed.casefold() in name.casefold():
            found.append(app_commands.Choice(name=label(name, NAME), value=one.id))
    return found[:CHOICES]


async def zones(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Time zones that hold what was typed."""
    wanted = typed.strip().replace(" ", "_").casefold()
    names = await asyncio.to_thread(_zones)
    found = [name for name in names if wanted in name.casefold()][:CHOICES]
    return [app_commands.Choice(name=name, value=name) for name in found]


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))
