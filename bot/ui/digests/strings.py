"""Texts of cards about scheduled digests: timing, content, outcomes and reasons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain.digests import ContentSource, Decision, Delivery, DeliveryPart, DigestConfig, Schedule, Timing
from bot.i18n import formats, msg
from bot.ui.kit import leave_out, post_strings
from bot.ui.kit.format import dotted
from bot.ui.kit.markdown import time
from bot.ui.kit.truncate import truncate

_REASONS = {
    "deleted": "digest-reason-deleted",
    "direct-refused": "follow-reason-direct-refused",
    "discord-refused": "digest-reason-discord-refused",
    "forum-needs-tag": "digest-reason-forum-needs-tag",
    "left": "follow-reason-left",
    "no-such-tag": "digest-reason-no-such-tag",
    "nothing": "digest-reason-nothing",
    "paused": "digest-reason-paused",
    "quiet": "digest-reason-quiet",
    "too-late": "digest-reason-too-late",
    "unreachable": "digest-reason-unreachable",
}
_CONTENTS = {
    "headlines": "digest-up-to-headlines",
    "summaries": "digest-up-to-summaries",
    "digests": "digest-up-to-comment-digests",
}


def describe_timing(timing: Timing) -> str:
    """every Monday at 08:30 (Europe/Berlin); a cron line is marked as code."""
    day = timing.day or 0
    return msg(
        "digest-timing",
        every="monthly-or-last" if timing.every == "monthly" and day > 28 else timing.every,
        time=time_of_day(timing.minute),
        weekday=formats.weekday(day % 7),
        day=day,
        cron=timing.cron or "",
        zone=timing.zone,
    )


def time_of_day(minute: int) -> str:
    """08:30"""
    return f"{minute // 60:02}:{minute % 60:02}"


def unescaped(text: str, limit: int) -> str:
    """The text unescaped, for places without markdown or that escape it later."""
    return text[:limit]


def describe(config: DigestConfig) -> str:
    """newest from courier.example · every day at 08:30 (Europe/Berlin); plain."""
    timing = describe_timing(config.timing).replace("`", "")
    return dotted(describe_source(config.choice, unescaped), timing)


def describe_source(source: ContentSource, fit: Callable[[str, int], str] = truncate) -> str:
    """newest from courier.example; `fit` truncates user input and, if needed, escapes it."""
    if source.what == "most-discussed" and source.days:
        return msg("digest-source-most-discussed", days=source.days)
    return msg("digest-source", what=source.what, text=fit(source.text, 100))


def heading(source: ContentSource, fit: Callable[[str, int], str] = truncate) -> str:
    """New in the archive; `fit` as in `describe_source`."""
    if source.what == "most-discussed" and source.days:
        return msg("digest-heading-most-discussed", days=source.days)
    return msg("digest-heading", what=source.what, text=fit(source.text, 100))


def post_title(config: DigestConfig, at: datetime) -> str:
    """Most discussed of the last 7 days · 12 Mar 2024; unescaped, for the name of a thread or forum post."""
    local = at.astimezone(config.timing.zone_info())
    clock = f"{local:%H:%M}" if len(config.timing.rule().minutes) > 1 else ""
    return dotted(heading(config.choice, unescaped), formats.day(local), clock)


def reason(key: str) -> str:
    """Why something was not posted, or why a digest was paused; to stand after a colon."""
    return post_strings.delivery_reason(key, _REASONS)


def next_post(at: datetime | None) -> str:
    """Next post Tuesday, 12 March 2024 08:30, in 3 hours"""
    if at is None:
        return msg("digest-no-next-post")
    return msg("digest-next-post", when=time(at, "F"), relative=time(at, "R"))


def describe_next_chance(now: Decision | None, source: ContentSource) -> str:
    """The decision about an article if the next slot were now."""
    if source.what == "random":
        return msg("digest-chance-random")
    return msg("digest-chance", rule=rule(now)) if now else msg("digest-chance-none")


def rule(decision: Decision) -> str:
    """picked; skipped because other articles came first"""
    if decision.left_out is not None:
        return leave_out.reason(decision.left_out)
    return msg("digest-rule", rule=decision.rule)


def describe_options(config: DigestConfig) -> str:
    """up to 5 headlines · if missed, posts up to 2 hours late · skips empty days"""
    quiet = config.quiet
    return dotted(
        msg(_CONTENTS[config.style], count=config.choice.count),
        msg("digest-late", hours=config.late) if config.late else msg("digest-never-late"),
        msg("digest-quiet", start=time_of_day(quiet[0]), end=time_of_day(quiet[1])) if quiet else "",
        _target(config),
        msg("digest-skips-empty" if config.skip_empty else "digest-posts-empty"),
    )


def describe_posts(config: DigestConfig) -> str:
    """one post for each article · pings @News · leaves out the words “gulls”; empty for the usual posts"""
    options = config.posts
    tags = dict.fromkeys(rule.tag for rule in options.tags)
    return dotted(
        msg("digest-posts-each") if options.each else "",
        msg("digest-pings", role=f"<@&{options.role}>") if options.role is not None else "",
        msg("digest-silent") if options.silent else "",
        msg("digest-published") if options.publish else "",
        msg("digest-pinned") if options.pin else "",
        msg("digest-tags", tags=truncate(formats.joined(tags), 200)) if tags else "",
        msg("digest-own-template") if options.heading or options.item or options.footer else "",
        leave_out.describe(config.leave_out),
    )


def _target(config: DigestConfig) -> str:
    if config.tag:
        return msg("digest-target-tagged", tag=truncate(config.tag, 40))
    return "" if config.target in ("channel", "direct") else msg("digest-target", target=config.target)


def state(schedule: Schedule) -> str:
    """active; paused: the channel was deleted"""
    if schedule.state == "paused" and schedule.reason:
        return msg("digest-paused-because", reason=reason(schedule.reason))
    return msg("digest-state", state=schedule.state)


def since(delivery: Delivery) -> str | None:
    """The resulting edit of a slot's messages: the one that awaits a decision, else the first."""
    edits = [edit for edit in (delivery.since, *(part.since for part in delivery.parts)) if edit is not None]
    return "marked" if "marked" in edits else next(iter(edits), None)


def outcome(delivery: Delivery) -> str:
    """posted 5 articles; failed: the channel was deleted"""
    if delivery.parts:
        posts: tuple[Delivery | DeliveryPart, ...] = (delivery, *delivery.parts)
        posted = sum(post.state == "posted" for post in posts)
        count = msg("digest-posted-parts", posted=posted, count=len(posts))
        reasons = [post.reason for post in posts if post.state != "posted" and post.reason]
        failed = min(reasons, key=lambda key: key == "nothing", default=None)  # failures come first
        edits = post_strings.since(sum(post.removed for post in posts), since(delivery))
        return dotted(count, reason(failed) if failed else "", edits)
    if delivery.state == "posted":
        edits = post_strings.since(delivery.removed, delivery.since)
        return dotted(msg("digest-posted", count=len(delivery.articles)), edits)
    if delivery.reason and delivery.state != "empty":
        return msg("digest-outcome-because", state=delivery.state, reason=reason(delivery.reason))
    return msg("digest-outcome", state=delivery.state)
