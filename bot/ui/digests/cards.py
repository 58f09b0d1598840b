"""Scheduled digests as cards: the preview of one, and the accounts of what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.digests import Decision, Delivery, Post, Replayed, Schedule, Why
from bot.domain.recurrence import Slot
from bot.ui.digests import post_card, strings
from bot.ui.kit import routes
from bot.ui.kit.card import Button, Card, Colour, Option
from bot.ui.kit.format import counted, minute
from bot.ui.kit.markdown import line, time
from bot.ui.kit.truncate import truncate, utf16_length

PREVIEW_FOOTER_ROOM = 700
"""Room that the fullest post leaves in its preview for what it is a preview of."""
HISTORY_PAGE_SIZE = 10
"""Slots on one card of a history."""
MAX_PAST_RUNS = 7
"""Past runs that a preview shows one by one."""
MAX_LISTED_DECISIONS = 12


@dataclass(frozen=True, slots=True)
class DigestPreview:
    """What is known of a plan before it is saved: its post now, its next runs, and what the last days would
    have brought (`slots` of them there were); `changes` is the number of the digest that it changes."""

    post: Post
    runs: Sequence[Slot]
    past_runs: Sequence[Replayed]
    past_run_count: int
    digest_id: int | None = None


def preview(content: DigestPreview, draft: str, page: int = 0, picture: bytes | None = None) -> Card:
    """The post as it would be now, when it would run, what the last days would have brought, and the choice
    to save it: on one card where that fits, else on two."""
    where = [
        strings.PREVIEW
        if content.digest_id is None
        else strings.PREVIEW_OF_CHANGE.format(number=content.digest_id),
        f"**Into** <#{content.post.plan.channel}>, {strings.describe_timing(content.post.plan.timing)}",
        f"-# {strings.describe_options(content.post.plan)}",
    ]
    times = _run_times(content)
    rest = sum(map(utf16_length, (*where, *times)))
    card = Card(Colour.ARTICLE)
    if page == 0:
        post_card.write(card, content.post, picture)
        if card.remaining_text < utf16_length("\n".join(where)):
            card = Card(Colour.ARTICLE)
            card.remaining_text -= PREVIEW_FOOTER_ROOM
            post_card.write(card, content.post, picture)
            card.remaining_text += PREVIEW_FOOTER_ROOM
        card.add_separator()
    whole = page == 0 and card.remaining_text > rest + len(times) + len(where)
    card.add_text(*where)
    if page or whole:
        for block in times:
            card.add_text(block)
    card.add_buttons(
        Button("The post", routes.draft(draft)) if page else None,
        Button("Times and last 7 days", routes.draft(draft, 1)) if not page and not whole else None,
        Button("Save", draft, "plan"),
        Button("Cancel", "-", "plan"),
    )
    return card


def _run_times(content: DigestPreview) -> list[str]:
    """The next runs, with what is special about them, and the last days."""
    timing = content.post.plan.timing
    moved = strings.MOVED_CRON if timing.cron else strings.MOVED.format(at=strings.time_of_day(timing))
    lines = ["**Next runs**"]
    before: timedelta | None = None
    for slot in content.runs:
        offset = slot.at.astimezone(timing.zone_info()).utcoffset()
        changed = before is not None and offset != before and not slot.moved
        before = offset
        notes = [
            moved if slot.moved else "",
            strings.HELD if slot.held else "",
            strings.CLOCKS.format(zone=line(timing.zone)) if changed else "",
        ]
        lines.append(time(slot.at, "F") + "".join(notes))
    return ["\n".join(lines), "\n".join(_past_runs(content))]


def _past_runs(content: DigestPreview) -> list[str]:
    if not any(one.titles for one in content.past_runs):
        return [strings.NO_PAST_RUNS]
    shown = content.past_runs[-MAX_PAST_RUNS:]
    lines = [strings.PAST_RUNS]
    if len(shown) < content.past_run_count:
        before = content.past_runs[:-MAX_PAST_RUNS]
        articles = counted(sum(len(one.titles) for one in before), "article")
        lines.append(
            strings.EARLIER_PAST_RUNS.format(runs=content.past_run_count - len(shown), articles=articles)
        )
    for one in shown:
        titles = "; ".join(truncate(title, 70) for title in one.titles[:2])
        more = f" and {len(one.titles) - 2} more" if len(one.titles) > 2 else ""
        lines.append(f"{time(one.at, 'f')} · {titles}{more}" if titles else f"{time(one.at, 'f')} · nothing")
    return lines


def text(said: str) -> Card:
    """One sentence about a schedule."""
    card = Card(Colour.ABOUT)
    card.add_text(said)
    return card


def listing(schedules: Sequence[Schedule], create: str) -> Card:
    """All schedules of a server, each with its next slot and as much of its plan as all have room for."""
    card = Card(Colour.ABOUT)
    if not schedules:
        card.add_text(strings.NONE.format(create=create))
        return card
    card.add_text(f"**Scheduled digests** · {len(schedules)}")
    each = (card.remaining_text - 100) // len(schedules)
    card.add_text("\n".join(_line(of, each) for of in schedules))
    return card


def show(schedule: Schedule, last: Delivery | None) -> Card:
    """One schedule with everything that was chosen."""
    card = Card(Colour.ABOUT)
    card.add_text(
        f"### Digest {schedule.id}: {strings.describe_source(schedule.plan.choice)}",
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
    """What became of some slots, newest first; `more` says that there are earlier ones."""
    card = Card(Colour.ABOUT)
    card.add_text(f"### Digest {schedule.id}: {strings.describe_source(schedule.plan.choice)}")
    if not deliveries:
        card.add_text(strings.NO_HISTORY.format(next=_when(schedule.next_at)))
    card.add_text("\n".join(_delivery_line(one) for one in deliveries))
    turning = more or offset > 0
    step = len(deliveries) if more else 0
    marked = any(one.since == "marked" for one in deliveries)
    card.add_buttons(
        Button("‹", routes.history(schedule.id, max(0, offset - HISTORY_PAGE_SIZE)) if offset else None)
        if turning
        else None,
        Button("›", routes.history(schedule.id, offset + step) if more else None) if turning else None,
        Button("Redact posts", "-", "redact", danger=True) if marked else None,
    )
    options = [
        Option(f"{minute(one.due_at)}: {strings.outcome(one)}", routes.why_delivery(one.id))
        for one in deliveries
    ]
    card.add_select("Why…", options)
    return card


def why(explanation: Why, title: str | None) -> Card:
    """Why an article, or a slot's articles, were posted or not, and when the next chance is."""
    card = Card(Colour.ABOUT)
    delivery = explanation.delivery
    what = strings.describe_source(explanation.schedule.plan.choice)
    if title is None:
        card.add_text(f"### Digest {explanation.schedule.id}: {what}")
        card.add_text(
            strings.ASKED_QUIET.format(quiet=strings.quiet_hours(explanation.schedule.plan))
            if explanation.quiet
            else ""
        )
        card.add_text(
            _delivery_line(delivery)
            if delivery
            else strings.TO_COME
            if explanation.to_come
            else strings.NO_SLOT_YET
        )
        card.add_text(
            "\n".join(_decision_line(part) for part in delivery.decisions[:MAX_LISTED_DECISIONS])
            if delivery
            else ""
        )
        left = len(delivery.decisions) - MAX_LISTED_DECISIONS if delivery else 0
        card.add_text(f"-# and {left} more that were left out" if left > 0 else "")
    else:
        card.add_text(f"### {truncate(title, 300)}")
        if delivery is not None and explanation.decision is not None:
            card.add_text(
                f"Digest {explanation.schedule.id}: {strings.RULES[explanation.decision.rule]}.",
                _delivery_line(delivery),
            )
        else:
            card.add_text(strings.NEVER_A_CANDIDATE.format(what=what) if delivery else strings.NO_SLOT_YET)
    chance = (
        f"Next chance {_when(explanation.next_at)}"
        if explanation.next_at
        else f"It is {strings.state(explanation.schedule)}"
    )
    if title is not None:
        chance += strings.describe_next_chance(explanation.now, explanation.schedule.plan.choice)
    card.add_text(f"-# {chance}")
    return card


def _line(schedule: Schedule, room: int) -> str:
    at = (
        f"next {time(schedule.next_at, 'R')}"
        if schedule.state == "active" and schedule.next_at
        else strings.state(schedule)
    )
    short = truncate(at, room // 2) if schedule.reason else at
    head = f"**{schedule.id}** <#{schedule.plan.channel}> · {short} · "
    return head + truncate(strings.describe(schedule.plan), room - utf16_length(head))


def _delivery_line(delivery: Delivery) -> str:
    asked = " · asked for" if delivery.manual else ""
    link = f" · {delivery.link}" if delivery.link else ""
    return f"{time(delivery.due_at, 'f')} · {strings.outcome(delivery)}{asked}{link}"


def _decision_line(decision: Decision) -> str:
    # Whoever reads this may read it in a channel that is not for them.
    title = strings.OVER_18 if decision.rule == "over-18" else truncate(decision.title, 120)
    return f"{f'**{title}**' if decision.picked else title}: {strings.RULES[decision.rule]}"


def _when(at: datetime | None) -> str:
    return f"{time(at, 'F')}, {time(at, 'R')}" if at else "never"
