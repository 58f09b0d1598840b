"""Texts of cards about scheduled digests: timing, content, outcomes and reasons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain.digests import ContentSource, Decision, Delivery, DigestConfig, Schedule, Timing
from bot.ui.kit import post_strings
from bot.ui.kit.format import counted, day
from bot.ui.kit.post_strings import DELIVERY_REASONS, NEEDS, permission_names
from bot.ui.kit.truncate import truncate

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PREVIEW = "-# Preview: so it would look now. Nothing is posted before it is saved."
PREVIEW_OF_CHANGE = "-# Preview: so digest {number} would look now. It stays as it is before this is saved."
PAST_RUNS = "**The last 7 days would have brought**"
EARLIER_PAST_RUNS = "-# {runs} earlier runs, with {articles}, and then:"
NO_PAST_RUNS = "-# In the last 7 days it would have posted nothing."
MOVED = " · the clocks change: that day has no {at}"
MOVED_CRON = " · later, as the clocks change"
CLOCKS = " · the clocks of {zone} change before it"
HELD = " · after the quiet hours"
CHANGED = "Digest {number} is changed: {what}, {when}, in <#{channel}>. Next {next}."
STILL_PAUSED = (
    "Digest {number} is changed: {what}, {when}, in <#{channel}>. It is still paused; {resume} goes on."
)
SAVED = "Saved as digest {number}: {what}, {when}, in <#{channel}>. Next {next}."
NOT_SAVED = "Not saved. Nothing will be posted."
PAUSED = "Digest {number} is paused. {resume} goes on with the next slot."
RESUMED = "Digest {number} goes on. Next {next}."
DELETED = "Digest {number} is deleted: {what}, in <#{channel}>. What it posted stays."
RUNNING = "Digest {number} posts in <#{channel}> in a moment, beside its own slots."
NONE = "Nothing is scheduled here yet. {create} plans a digest and shows it before it is saved."
NO_HISTORY = "Nothing has been due yet. Next {next}."
NOTHING_NEW = "Nothing new for this digest."
PAUSED_ITSELF = (
    "Digest {number} in <#{channel}> has paused itself: {reason} Mend it, then {resume} goes on with the "
    "next slot. {why} tells more."
)
OVER_18 = "An article that is marked 18+"
NEVER_A_CANDIDATE = "It was never among the articles that this digest looked at: {what}."
TO_COME = "That time is still to come."
ASKED_QUIET = "That time falls into the quiet hours, {quiet}, in which nothing is posted."
NO_SLOT_YET = "No slot of this digest has come yet."

REASONS = {
    **DELIVERY_REASONS,
    "deleted": "the digest was deleted.",
    "discord-refused": "Discord does not take the post.",
    "forum-needs-tag": "the forum wants a tag, and has none that Newsdesk may set.",
    "no-such-tag": "the forum has the chosen tag no more, or Newsdesk may not set it.",
    "nothing": "there was nothing to post.",
    "paused": "the digest was paused.",
    "quiet": "it fell into the quiet hours, and would have been too late after them.",
    "too-late": "it came later than this digest may be.",
    "unreachable": "Discord could not be reached; it is tried again.",
}
RULES = {
    "picked": "picked",
    "new-comments": "picked again for its new comments",
    "shown-before": "left out: this digest has shown it, and it has no new comments",
    "twin": "left out: the same article came from another archive",
    "over-18": "left out, as the channel is not for that",
    "enough": "left out: others came first",
}
_OUTCOMES = {
    "claimed": "due",
    "sending": "being posted",
    "posted": "posted",
    "empty": "nothing to post",
    "missed": "missed",
    "failed": "failed",
}


def describe_timing(timing: Timing) -> str:
    """every Monday at 08:30 (Europe/Berlin)"""
    at = time_of_day(timing)
    last = " or its last one" if (timing.day or 0) > 28 else ""
    text = {
        "daily": f"every day at {at}",
        "weekdays": f"Monday to Friday at {at}",
        "weekly": f"every {DAYS[(timing.day or 0) % 7]} at {at}",
        "monthly": f"on day {timing.day} of the month{last} at {at}",
        "cron": f"at `{timing.cron}`",
    }[timing.every]
    return f"{text} ({timing.zone})"


def time_of_day(timing: Timing) -> str:
    """08:30"""
    return f"{timing.minute // 60:02}:{timing.minute % 60:02}"


def unescaped(text: str, limit: int) -> str:
    """The text unescaped, for places without markdown or that escape it later."""
    return text[:limit]


def describe(config: DigestConfig) -> str:
    """the newest of courier.example, every day at 08:30 (Europe/Berlin); plain."""
    return f"{describe_source(config.choice, unescaped)}, {describe_timing(config.timing).replace('`', '')}"


def describe_source(source: ContentSource, fit: Callable[[str, int], str] = truncate) -> str:
    """the newest of courier.example; `fit` truncates user input and, if needed, escapes it."""
    text = fit(source.text, 100)
    period = _period(source)
    return {
        "newest": "what came in since the last one",
        "on-this-day": "on this day in earlier years",
        "most-discussed": f"the most discussed {period}",
        "search": f"the newest for “{text}”",
        "source": f"the newest of {text}",
        "subreddit": f"the newest of r/{text}",
        "random": "a random pick",
    }[source.what]


def heading(source: ContentSource, fit: Callable[[str, int], str] = truncate) -> str:
    """New in the archive; `fit` as in `describe_source`."""
    period = _period(source)
    return {
        "newest": "New in the archive",
        "on-this-day": "On this day",
        "most-discussed": f"Most discussed {period}",
        "search": f"New for “{fit(source.text, 100)}”",
        "source": f"New from {fit(source.text, 100)}",
        "subreddit": f"New from r/{fit(source.text, 100)}",
        "random": "From the archive",
    }[source.what]


def post_title(config: DigestConfig, at: datetime) -> str:
    """Most discussed of the last 7 days · 12 Mar 2024; unescaped, for the name of a thread or forum post."""
    local = at.astimezone(config.timing.zone_info())
    clock = f", {local:%H:%M}" if len(config.timing.rule().minutes) > 1 else ""
    return f"{heading(config.choice, unescaped)} · {day(local)}{clock}"


def reason(key: str) -> str:
    """Why something was not posted, or why a digest was paused."""
    if key.startswith(NEEDS):
        return f"Newsdesk lacks a permission there: {permission_names(key)}."
    return REASONS.get(key, key)


def describe_next_chance(now: Decision | None, source: ContentSource) -> str:
    """The decision about an article if the next slot were now."""
    if source.what == "random":
        return "; lots are drawn then"
    if now is None:
        return "; as things stand it would not be looked at"
    return "; as things stand it would be " + RULES[now.rule]


def quiet_hours(config: DigestConfig) -> str:
    """22:00 to 07:00"""
    if config.quiet is None:
        return ""
    start, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in config.quiet)
    return f"{start} to {end}"


def _period(source: ContentSource) -> str:
    if source.days is None:
        return "of all time"
    return "of the last day" if source.days == 1 else f"of the last {source.days:,} days"


def describe_options(config: DigestConfig) -> str:
    """5 headlines · a missed one is posted up to 2 hours late · nothing is posted when there is nothing"""
    name = {"headlines": "headline", "summaries": "summary", "digests": "article with its comment digest"}
    many = {"headlines": "headlines", "summaries": "summaries", "digests": "articles with comment digests"}
    late = f"posted up to {counted(config.late, 'hour')} late" if config.late else "skipped"
    tag = f" tagged {truncate(config.tag, 40)}" if config.tag else ""
    parts = [
        f"at most {counted(config.choice.count, name[config.style], many[config.style])}",
        f"a missed one is {late}",
        f"quiet from {quiet_hours(config)}" if config.quiet else "",
        {"channel": "", "thread": "with a thread", "forum": f"a post{tag}"}[config.target],
        "silent when there is nothing" if config.skip_empty else "says so when there is nothing",
    ]
    return " · ".join(filter(None, parts))


def state(schedule: Schedule) -> str:
    """active; paused: the channel is not there any more."""
    if schedule.state != "paused":
        return schedule.state
    return f"paused: {reason(schedule.reason)}" if schedule.reason else "paused"


def outcome(delivery: Delivery) -> str:
    """posted 5; failed: the channel is not there any more."""
    text = _OUTCOMES[delivery.state]
    if delivery.state == "posted":
        edits = post_strings.since(delivery.removed, delivery.since)
        return f"{text} {counted(len(delivery.articles), 'article')}{edits}"
    return f"{text}: {reason(delivery.reason)}" if delivery.reason and delivery.state != "empty" else text
