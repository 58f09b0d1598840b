"""The options of `/digest create` and `/digest edit`: their types, their effect on the settings, and
autocompletion."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar, get_type_hints

from discord import app_commands

from bot.domain.calendar_names import WEEKDAYS
from bot.domain.digests import (
    MAX_ARTICLES,
    MAX_DAYS,
    MAX_HOURS_LATE,
    MAX_SOURCE_TEXT,
    ContentSource,
    DigestConfig,
    Frequency,
    SourceKind,
    Style,
    Timing,
)
from bot.domain.post_options import MAX_TAG
from bot.domain.zones import known_zone, zone_names
from bot.errors import BadInput
from bot.i18n import formats
from bot.ui.digests import strings
from bot.ui.kit import channels
from bot.ui.kit.autocomplete import Destination, sources
from bot.ui.kit.channels import Channel, ChosenChannel
from bot.ui.kit.context import Interaction, viewer_of
from bot.ui.kit.language import localized, localized_choices
from bot.ui.kit.limits import MAX_OPTION_TEXT, MAX_OPTIONS
from bot.ui.kit.truncate import label

Command = TypeVar("Command", bound=Callable[..., Awaitable[None]])

DigestNumber = app_commands.Range[int, 1]
FREQUENCIES = {
    "daily": "choice-daily",
    "weekdays": "choice-weekdays",
    "weekly": "choice-weekly",
    "monthly": "choice-monthly",
    "cron": "choice-cron",
}
SOURCES = {
    "newest": "choice-newest",
    "on-this-day": "choice-on-this-day",
    "most-discussed": "choice-most-discussed",
    "search": "choice-search",
    "source": "choice-source",
    "subreddit": "choice-subreddit",
    "random": "choice-random",
}
STYLES = {
    "headlines": "choice-headlines",
    "summaries": "choice-summaries",
    "digests": "choice-comment-digests",
}
DESCRIPTIONS = {
    "when": "option-when",
    "what": "option-what",
    "query": "option-query-of-digest",
    "channel": "option-channel-of-digest",
    "at": "option-at",
    "day": "option-day",
    "cron": "option-cron",
    "zone": "option-zone-of-digest",
    "count": "option-count",
    "style": "option-style",
    "days": "option-days",
    "late": "option-late",
    "skip_empty": "option-skip-empty",
    "quiet": "option-quiet",
    "thread": "option-thread-on-digest",
    "tag": "option-tag",
}
_RANGE = re.compile(r"-|–|\bto\b", re.IGNORECASE)
_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?\s*(am|pm)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DigestOptions:
    """The options as typed, with the types that Discord checks; None leaves a setting unchanged."""

    when: Frequency | None = None
    what: SourceKind | None = None
    query: app_commands.Range[str, 1, MAX_SOURCE_TEXT] | None = None
    channel: app_commands.Transform[ChosenChannel, Destination] | None = None
    at: app_commands.Range[str, 1, 20] | None = None
    day: app_commands.Range[str, 1, 20] | None = None
    cron: app_commands.Range[str, 1, 100] | None = None
    zone: app_commands.Range[str, 1, 60] | None = None
    count: app_commands.Range[int, 1, MAX_ARTICLES] | None = None
    style: Style | None = None
    days: app_commands.Range[int, 0, MAX_DAYS] | None = None
    late: app_commands.Range[int, 0, MAX_HOURS_LATE] | None = None
    skip_empty: bool | None = None
    quiet: app_commands.Range[str, 1, 40] | None = None
    thread: bool | None = None
    tag: app_commands.Range[str, 1, MAX_TAG] | None = None

    def opens_thread(self, config: DigestConfig) -> bool:
        """Whether each post gets a thread."""
        return config.target == "thread" if self.thread is None else self.thread

    def apply(self, old: DigestConfig, channel: Channel | None) -> DigestConfig:
        """The settings with these changes applied, in `channel` if it is given. Raises what
        `channels.target_of` raises, and BadInput("bad-time" | "bad-day" | "bad-zone" | "bad-cron" |
        "cron-too-often" | "needs-cron" | "needs-query" | "bad-quiet")."""
        target, tag, posts = old.target, self.tag or old.tag, old.posts
        if channel is not None:
            target = channels.target_of(channel, thread=self.opens_thread(old))
            if channel.id != old.channel:
                tag, posts = self.tag, replace(posts, tags=())
        return replace(
            old,
            channel=old.channel if channel is None else channel.id,
            timing=self._timing(old.timing),
            choice=self._source(old.choice),
            style=self.style or old.style,
            late=old.late if self.late is None else self.late,
            skip_empty=old.skip_empty if self.skip_empty is None else self.skip_empty,
            quiet=old.quiet if self.quiet is None else parse_quiet_hours(self.quiet),
            target=target,
            tag=tag if target == "forum" else None,
            posts=posts,
        )

    def _timing(self, old: Timing) -> Timing:
        zone = self.zone or old.zone
        known_zone(zone)
        every: Frequency = "cron" if self.cron else self.when or old.every
        line = (self.cron or old.cron) if every == "cron" else None
        if every == "cron" and not line:
            raise BadInput("needs-cron")
        minute = old.minute if self.at is None else parse_time_of_day(self.at)
        day = old.day if every == old.every and self.day is None else _parse_day(every, self.day or "")
        timing = Timing(every, minute, day, line, zone)
        timing.rule()
        return timing

    def _source(self, old: ContentSource) -> ContentSource:
        what = self.what or old.what
        count = self.count or old.count
        days = old.days if self.days is None else self.days or None
        if what not in ("search", "source", "subreddit"):
            return ContentSource(what, "", days, count)
        text = self.query if self.query is not None else old.text if what == old.what else ""
        text = text.strip()
        text = text.removeprefix("/").removeprefix("r/") if what == "subreddit" else text
        if not text:
            raise BadInput("needs-query")
        return ContentSource(what, text, days, count)


def with_digest_options(command: Command) -> Any:
    """Replaces the `**options` of a command by options for the fields of DigestOptions. The result is typed
    as Any because the type system cannot express the added options."""
    own = [
        parameter
        for parameter in inspect.signature(command).parameters.values()
        if parameter.kind is not parameter.VAR_KEYWORD
    ]
    named = {parameter.name for parameter in own}
    types = get_type_hints(DigestOptions, include_extras=True)
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=types[name])
        for name in DESCRIPTIONS
        if name not in named
    ]
    # inspect, and so discord.py, reads this.
    command.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
    choices = {"when": FREQUENCIES, "what": SOURCES, "style": STYLES}
    decorated = app_commands.choices(**{name: localized_choices(ids) for name, ids in choices.items()})(
        command
    )
    decorated = app_commands.autocomplete(zone=complete_zone, query=complete_query)(decorated)
    return app_commands.describe(**{name: localized(id_) for name, id_ in DESCRIPTIONS.items()})(decorated)


def with_digest_number(command: Command) -> Command:
    """Adds a description and autocompletion to the option `digest`."""
    decorated = app_commands.autocomplete(digest=complete_digest)(command)
    return app_commands.describe(digest=localized("option-digest"))(decorated)


def parse_quiet_hours(text: str) -> tuple[int, int] | None:
    """Parses quiet hours such as 22:00-7:00 or 10 pm to 7 am to minutes after midnight; `off` to None. Raises
    BadInput("bad-quiet")."""
    if text.strip().casefold() in ("off", "none", "no"):
        return None
    try:
        start, end = map(parse_time_of_day, _RANGE.split(text.strip()))
    except (ValueError, BadInput):
        raise BadInput("bad-quiet", text=text) from None
    if start == end:
        raise BadInput("bad-quiet", text=text)
    return start, end


def parse_time_of_day(text: str) -> int:
    """Parses a time such as 8, 08:30, 8.30 or 8 pm to minutes after midnight. Raises BadInput("bad-time")."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise BadInput("bad-time", text=text)
    hour, minutes, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half and not 1 <= hour <= 12:
        raise BadInput("bad-time", text=text)
    hour = hour % 12 + 12 * (half == "pm") if half else hour
    if hour > 23 or minutes > 59:
        raise BadInput("bad-time", text=text)
    return hour * 60 + minutes


def _parse_day(every: Frequency, text: str) -> int | None:
    """The day for weekly and monthly digests, a weekday in English or in the member's language; the first day
    if none is given."""
    typed = text.strip().casefold()
    if every == "weekly":
        fitting = [
            day
            for day, name in enumerate(WEEKDAYS)
            if any(each.casefold().startswith(typed) for each in (name, formats.weekday(day)))
        ]
        if typed and len(fitting) != 1:
            raise BadInput("bad-day", text=text)
        return fitting[0]
    if every == "monthly":
        if typed and not (typed.isdecimal() and typed.isascii() and 1 <= int(typed) <= 31):
            raise BadInput("bad-day", text=text)
        return int(typed or 1)
    return None


async def complete_query(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Completes sources, if the digest's content is that of a source."""
    return await sources(interaction, typed) if interaction.namespace.what == "source" else []


async def complete_digest(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    """Completes the server's digests, for its moderators."""
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
    """Completes time zones that contain the typed text."""
    needle = typed.strip().replace(" ", "_").casefold()
    names = await asyncio.to_thread(zone_names)
    matches = [name for name in names if needle in name.casefold()][:MAX_OPTIONS]
    return [app_commands.Choice(name=name, value=name) for name in matches]
