"""The form of a digest's main settings; it can be submitted even after a restart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

import discord
from discord import ui

from bot.domain.digests import MAX_SOURCE_TEXT, DigestConfig, Frequency, Schedule, SourceKind, Style, Timing
from bot.errors import BadInput
from bot.i18n import formats, msg
from bot.ui.digests import strings
from bot.ui.digests.options import FREQUENCIES, SOURCES, STYLES, DigestOptions, parse_time_of_day
from bot.ui.kit.component_tree import field_value
from bot.ui.kit.context import Interaction
from bot.ui.kit.routes import number

_ID = re.compile(r"digestform:(?P<digest>\d+)")
MAX_TIME = 100


class DigestForm(ui.Modal):
    """The settings of a digest, or those of a new one; `submitted_options` reads it."""

    def __init__(self, schedule: Schedule | None) -> None:
        plan = schedule.plan if schedule is not None else None
        title = msg("digest-name", number=str(schedule.id)) if schedule else msg("digest-form-new")
        super().__init__(title=title, custom_id=f"digestform:{schedule.id if schedule else 0}", timeout=None)
        self._add_select("when", msg("digest-form-when"), FREQUENCIES, plan.timing.every if plan else None)
        self._add_text("time", msg("digest-form-time"), msg("digest-form-time-hint"), _time(plan), MAX_TIME)
        self._add_select("what", msg("digest-form-what"), SOURCES, plan.choice.what if plan else None)
        self._add_text(
            "query",
            msg("digest-form-query"),
            msg("digest-form-query-hint"),
            plan.choice.text if plan else "",
            MAX_SOURCE_TEXT,
        )
        self._add_select("style", msg("digest-form-style"), STYLES, plan.style if plan else None)

    def is_finished(self) -> bool:
        """Always true: a submission is self-contained, so discord.py need not keep the form."""
        return True

    def _add_select(self, field: str, title: str, labels: Mapping[str, str], current: str | None) -> None:
        chosen = current or next(iter(labels))
        options = [
            discord.SelectOption(label=msg(id_), value=value, default=value == chosen)
            for value, id_ in labels.items()
        ]
        self.add_item(ui.Label(text=title, component=ui.Select[Any](custom_id=field, options=options)))

    def _add_text(self, field: str, title: str, hint: str, current: str, longest: int) -> None:
        typed = ui.TextInput[Any](custom_id=field, default=current, max_length=longest, required=False)
        self.add_item(ui.Label(text=title, description=hint, component=typed))


def submitted_options(interaction: Interaction) -> tuple[int, DigestOptions] | None:
    """The digest of a submitted form, 0 for a new one, and its options; None for other interactions. Raises
    BadInput("bad-time")."""
    data: Mapping[str, Any] = interaction.data or {}
    match = _ID.fullmatch(str(data.get("custom_id", "")))
    if interaction.type is not discord.InteractionType.modal_submit or match is None:
        return None
    when, what, style = (field_value(data, field) for field in ("when", "what", "style"))
    day, at, cron = _split_time(field_value(data, "time").strip(), is_cron=when == "cron")
    options = DigestOptions(
        cast(Frequency, when) if when in FREQUENCIES else None,
        cast(SourceKind, what) if what in SOURCES else None,
        query=field_value(data, "query").strip() or None,
        style=cast(Style, style) if style in STYLES else None,
        at=at,
        day=day,
        cron=cron,
    )
    return number(match["digest"]), options


def _time(plan: DigestConfig | None) -> str:
    """08:00; Monday 08:00; 15 08:00; 0 8 * * 1"""
    timing = plan.timing if plan is not None else Timing("daily")
    if timing.cron is not None:
        return timing.cron
    day = "" if timing.day is None else str(timing.day)
    if day and timing.every == "weekly":
        day = formats.weekday(int(day))
    return f"{day} {strings.time_of_day(timing.minute)}".strip()


def _split_time(text: str, *, is_cron: bool) -> tuple[str | None, str | None, str | None]:
    """The day, the time and the cron line of a typed time, None for what is not in it."""
    if is_cron:
        return None, None, text or None
    try:
        parse_time_of_day(text)
    except BadInput:
        day, _, at = text.rpartition(" ") if " " in text else ("", "", text)
        if at.casefold() in ("am", "pm"):
            day, _, hour = day.rpartition(" ")
            at = f"{hour} {at}"
        return day or None, at or None, None
    return None, text, None
