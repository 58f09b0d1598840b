"""Scheduled digests as cards: previews, lists, settings and delivery histories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.digests import Decision, Delivery, DigestPost, Explanation, PastRun, Schedule
from bot.domain.recurrence import Occurrence
from bot.ui.digests import post_card, strings
from bot.ui.kit import notices, routes
from bot.ui.kit.card import Button, Card, Colour, RouteOption
from bot.ui.kit.format import counted, minute
from bot.ui.kit.markdown import line, time
from bot.ui.kit.truncate import truncate, utf16_length

PREVIEW_FOOTER_ROOM = 700
"""The UTF-16 units reserved below the longest post in a preview, for the lines about the digest."""
HISTORY_PAGE_SIZE = 10
"""The number of deliveries on one card of a history."""
MAX_PAST_RUNS = 7
"""The most past runs that a preview lists individually."""
MAX_LISTED_DECISIONS = 12


@dataclass(frozen=True, slots=True)
class DigestPreview:
    """An unsaved digest: its post if it ran now, its next runs, and its past runs: `past_run_count` in the
    last 7 days, and what the latest of them would have posted. `digest_id` is the digest that it changes."""

    post: DigestPost
    runs: Sequence[Occurrence]
    past_runs: Sequence[PastRun]
    past_run_count: int
    digest_id: int | None = None


def preview(content: DigestPreview, draft: str, page: int = 0, picture: bytes | None = None) -> Card:
    """The post as it would be now, the next and past runs, and the buttons to save; on two cards if one is
    too small."""
    config, number = content.post.plan, content.digest_id
    about = [
        strings.PREVIEW if number is None else strings.PREVIEW_OF_CHANGE.format(number=number),
        f"**Into** <#{config.channel}>, {strings.describe_timing(config.timing)}",
        f"-# {strings.describe_options(config)}",
    ]
    runs = [_next_runs(content), _past_runs(content)]
    card = Card(Colour.ARTICLE)
    if page == 0:
        post_card.write(card, content.post, picture)
        if card.remaining_text < utf16_length("\n".join(about)):
            card = Card(Colour.ARTICLE)
            card.remaining_text -= PREVIEW_FOOTER_ROOM
            post_card.write(card, content.post, picture)
            card.remaining_text += PREVIEW_FOOTER_ROOM
        card.add_separator()
    needed = sum(utf16_length(text) + 1 for text in (*about, *runs))
    whole = page == 0 and card.remaining_text > needed
    card.add_text(*about)
    for block in runs if page or whole else ():
        card.add_text(block)
    card.add_buttons(
        Button("The post", routes.draft(draft)) if page else None,
        Button("Times and last 7 days", routes.draft(draft, 1)) if not page and not whole else None,
        Button("Save", draft, "plan"),
        Button("Cancel", "-", "plan"),
    )
    return card


def _next_runs(content: DigestPreview) -> str:
    """The next runs, each with the reason if it is moved."""
    timing = content.post.plan.timing
    moved = strings.MOVED_CRON if timing.cron else strings.MOVED.format(at=strings.time_of_day(timing))
    lines = ["**Next runs**"]
    before: timedelta | None = None
    for run in content.runs:
        offset = run.at.astimezone(timing.zone_info()).utcoffset()
        changed = before is not None and offset != before and not run.moved
        before = offset
        notes = [
            moved if run.moved else "",
            strings.HELD if run.held else "",
            strings.CLOCKS.format(zone=line(timing.zone)) if changed else "",
        ]
        lines.append(time(run.at, "F") + "".join(notes))
    return "\n".join(lines)


def _past_runs(content: DigestPreview) -> str:
    """What the digest would have posted in the last 7 days, with the last runs listed."""
    if not any(run.titles for run in content.past_runs):
        return strings.NO_PAST_RUNS
    earlier, listed = content.past_runs[:-MAX_PAST_RUNS], content.past_runs[-MAX_PAST_RUNS:]
    lines = [strings.PAST_RUNS]
    if len(listed) < content.past_run_count:
        articles = counted(sum(len(run.titles) for run in earlier), "article")
        count = content.past_run_count - len(listed)
        lines.append(strings.EARLIER_PAST_RUNS.format(runs=count, articles=articles))
    for run in listed:
        titles = "; ".join(truncate(title, 70) for title in run.titles[:2]) or "nothing"
        more = f" and {len(run.titles) - 2} more" if len(run.titles) > 2 else ""
        lines.append(f"{time(run.at, 'f')} · {titles}{more}")
    return "\n".join(lines)


def listing(schedules: Sequence[Schedule], create: str) -> Card:
    """All digests of a server, each with its next run and as many of its settings as fit."""
    if not schedules:
        return notices.text(strings.NONE.format(create=create))
    card = notices.text(f"**Scheduled digests** · {len(schedules)}")
    room = (card.remaining_text - 100) // len(schedules)
    card.add_text("\n".join(_line(schedule, room) for schedule in schedules))
    return card


def show(schedule: Schedule, last: Delivery | None) -> Card:
    """A digest with all settings and its last delivery."""
    card = Card(Colour.ABOUT)
    card.add_text(
        _title(schedule),
        f"**Into** <#{schedule.plan.channel}>, {strings.describe_timing(schedule.plan.timing)}",
        strings.describe_options(schedule.plan),
        f"**State** {strings.state(schedule)}",
    )
    card.add_text(
        f"Next {_when(schedule.next_at)}" if schedule.state == "active" else "",
        f"Last: {_delivery_line(last)}" if last else "",
        f"-# By {line(schedule.by.name)}, {time(schedule.made_at, 'f')}.",
    )
    return card


def history(schedule: Schedule, deliveries: Sequence[Delivery], offset: int, *, more: bool) -> Card:
    """A page of deliveries, newest first; `more` is whether there are older ones."""
    card = notices.text(_title(schedule))
    if not deliveries:
        card.add_text(strings.NO_HISTORY.format(next=_when(schedule.next_at)))
    card.add_text("\n".join(map(_delivery_line, deliveries)))
    newer = routes.history(schedule.id, max(0, offset - HISTORY_PAGE_SIZE)) if offset else None
    older = routes.history(schedule.id, offset + len(deliveries)) if more else None
    marked = any(delivery.since == "marked" for delivery in deliveries)
    card.add_buttons(
        *((Button("‹", newer), Button("›", older)) if newer or older else ()),
        Button("Redact posts", "-", "redact", danger=True) if marked else None,
    )
    options = [
        RouteOption(
            f"{minute(delivery.due_at)}: {strings.outcome(delivery)}", routes.why_delivery(delivery.id)
        )
        for delivery in deliveries
    ]
    card.add_select("Why…", options)
    return card


def why(explanation: Explanation, title: str | None) -> Card:
    """Why the article with this title (None: all articles of a delivery) was posted or not, and the next
    slot."""
    schedule = explanation.schedule
    card = _why_delivery(explanation) if title is None else _why_article(explanation, title)
    next_at = explanation.next_at
    chance = f"Next chance {_when(next_at)}" if next_at else f"It is {strings.state(schedule)}"
    if title is not None:
        chance += strings.describe_next_chance(explanation.now, schedule.plan.choice)
    card.add_text(f"-# {chance}")
    return card


def _why_delivery(explanation: Explanation) -> Card:
    card = notices.text(_title(explanation.schedule))
    if explanation.quiet:
        card.add_text(strings.ASKED_QUIET.format(quiet=strings.quiet_hours(explanation.schedule.plan)))
    delivery = explanation.delivery
    if delivery is None:
        card.add_text(strings.TO_COME if explanation.to_come else strings.NO_SLOT_YET)
        return card
    card.add_text(_delivery_line(delivery))
    card.add_text("\n".join(map(_decision_line, delivery.decisions[:MAX_LISTED_DECISIONS])))
    more = len(delivery.decisions) - MAX_LISTED_DECISIONS
    card.add_text(f"-# and {more} more that were left out" if more > 0 else "")
    return card


def _why_article(explanation: Explanation, title: str) -> Card:
    schedule, delivery, decision = explanation.schedule, explanation.delivery, explanation.decision
    card = notices.text(f"### {truncate(title, 300)}")
    if delivery is None:
        card.add_text(strings.NO_SLOT_YET)
    elif decision is None:
        what = strings.describe_source(schedule.plan.choice)
        card.add_text(strings.NEVER_A_CANDIDATE.format(what=what))
    else:
        card.add_text(f"Digest {schedule.id}: {strings.RULES[decision.rule]}.", _delivery_line(delivery))
    return card


def _title(schedule: Schedule) -> str:
    return f"### Digest {schedule.id}: {strings.describe_source(schedule.plan.choice)}"


def _line(schedule: Schedule, room: int) -> str:
    if schedule.state == "active" and schedule.next_at:
        state = f"next {time(schedule.next_at, 'R')}"
    else:
        state = strings.state(schedule)
    short = truncate(state, room // 2) if schedule.reason else state
    head = f"**{schedule.id}** <#{schedule.plan.channel}> · {short} · "
    return head + truncate(strings.describe(schedule.plan), room - utf16_length(head))


def _delivery_line(delivery: Delivery) -> str:
    asked = " · asked for" if delivery.manual else ""
    link = f" · {delivery.link}" if delivery.link else ""
    return f"{time(delivery.due_at, 'f')} · {strings.outcome(delivery)}{asked}{link}"


def _decision_line(decision: Decision) -> str:
    # The reader's channel may not be age-restricted.
    title = strings.OVER_18 if decision.rule == "over-18" else truncate(decision.title, 120)
    return f"{f'**{title}**' if decision.picked else title}: {strings.RULES[decision.rule]}"


def _when(at: datetime | None) -> str:
    return f"{time(at, 'F')}, {time(at, 'R')}" if at else "never"
