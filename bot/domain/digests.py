"""Scheduled digests: their settings, the rule that picks their articles, and the outcome of each delivery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.answers import CommentDigest, Summary
from bot.domain.articles import Article
from bot.domain.exclusions import Exclusions, LeftOut
from bot.domain.loads import Person
from bot.domain.post_options import MAX_PUBLISHED, MAX_TAG, PostOptions
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
from bot.domain.search import Hit
from bot.domain.stories import StoryThread
from bot.domain.zones import known_zone
from bot.errors import BadInput

Frequency = Literal["daily", "weekdays", "weekly", "monthly", "cron"]
SourceKind = Literal["newest", "on-this-day", "most-discussed", "search", "source", "subreddit", "random"]
Style = Literal["headlines", "summaries", "digests"]
DeliveryTarget = Literal["channel", "thread", "forum", "direct"]
"""A message, a message on which a thread is opened, a forum post, or a direct message to one member."""
ScheduleState = Literal["active", "paused", "deleted"]
DeliveryState = Literal["claimed", "sending", "posted", "empty", "missed", "failed"]
"""`claimed` and `sending` are open: a runner is working on them, or the next runner will."""
RuleName = Literal[
    "picked",
    "new-comments",
    "shown-before",
    "story-shown",
    "twin",
    "same-story",
    "over-18",
    "left-out",
    "enough",
]

MAX_ARTICLES = 25
"""The most articles of one post: what the select menu that opens them can hold."""
MAX_HOURS_LATE = 24
"""The most hours that a slot can be late."""
MAX_DAYS = 3660
MAX_SOURCE_TEXT = 200
_MINUTES_A_DAY = 1440
GRACE_PERIOD = timedelta(minutes=10)
"""Delays up to this count as on time: the bot may restart, or Discord may be unreachable for a moment."""
MAX_DECISIONS = 100
"""The most decisions stored with a delivery, the picked articles first."""
MAX_SCHEDULES = 25
"""The most schedules of one server: what Discord's autocompletion and one card can list."""
MAX_DIRECT_SCHEDULES = 5
"""The most digests that one member of a server gets by direct message."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When a digest is due: a wall-clock time in a zone, on the days given by `every`. `day` is 0 (Monday) to
    6 for `weekly` and 1 to 31 for `monthly`; `cron` is the cron line if `every` is `cron`."""

    every: Frequency
    minute: int = 8 * 60
    """Minutes after midnight."""
    day: int | None = None
    cron: str | None = None
    zone: str = "UTC"

    def rule(self) -> Rule:
        """The rule for `bot.domain.recurrence`. Raises BadInput("bad-cron" | "cron-too-often" |
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
    """What to post: `text` is the query, the source or the subreddit; `days` is the period of
    `most-discussed`, None for all time."""

    what: SourceKind
    text: str = ""
    days: int | None = 7
    count: int = 5


@dataclass(frozen=True, slots=True)
class DigestConfig:
    """The settings of a digest. `late` is the number of hours that a missed slot can be late, 0 to skip it;
    `quiet` is the start and end of the quiet hours in minutes after midnight, in the timing's zone; `tag` is
    the name of a forum tag; `planned_in` is the channel in which the digest was created. For direct messages,
    `channel` is the member's id."""

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
    posts: PostOptions = PostOptions()  # noqa: RUF009 - frozen
    leave_out: Exclusions = Exclusions()  # noqa: RUF009 - frozen

    def check(self) -> None:
        """Raises BadInput("bad-plan" | "unknown-placeholder" | "bad-exclusions" | "exclusions-too-long" |
        "too-many-to-publish") for values that no option allows: settings are also imported from files."""
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
            "posts": not self.direct or self.posts.for_one_person,
        }
        if self.posts.each and self.posts.publish and choice.count > MAX_PUBLISHED:
            raise BadInput("too-many-to-publish", most=MAX_PUBLISHED)
        for name, fit in fits.items():
            if not fit:
                raise BadInput("bad-plan", field=name)
        self.posts.check()
        self.leave_out.check()

    @property
    def direct(self) -> bool:
        """Whether it is sent to one member by direct message."""
        return self.target == "direct"

    @property
    def lateness(self) -> timedelta:
        """The longest delay after which a slot is still posted."""
        return max(GRACE_PERIOD, timedelta(hours=self.late))

    def upcoming(self, after: datetime) -> Iterator[Occurrence]:
        """The slots after `after`, in order. Raises BadInput("bad-cron" | "cron-too-often" | "bad-day" |
        "bad-zone")."""
        rule, zone = self.timing.rule(), self.timing.zone_info()
        quiet = self._quiet()
        if quiet is None:
            return upcoming(after, rule, zone)
        return upcoming_outside(quiet, self.lateness, after, rule, zone)

    def quiet_until(self, at: datetime) -> datetime | None:
        """The end of the quiet hours that contain `at`, or None if it is outside them."""
        quiet = self._quiet()
        return None if quiet is None else quiet.until(at, self.timing.zone_info())

    def always_quiet(self) -> bool:
        """Whether every slot falls into the quiet hours."""
        quiet = self._quiet()
        return quiet is not None and never_outside(quiet, self.lateness, self.timing.rule())

    def _quiet(self) -> QuietHours | None:
        if self.quiet is None:
            return None
        start, end = (time(*divmod(minute, 60)) for minute in self.quiet)
        return QuietHours(start, end)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A stored digest. `next_at` is the next slot, even while it is paused; `reason` is why it was paused
    automatically."""

    id: int
    plan: DigestConfig
    state: ScheduleState
    reason: str | None
    by: Person
    made_at: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that could be posted, with its current number of comments. `same` identifies the same
    article in other archives and in later loads."""

    article: int
    title: str
    comments: int
    over_18: bool = False
    same: str = ""
    left_out: LeftOut | None = None
    """The filter that leaves it out."""
    story: tuple[str, ...] = ()
    """`same` of the other articles of its story, and of the other reports of its event."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision about an article, named after the rule that made it: `picked` (not posted before by this
    schedule), `new-comments` (posted before, picked again for its new comments), `shown-before`,
    `story-shown` (another thread of its story was posted before), `twin` (its copy in another archive was
    picked), `same-story` (another thread of its story was), `over-18` (not allowed in the channel),
    `left-out` (by a filter), `enough` (the post was full)."""

    article: int
    title: str
    comments: int
    rule: RuleName
    same: str = ""
    left_out: LeftOut | None = None

    @property
    def picked(self) -> bool:
        return self.rule in ("picked", "new-comments")


@dataclass(frozen=True, slots=True)
class DeliveryPart:
    """A further post of a slot that has one for each article, and its outcome."""

    article: int
    state: DeliveryState
    message: int | None = None
    reason: str | None = None
    removed: int = 0
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One post of a slot and its outcome. `nonce` is embedded in the message to identify it; `attempts`
    counts the attempts to send it. `decisions` are those made for the slot when it was composed. `part` is
    the place of the post in its slot; only the first has decisions and `parts`, those after it. `article` is
    the only one that the post shows, None if it shows all that were picked."""

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
    """How many of its articles were undone or erased since."""
    since: str | None = None
    """The resulting edit of the message: `marked`, `waiting`, `edited`, or the reason why it was not
    edited."""
    part: int = 0
    article: int | None = None
    parts: tuple[DeliveryPart, ...] = ()

    @property
    def articles(self) -> tuple[int, ...]:
        """The ids of the articles in this post, in order."""
        if self.article is not None:
            return (self.article,)
        return tuple(decision.article for decision in self.decisions if decision.picked)

    @property
    def open(self) -> bool:
        return self.state in ("claimed", "sending")

    @property
    def direct(self) -> bool:
        """Whether it is a direct message."""
        return self.target == "direct"

    @property
    def place(self) -> int:
        """The id of the channel, the member or the thread that has the message; a forum post is a thread
        with the message's id."""
        return self.message if self.target == "forum" and self.message is not None else self.channel

    @property
    def link(self) -> str | None:
        """The address of the message; None before it is sent, and for direct messages."""
        return self._link(self.message)

    @property
    def links(self) -> dict[int, str | None]:
        """The addresses of the slot's messages by their articles, if each has one of its own."""
        own = {} if self.article is None else {self.article: self.link}
        return own | {part.article: self._link(part.message) for part in self.parts}

    def _link(self, message: int | None) -> str | None:
        if message is None or self.direct:
            return None
        place = message if self.target == "forum" else self.channel
        return f"https://discord.com/channels/{self.guild}/{place}/{message}"


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """One article of a post, with the parts that its style shows, and the hit of a search that found it."""

    article: Article
    summary: Summary | None = None
    comment_digest: CommentDigest | None = None
    hit: Hit | None = None
    also: tuple[StoryThread, ...] = ()
    """The other threads of its story, and the other reports of the event."""


@dataclass(frozen=True, slots=True)
class DigestPost:
    """The content of a delivery's message; `id`, `nonce` and `part` are the delivery's, 0 and empty in a
    preview. With `each`, every article has a post of its own. `at` is its time; `tags` are the names of its
    tags in a forum."""

    plan: DigestConfig
    id: int
    nonce: str
    entries: tuple[DigestEntry, ...]
    at: datetime
    part: int = 0
    each: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an article, or a whole slot, was posted or not: the delivery, if any, its decision about the
    article, and the next slot."""

    schedule: Schedule
    delivery: Delivery | None
    decision: Decision | None
    next_at: datetime | None
    now: Decision | None = None
    """The decision about the article if the digest were composed now."""
    to_come: bool = False
    """Whether the requested time is in the future."""
    quiet: bool = False
    """Whether the requested time is within the quiet hours."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """What the digest would have posted at one of its past slots."""

    at: datetime
    titles: tuple[str, ...]
    left_out: int = 0
    """How many articles filters left out that no earlier run had left out."""
