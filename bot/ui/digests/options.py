"""From the options of `/digest create` and `/digest edit` to a plan, and completions for them."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace

import discord
from discord import app_commands

from bot.domain.digests import Choice, Every, Plan, Style, Timing, What, known_zone, zone_names
from bot.errors import BadInput, NotAllowed
from bot.ui.digests import strings
from bot.ui.kit import channels
from bot.ui.kit.autocomplete import sources
from bot.ui.kit.channels import Channel, ChosenChannel, MessageChannel, resolve_chosen
from bot.ui.kit.context import Interaction, viewer_of
from bot.ui.kit.limits import MAX_OPTION_TEXT, MAX_OPTIONS
from bot.ui.kit.permissions import can_post
from bot.ui.kit.truncate import label

_TO = re.compile(r"\s*(?:-|–|\bto\b)\s*", re.IGNORECASE)
_AT = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?\s*(am|pm)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DigestOptions:
    """The options of `/digest create` and `/digest edit` as they were typed; None leaves what was."""

    when: Every | None = None
    what: What | None = None
    query: str | None = None
    at: str | None = None
    day: str | None = None
    cron: str | None = None
    zone: str | None = None
    count: int | None = None
    style: Style | None = None
    days: int | None = None
    late: int | None = None
    skip_empty: bool | None = None
    quiet: str | None = None
    thread: bool | None = None
    tag: str | None = None


def apply(old: Plan, options: DigestOptions, channel: Channel | None) -> Plan:
    """The plan with these changes, in `place` if that is given. Raises what `timing`, `choice` and
    `channels.target_of` raise, BadInput("bad-quiet" | "no-such-tag" | "forum-needs-tag"),
    NotAllowed("bot-lacks" | "thread-locked")."""
    target, tag = old.target, options.tag or old.tag
    if channel is not None:
        thread = old.target == "thread" if options.thread is None else options.thread
        target = channels.target_of(channel, thread=thread)
        channels.check(channel, target)
    if isinstance(channel, discord.ForumChannel):
        if options.tag is None and channel.id != old.channel:
            tag = None
        channels.tags(channel, tag)
    return replace(
        old,
        channel=old.channel if channel is None else channel.id,
        timing=_apply_timing(old.timing, options),
        choice=_apply_source(old.choice, options),
        style=options.style or old.style,
        late=old.late if options.late is None else options.late,
        skip_empty=old.skip_empty if options.skip_empty is None else options.skip_empty,
        quiet=old.quiet if options.quiet is None else parse_quiet_hours(options.quiet),
        target=target,
        tag=tag if target == "forum" else None,
    )


def _apply_timing(old: Timing, options: DigestOptions) -> Timing:
    """When. Raises BadInput("bad-time" | "bad-day" | "bad-zone" | "bad-cron" | "cron-too-often" |
    "needs-cron")."""
    zone = options.zone or old.zone
    known_zone(zone)
    every: Every = "cron" if options.cron else options.when or old.every
    line = (options.cron or old.cron) if every == "cron" else None
    if every == "cron" and not line:
        raise BadInput("needs-cron")
    at = old.minute if options.at is None else parse_time_of_day(options.at)
    day = old.day if every == old.every and options.day is None else _parse_day(every, options.day or "")
    timing = Timing(every, at, day, line, zone)
    timing.rule()
    return timing


def parse_quiet_hours(text: str) -> tuple[int, int] | None:
    """Minutes after midnight of 22:00-7:00 or 10 pm to 7 am; None of off. Raises BadInput("bad-quiet")."""
    if text.strip().casefold() in ("off", "none", "no"):
        return None
    try:
        start, end = map(parse_time_of_day, _TO.split(text.strip()))
    except (ValueError, BadInput):
        raise BadInput("bad-quiet", text=text) from None
    if start == end:
        raise BadInput("bad-quiet", text=text)
    return start, end


def parse_time_of_day(text: str) -> int:
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


def _parse_day(every: Every, text: str) -> int | None:
    """The day that weekly and monthly need; the first one where none was given."""
    typed = text.strip().casefold()
    if every == "weekly":
        fitting = [n for n, name in enumerate(strings.DAYS) if name.casefold().startswith(typed)]
        if typed and len(fitting) != 1:
            raise BadInput("bad-day", text=text)
        return fitting[0]
    if every == "monthly":
        if typed and not (typed.isdecimal() and typed.isascii() and 1 <= int(typed) <= 31):
            raise BadInput("bad-day", text=text)
        return int(typed or 1)
    return None


def _apply_source(old: Choice, options: DigestOptions) -> Choice:
    """What. Raises BadInput("needs-query")."""
    what = options.what or old.what
    count = options.count or old.count
    days = old.days if options.days is None else options.days or None
    if what not in ("search", "source", "subreddit"):
        return Choice(what, "", days, count)
    text = options.query if options.query is not None else old.text if what == old.what else ""
    text = text.strip()
    text = text.removeprefix("/").removeprefix("r/") if what == "subreddit" else text
    if not text:
        raise BadInput("needs-query")
    return Choice(what, text, days, count)


async def choose_channel(
    interaction: Interaction, chosen: ChosenChannel | None, usual: int | None = None, *, thread: bool
) -> Channel:
    """The chosen channel, or the one where digests are usual, or this one, if the asker may post there.
    Raises NotAllowed("bot-may-not-post" | "member-may-not-post" | "member-may-not-thread"),
    BadInput("not-a-digest-place")."""
    channel, member = await resolve_chosen(interaction, chosen)
    if chosen is None and usual is not None and interaction.guild is not None:
        known = interaction.guild.get_channel_or_thread(usual)
        if known is not None and isinstance(interaction.user, discord.Member):
            channel, member = known, known.permissions_for(interaction.user)
    if not isinstance(channel, Channel):
        raise BadInput("not-a-digest-place", where=getattr(chosen or channel, "name", None) or "here")
    if not can_post(member, channel):
        raise NotAllowed("member-may-not-post", where=channel.name)
    if thread and not (member.create_public_threads or member.administrator):
        raise NotAllowed("member-may-not-thread", where=channel.name)
    return channel


async def choose_message_channel(interaction: Interaction, chosen: ChosenChannel | None) -> MessageChannel:
    """A channel for messages, where both the asker and the bot may post. Raises what `place` and
    `channels.check` raise."""
    channel = await choose_channel(interaction, chosen, thread=False)
    if isinstance(channel, discord.ForumChannel):
        raise BadInput("not-a-digest-place", where=channel.name)
    channels.check(channel, "channel")
    return channel


async def current_channel(interaction: Interaction, config: Plan) -> Channel | None:
    """The channel of a plan as it is now; None where it is gone or hidden from the bot."""
    guild = interaction.guild
    channel = guild.get_channel_or_thread(config.channel) if guild is not None else None
    if guild is not None and channel is None:
        try:
            channel = await guild.fetch_channel(config.channel)
        except (discord.NotFound, discord.Forbidden):
            return None
    return channel if isinstance(channel, Channel) else None


async def require_channel(interaction: Interaction, config: Plan, number: int) -> Channel:
    """The channel of a plan, where digests can be posted now. Raises BadInput("channel-gone"),
    NotAllowed("bot-lacks" | "thread-locked")."""
    channel = await current_channel(interaction, config)
    if channel is None:
        raise BadInput("channel-gone", schedule=number)
    channels.check(channel, config.target)
    return channel


async def recheck_channel(interaction: Interaction, config: Plan, *, changing: bool) -> None:
    """Raises what `channels.check` raises where digests can be posted no more since they were planned, and
    BadInput("not-a-digest-place") where the channel is gone, but for a digest that is being changed."""
    channel = await current_channel(interaction, config)
    if channel is not None:
        channels.check(channel, config.target)
    elif not changing:
        raise BadInput("not-a-digest-place", where="deleted-channel")


async def edited_channel(
    interaction: Interaction, old: Plan, chosen: ChosenChannel | None, options: DigestOptions
) -> Channel | None:
    """Where a changed plan posts: the chosen channel, or else the one it has, if that is there. Raises what
    `place` raises."""
    if chosen is not None:
        thread = old.target == "thread" if options.thread is None else options.thread
        return await choose_channel(interaction, chosen, thread=thread)
    return await current_channel(interaction, old)


async def complete_query(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Sources that begin as typed, where a source is asked for."""
    return await sources(interaction, typed) if interaction.namespace.what == "source" else []


async def complete_digest(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    """The server's schedules, for its moderators."""
    viewer = await viewer_of(interaction)
    if not viewer.moderator or viewer.scope.guild is None:
        return []
    choices = []
    for schedule in await viewer.services.digests.schedules(viewer.scope.guild):
        name = f"{schedule.id}. {strings.describe(schedule.plan)}"
        if typed.casefold() in name.casefold():
            choices.append(app_commands.Choice(name=label(name, MAX_OPTION_TEXT), value=schedule.id))
    return choices[:MAX_OPTIONS]


async def complete_zone(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Time zones that hold what was typed."""
    needle = typed.strip().replace(" ", "_").casefold()
    names = await asyncio.to_thread(zone_names)
    matches = [name for name in names if needle in name.casefold()][:MAX_OPTIONS]
    return [app_commands.Choice(name=name, value=name) for name in matches]
