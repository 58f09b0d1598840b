"""A server's configuration as a file: its settings, its digests, and its channels' follows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import msgspec

from bot.domain.digests import MAX_SCHEDULES, DeliveryTarget, DigestConfig
from bot.domain.exclusions import Exclusions
from bot.domain.follows import MAX_FOLLOWS, FollowTarget
from bot.domain.loads import Person
from bot.domain.server_settings import ServerSettings
from bot.domain.zones import known_zone
from bot.errors import BadInput, NotFound, UserError
from bot.i18n import LANGUAGES
from bot.services.archive import ArchiveService
from bot.services.digests.digests import DigestService
from bot.services.follows.follows import FollowService
from bot.services.settings import SettingsService
from bot.text.search.query import parse_query

FILE_VERSION = 1
CanPlan = Callable[[int, DeliveryTarget], bool]
"""Whether the importing member can plan such posts in the channel with this number."""
CanSchedule = Callable[[DigestConfig], bool]
"""Whether the importing member can plan this digest."""
MAX_BYTES = 256 * 1024
"""The maximum size of a file in bytes; hundreds of digests and follows are far smaller."""


@dataclass(frozen=True, slots=True)
class SavedFollow:
    """A channel's follow. A followed article has its title, as ids differ between archives."""

    channel: int
    watch: FollowTarget
    title: str | None = None
    leave_out: Exclusions = Exclusions()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """The contents of a file of the format `newsdesk`. Follows by direct message are private and not
    included."""

    newsdesk: int
    settings: ServerSettings
    schedules: tuple[DigestConfig, ...] = ()
    follows: tuple[SavedFollow, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingsChanges:
    """What a file would change: fields of the settings with their old and new value, what it would add, how
    much exists `already`, and how much is `left_out` because its channel or article does not exist here,
    nothing can be planned there, or its author's name is hidden."""

    settings: Mapping[str, tuple[Any, Any]]
    schedules: tuple[DigestConfig, ...]
    follows: tuple[SavedFollow, ...]
    already: int = 0
    left_out: int = 0

    @property
    def any(self) -> bool:
        return bool(self.settings or self.schedules or self.follows)


class SettingsTransfer:
    """Exports and imports the configuration."""

    def __init__(
        self,
        settings: SettingsService,
        digests: DigestService,
        follows: FollowService,
        archive: ArchiveService,
    ) -> None:
        self._settings = settings
        self._digests = digests
        self._follows = follows
        self._archive = archive

    async def export(self, guild: int) -> bytes:
        """Returns the file of a server, as indented JSON."""
        schedules = await self._digests.schedules(guild)
        follows = await self._follows.follows(guild)
        saved = SettingsFile(
            FILE_VERSION,
            await self._settings.get(guild),
            tuple(schedule.plan for schedule in schedules),
            tuple(
                [
                    SavedFollow(
                        follow.where,
                        follow.watch,
                        await self._title(guild, follow.watch),
                        follow.leave_out,
                    )
                    for follow in follows
                ]
            ),
        )
        return msgspec.json.format(msgspec.json.encode(saved), indent=2) + b"\n"

    async def changes(
        self,
        guild: int,
        saved: SettingsFile,
        can_plan: CanPlan,
        can_schedule: CanSchedule,
        roles: Collection[int] | None,
        now: datetime,
    ) -> SettingsChanges:
        """Returns what `apply` would do, in a server with these roles; None for `roles` if the moderators'
        role must not be changed. Raises BadInput("settings-file-schedule" | "too-many-schedules" |
        "too-many-follows")."""
        present = await self._settings.get(guild)
        known_plans = [known.plan for known in await self._digests.schedules(guild)]
        plans = [replace(plan, guild=guild) for plan in saved.schedules]
        for number, plan in enumerate(plans, 1):
            try:
                self._digests.runs(plan, now)
            except UserError as error:
                raise BadInput("settings-file-schedule", number=number) from error
        new_plans = [plan for plan in plans if plan not in known_plans]
        here_plans = tuple(filter(can_schedule, new_plans))
        if len(known_plans) + len(here_plans) > MAX_SCHEDULES:
            raise BadInput("too-many-schedules", most=MAX_SCHEDULES)
        known_follows = [(known.where, known.watch) for known in await self._follows.follows(guild)]
        new_follows = [
            follow for follow in saved.follows if (follow.channel, follow.watch) not in known_follows
        ]
        hidden = saved.settings.pseudonyms
        here_follows = [
            follow
            for follow in new_follows
            if can_plan(follow.channel, "channel")
            and not (hidden and _names_author(follow.watch))
            and await self._is_here(guild, follow)
        ]
        added_channels = [follow.channel for follow in here_follows]
        known_channels = [channel for channel, _ in known_follows]
        for channel in set(added_channels):
            if (known_channels + added_channels).count(channel) > MAX_FOLLOWS:
                raise BadInput("too-many-follows", most=MAX_FOLLOWS)
        return SettingsChanges(
            _changed(present, saved.settings, can_plan, roles),
            here_plans,
            tuple(here_follows),
            len(plans) + len(saved.follows) - len(new_plans) - len(new_follows),
            len(new_plans) + len(new_follows) - len(here_plans) - len(here_follows),
        )

    async def apply(
        self, guild: int, changes: SettingsChanges, by: Person, now: datetime, draft: str
    ) -> None:
        """Applies the changes; a repeated call with the same draft adds nothing twice."""
        if changes.settings:
            await self._settings.change(guild, **{name: new for name, (_, new) in changes.settings.items()})
        for place, plan in enumerate(changes.schedules):
            await self._digests.create(plan, by, now, f"{draft}.{place}")
        for follow in changes.follows:
            added, _ = await self._follows.add(guild, follow.channel, follow.watch, by, now, direct=False)
            await self._follows.leave_out(guild, added.id, follow.leave_out)

    async def _title(self, guild: int, watch: FollowTarget) -> str | None:
        if watch.article is None:
            return None
        scope = await self._settings.scope(guild, adult=True)
        try:
            return (await self._archive.article(scope, watch.article)).title
        except NotFound:
            return None

    async def _is_here(self, guild: int, saved: SavedFollow) -> bool:
        """Whether a followed article is the same one here; searches can be anywhere."""
        return saved.watch.article is None or (
            saved.title is not None and await self._title(guild, saved.watch) == saved.title
        )


def read(data: bytes) -> SettingsFile:
    """Parses a file. Raises BadInput("bad-settings-file" | "newer-settings-file" | "settings-file-...")."""
    if len(data) > MAX_BYTES:
        raise BadInput("settings-file-too-large")
    try:
        saved = msgspec.json.decode(data, type=SettingsFile)
    except msgspec.ValidationError as error:
        place = str(error).partition(" - at `$.")[2].rstrip("`")
        raise (
            BadInput("settings-file-field", place=place) if place else BadInput("bad-settings-file")
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput("bad-settings-file") from error
    if saved.newsdesk > FILE_VERSION:
        raise BadInput("newer-settings-file", found=saved.newsdesk, known=FILE_VERSION)
    known_zone(saved.settings.zone)
    saved.settings.check()
    if saved.settings.language not in ("", *LANGUAGES):
        raise BadInput("settings-file-language", language=saved.settings.language)
    for number, follow in enumerate(saved.follows, 1):
        if not follow.watch.is_valid:
            raise BadInput("settings-file-follow", number=number)
        follow.leave_out.check()
    return saved


def _changed(
    present: ServerSettings, saved: ServerSettings, can_plan: CanPlan, roles: Collection[int] | None
) -> dict[str, tuple[Any, Any]]:
    """Returns the fields that differ; channels in which nothing can be planned and roles that do not exist
    here are ignored."""

    def is_usable(name: str, new: Any) -> bool:
        if name in ("posting_rule", "posting_channels"):
            return all(can_plan(channel, "channel") for channel in saved.posting_channels)
        if new is None or name not in ("digest_channel", "moderator_channel", "moderator_role"):
            return True
        return new in (roles or ()) if name == "moderator_role" else can_plan(new, "channel")

    names: Sequence[str] = [field.name for field in fields(ServerSettings) if field.name != "guild"]
    pairs = {name: (getattr(present, name), getattr(saved, name)) for name in names}
    return {
        name: (old, new)
        for name, (old, new) in pairs.items()
        if old != new and not (name == "moderator_role" and roles is None) and is_usable(name, new)
    }


def _names_author(watch: FollowTarget) -> bool:
    return watch.filters.narrowed(parse_query(watch.query)).names_author
