"""Scheduled digests in words: what a moderator plans, what is picked by which rule, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.answers import CommentDigest, Summary
from bot.domain.articles import Article
from bot.domain.loads import Person
from bot.domain.recurrence import (
    Occurrence,
    QuietHours,
    Rule,
    daily,
    monthly,
    never_outside,
    parse_cron,
    upcoming,
    upcoming_outside,
    weekdays,
    weekly,
)
from bot.errors import BadInput

Frequency = Literal["daily", "weekdays", "weekly", "monthly", "cron"]
SourceKind = Literal["newest", "on-this-day", "most-discussed", "search", "source", "subreddit", "random"]
Style = Literal["headlines", "summaries", "digests"]
DeliveryTarget = Literal["channel", "thread", "forum"]
"""A message; a message with a thread that is opened on it; or a forum's post."""
ScheduleState = Literal["active", "paused", "deleted"]
DeliveryState = Literal["claimed", "sending", "posted", "empty", "missed", "failed"]
"""`claimed` and `sending` are open: a runner works on them, or will when the one that did is gone."""
RuleName = Literal["picked", "new-comments", "shown-before", "twin", "over-18", "enough"]

MAX_ARTICLES = 25
"""Articles of one post: as many as its list to open them takes."""
MAX_HOURS_LATE = 24
"""Hours that a slot may be late."""
MAX_DAYS = 3660
MAX_SOURCE_TEXT = 200
MAX_TAG = 20
_MINUTES_A_DAY = 1440
"""Minutes of a day."""
GRACE_PERIOD = timedelta(minutes=10)
"""So late is still on time: the bot may start anew, and Discord may be away for a moment."""
MAX_DECISIONS = 100
"""Decisions that are kept of one delivery, the picked ones first."""
MAX_SCHEDULES = 25
"""Schedules of one server: as many as Discord completes and one card lists."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When: a wall time in a zone, on days that `every` says. `day` is 0 (Monday) to 6 for `weekly`, 1 to 31
    for `monthly`; `cron` is the line where `every` is that."""

    every: Frequency
    minute: int = 8 * 60
    """Minutes after midnight."""
    day: int | None = None
    cron: str | None = None
    zone: str = "UTC"

    def rule(self) -> Rule:
        """What `bot.domain.recurrence` reckons with. Raises BadInput("bad-cron" | "cron-too-often" |
        "bad-day")."""
        at = time(*divmod(self.minute, 60))
        match self.every:
            case "daily":
                return daily(at)
            case "weekdays":
                return weekdays(at)
            case "weekly" if self.day is not None and 0 <= self.day <= 6:
                return weekly(self.day, at)
            case "monthly" if self.day is not None and 1 <= self.day <= 31:
                return monthly(self.day, at)
            case "cron":
                return parse_cron(self.cron or "")
        raise BadInput("bad-day", text="" if self.day is None else self.day)

    def zone_info(self) -> ZoneInfo:
        """The time zone. Raises BadInput("bad-zone")."""
        return known_zone(self.zone)


@dataclass(frozen=True, slots=True)
class ContentSource:
    """What to post: `text` is the search, the source or the subreddit; `days` the period of `most-discussed`,
    None being all time."""

    what: SourceKind
    text: str = ""
    days: int | None = 7
    count: int = 5


@dataclass(frozen=True, slots=True)
class DigestConfig:
    """What a moderator wants. `late` are the hours that a missed slot may be posted late, 0 to skip it;
    `quiet` the minutes after midnight between which nothing is posted, in the timing's zone; `tag` the name
    of a forum's; `planned_in` the channel in which it was asked for."""

    guild: int
    channel: int
    timing: Timing
    choice: ContentSource
    style: Style = "headlines"
    late: int = 2
    skip_empty: bool = True
    quiet: tuple[int, int] | None = None
    target: DeliveryTarget = "channel"
    tag: str | None = None
    planned_in: int | None = None

    def check(self) -> None:
        """Raises BadInput("bad-plan") for what no option gives: plans also come from files."""
        choice, quiet = self.choice, self.quiet
        fits = {
            "minute": 0 <= self.timing.minute < _MINUTES_A_DAY,
            "quiet": quiet is None
            or (quiet[0] != quiet[1] and all(0 <= minute < _MINUTES_A_DAY for minute in quiet)),
            "count": 1 <= choice.count <= MAX_ARTICLES,
            "days": choice.days is None or 1 <= choice.days <= MAX_DAYS,
            "text": len(choice.text) <= MAX_SOURCE_TEXT,
            "late": 0 <= self.late <= MAX_HOURS_LATE,
            "tag": len(self.tag or "") <= MAX_TAG,
        }
        for name, fit in fits.items():
            if not fit:
                raise BadInput("bad-plan", field=name)

    @property
    def lateness(self) -> timedelta:
        """How late a slot may be posted."""
        return max(GRACE_PERIOD, timedelta(hours=self.late))

    def upcoming(self, after: datetime) -> Iterator[Occurrence]:
        """The slots after a time, in order. Raises BadInput("bad-cron" | "cron-too-often" | "bad-day" |
        "bad-zone")."""
        rule, zone = self.timing.rule(), self.timing.zone_info()
        quiet = self._quiet()
        if quiet is None:
            return upcoming(after, rule, zone)
        return upcoming_outside(quiet, self.lateness, after, rule, zone)

    def quiet_until(self, at: datetime) -> datetime | None:
        """When the quiet hours end that this moment falls into; None where it falls into none."""
        quiet = self._quiet()
        return None if quiet is None else quiet.until(at, self.timing.zone_info())

    def always_quiet(self) -> bool:
        """Whether the quiet hours leave it nothing."""
        quiet = self._quiet()
        return quiet is not None and never_outside(quiet, self.lateness, self.timing.rule())

    def _quiet(self) -> QuietHours | None:
        if self.quiet is None:
            return None
        start, end = (time(*divmod(minute, 60)) for minute in self.quiet)
        return QuietHours(start, end)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A stored plan. `next_at` is the next slot, also of a paused one; `reason` names why it paused
    itself."""

    id: int
    plan: DigestConfig
    state: ScheduleState
    reason: str | None
    by: Person
    made_at: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that could be posted, with the comments it has now. `same` is what it has in common with its
    copies in other archives, and with itself when it is loaded again."""

    article: int
    title: str
    comments: int
    over_18: bool = False
    same: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of an article, by the rule's name: `picked` (not posted before by this schedule),
    `new-comments` (posted before, and picked for its new comments), `shown-before`, `twin` (its copy in
    another archive was picked), `over-18` (the channel is not for it), `enough` (others came first)."""

    article: int
    title: str
    comments: int
    rule: RuleName
    same: str = ""

    @property
    def picked(self) -> bool:
        return self.rule in ("picked", "new-comments")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One slot of a schedule and what became of it. `mark` stands in the message and tells it from all
    others; `tries` counts how often it was begun. `decisions` are kept from when it was composed."""

    id: int
    schedule: int
    guild: int
    channel: int
    due_at: datetime
    state: DeliveryState
    manual: bool
    nonce: str
    attempts: int
    target: DeliveryTarget = "channel"
    message: int | None = None
    sent_at: datetime | None = None
    reason: str | None = None
    decisions: tuple[Decision, ...] = ()
    removed: int = 0
    """Articles of it that were undone or erased since."""
    since: str | None = None
    """What became of the message for that: `marked`, `waiting`, `edited`, or why it was not edited."""

    @property
    def articles(self) -> tuple[int, ...]:
        """What it posts, in its order."""
        return tuple(decision.article for decision in self.decisions if decision.picked)

    @property
    def open(self) -> bool:
        return self.state in ("claimed", "sending")

    @property
    def place(self) -> int:
        """The channel or thread in which the message stands; a forum's post is a thread of its number."""
        return self.message if self.target == "forum" and self.message is not None else self.channel

    @property
    def link(self) -> str | None:
        """Where the message is."""
        if self.message is None:
            return None
        return f"https://discord.com/channels/{self.guild}/{self.place}/{self.message}"


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """One article of a post, with as much of it as the style wants."""

    article: Article
    summary: Summary | None = None
    comment_digest: CommentDigest | None = None


@dataclass(frozen=True, slots=True)
class DigestPost:
    """What a delivery posts; `id` and `mark` are the delivery's, 0 and empty in a preview."""

    plan: DigestConfig
    id: int
    nonce: str
    entries: tuple[DigestEntry, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of one article, or of a slot as a whole, in one schedule: the delivery that says so, if
    there is one, its decision of the article, and the next slot."""

    schedule: Schedule
    delivery: Delivery | None
    decision: Decision | None
    next_at: datetime | None
    now: Decision | None = None
    """What would be decided of the article now."""
    to_come: bool = False
    """The time that was asked for has not come yet."""
    quiet: bool = False
    """The time that was asked for falls into the quiet hours."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """What a plan would have posted at one of its past slots."""

    at: datetime
    titles: tuple[str, ...]


def decide(
    candidates: Iterable[Candidate], shown: Mapping[str, int], count: int, *, adult: bool
) -> tuple[Decision, ...]:
    """Picks the first `count` candidates that may be posted, and says of every one by which rule. `shown`
    maps what the schedule has posted (`Candidate.same`) to the comments it had then; `adult` is a channel
    for adults."""
    decisions: list[Decision] = []
    picked: set[str] = set()
    for candidate in candidates:
        before = shown.get(candidate.same)
        rule: RuleName
        if candidate.over_18 and not adult:
            rule = "over-18"
        elif candidate.same in picked:
            rule = "twin"
        elif before is not None and candidate.comments <= before:
            rule = "shown-before"
        elif len(picked) == count:
            rule = "enough"
        else:
            rule = "picked" if before is None else "new-comments"
            picked.add(candidate.same)
        decisions.append(
            Decision(candidate.article, candidate.title, candidate.comments, rule, candidate.same)
        )
    # A stable sort: what was picked must be kept whole, of the rest the first.
    decisions.sort(key=lambda decision: not decision.picked)
    return tuple(decisions[:MAX_DECISIONS])


@cache
def zone_names() -> tuple[str, ...]:
    """All IANA names, in order. The first time it reads the disk for some milliseconds."""
    return tuple(sorted(available_timezones()))


def known_zone(name: str) -> ZoneInfo:
    """The IANA zone of this name, however it is cased or spaced. Raises BadInput("bad-zone")."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        typed = name.strip().replace(" ", "_").casefold()
    for known in zone_names():
        if known.casefold() == typed:
            return ZoneInfo(known)
    raise BadInput("bad-zone", text=name)
