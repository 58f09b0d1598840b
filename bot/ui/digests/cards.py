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
from bot.ui.kit.truncate import fit, measure

FOR_PLAN = 700
"""Room that the fullest post leaves in its preview for what it is a preview of."""
HISTORY = 10
"""Slots on one card of a history."""
REPLAYED = 7
"""Past runs that a preview shows one by one."""
DECISIONS = 12


@dataclass(frozen=True, slots=True)
class Planned:
    """What is known of a plan before it is saved: its post now, its next runs, and what the last days would
    have brought (`slots` of them there were); `changes` is the number of the digest that it changes."""

    post: Post
    runs: Sequence[Slot]
    replayed: Sequence[Replayed]
    slots: int
    changes: int | None = None


def preview(planned: Planned, draft: str, page: int = 0, picture: bytes | None = None) -> Card:
    """The post as it would be now, when it would run, what the last days would have brought, and the choice
    to save it: on one card where that fits, else on two."""
    where = [
        strings.PREVIEW
        if planned.changes is None
        else strings.PREVIEW_OF_CHANGE.format(number=planned.changes),
        f"**Into** <#{planned.post.plan.channel}>, {strings.when(planned.post.plan.timing)}",
        f"-# {strings.facts(planned.post.plan)}",
    ]
    times = _times(planned)
    rest = sum(map(measure, (*where, *times)))
    card = Card(Colour.ARTICLE)
    if page == 0:
        post_card.write(card, planned.post, picture)
        if card.room < measure("\n".join(where)):
            card = Card(Colour.ARTICLE)
            card.room -= FOR_PLAN
            post_card.write(card, planned.post, picture)
            card.room += FOR_PLAN
        card.rule()
    whole = page == 0 and card.room > rest + len(times) + len(where)
    card.say(*where)
    if page or whole:
        for block in times:
            card.say(block)
    card.buttons(
        Button("The post", routes.draft(draft)) if page else None,
        Button("Times and last 7 days", routes.draft(draft, 1)) if not page and not whole else None,
        Button("Save", draft, "plan"),
        Button("Cancel", "-", "plan"),
    )
    return card


def _times(planned: Planned) -> list[str]:
    """The next runs, with what is special about them, and the last days."""
    timing = planned.post.plan.timing
    moved = strings.MOVED_CRON if timing.cron else strings.MOVED.format(at=strings.clock(timing))
    lines = ["**Next runs**"]
    before: timedelta | None = None
    for slot in planned.runs:
        offset = slot.at.astimezone(timing.zone_info()).utcoffset()
        changed = before is not None and offset != before and not slot.moved
        before = offset
        notes = [
            moved if slot.moved else "",
            strings.HELD if slot.held else "",
            strings.CLOCKS.format(zone=line(timing.zone)) if changed else "",
        ]
        lines.append(time(slot.at, "F") + "".join(notes))
    return ["\n".join(lines), "\n".join(_replayed(planned))]


def _replayed(planned: Planned) -> list[str]:
    if not any(one.titles for one in planned.replayed):
        return [strings.REPLAYED_NONE]
    shown = planned.replayed[-REPLAYED:]
    lines = [strings.REPLAYED]
    if len(shown) < planned.slots:
        before = planned.replayed[:-REPLAYED]
        articles = counted(sum(len(one.titles) for one in before), "article")
        lines.append(strings.REPLAYED_BEFORE.format(runs=planned.slots - len(shown), articles=articles))
    for one in shown:
        titles = "; ".join(fit(title, 70) for title in one.titles[:2])
        more = f" and {len(one.titles) - 2} more" if len(one.titles) > 2 else ""
        lines.append(f"{time(one.at, 'f')} · {titles}{more}" if titles else f"{time(one.at, 'f')} · nothing")
    return lines


def text(said: str) -> Card:
    """One sentence about a schedule."""
    card = Card(Colour.DESK)
    card.say(said)
    return card


def listing(schedules: Sequence[Schedule], create: str) -> Card:
    """All schedules of a server, each with its next slot and as much of its plan as all have room for."""
    card = Card(Colour.DESK)
    if not schedules:
        card.say(strings.NONE.format(create=create))
        return card
    card.say(f"**Scheduled digests** · {len(schedules)}")
    each = (card.room - 100) // len(schedules)
    card.say("\n".join(_line(of, each) for of in schedules))
    return card


def show(of: Schedule, last: Delivery | None) -> Card:
    """One schedule with everything that was chosen."""
    card = Card(Colour.DESK)
    card.say(
        f"### Digest {of.id}: {strings.what(of.plan.choice)}",
        f"**Into** <#{of.plan.channel}>, {strings.when(of.plan.timing)}",
        strings.facts(of.plan),
        f"**State** {strings.state(of)}",
    )
    card.say(
        f"Next {_when(of.next_at)}" if of.state == "active" else "",
        f"Last: {_account(last)}" if last else "",
        f"-# By {line(of.by.name)}, {time(of.made_at, 'f')}.",
    )
    return card


def history(of: Schedule, past: Sequence[Delivery], offset: int, *, more: bool) -> Card:
    """What became of some slots, newest first; `more` says that there are earlier ones."""
    card = Card(Colour.DESK)
    card.say(f"### Digest {of.id}: {strings.what(of.plan.choice)}")
    if not past:
        card.say(strings.NO_HISTORY.format(next=_when(of.next_at)))
    card.say("\n".join(_account(one) for one in past))
    turning = more or offset > 0
    step = len(past) if more else 0
    marked = any(one.since == "marked" for one in past)
    card.buttons(
        Button("‹", routes.runs(of.id, max(0, offset - HISTORY)) if offset else None) if turning else None,
        Button("›", routes.runs(of.id, offset + step) if more else None) if turning else None,
        Button("Redact posts", "-", "redact", danger=True) if marked else None,
    )
    ways = [Option(f"{minute(one.due_at)}: {strings.outcome(one)}", routes.account(one.id)) for one in past]
    card.jump("Why…", ways)
    return card


def why(found: Why, title: str | None) -> Card:
    """Why an article, or a slot's articles, were posted or not, and when the next chance is."""
    card = Card(Colour.DESK)
    one = found.delivery
    what = strings.what(found.schedule.plan.choice)
    if title is None:
        card.say(f"### Digest {found.schedule.id}: {what}")
        card.say(strings.ASKED_QUIET.format(quiet=strings.quiet(found.schedule.plan)) if found.quiet else "")
        card.say(_account(one) if one else strings.TO_COME if found.to_come else strings.NOTHING_TO_TELL)
        card.say("\n".join(_decision(part) for part in one.decisions[:DECISIONS]) if one else "")
        left = len(one.decisions) - DECISIONS if one else 0
        card.say(f"-# and {left} more that were left out" if left > 0 else "")
    else:
        card.say(f"### {fit(title, 300)}")
        if one is not None and found.decision is not None:
            card.say(f"Digest {found.schedule.id}: {strings.RULES[found.decision.rule]}.", _account(one))
        else:
            card.say(strings.NEVER_A_CANDIDATE.format(what=what) if one else strings.NOTHING_TO_TELL)
    chance = (
        f"Next chance {_when(found.next_at)}" if found.next_at else f"It is {strings.state(found.schedule)}"
    )
    if title is not None:
        chance += strings.would(found.now, found.schedule.plan.choice)
    card.say(f"-# {chance}")
    return card


def _line(of: Schedule, room: int) -> str:
    at = f"next {time(of.next_at, 'R')}" if of.state == "active" and of.next_at else strings.state(of)
    head = f"**{of.id}** <#{of.plan.channel}> · {fit(at, room // 2) if of.reason else at} · "
    return head + fit(strings.short(of.plan), room - measure(head))


def _account(one: Delivery) -> str:
    asked = " · asked for" if one.manual else ""
    link = f" · {one.link}" if one.link else ""
    return f"{time(one.due_at, 'f')} · {strings.outcome(one)}{asked}{link}"


def _decision(part: Decision) -> str:
    # Whoever reads this may read it in a channel that is not for them.
    title = strings.OVER_18 if part.rule == "over-18" else fit(part.title, 120)
    return f"{f'**{title}**' if part.picked else title}: {strings.RULES[part.rule]}"


def _when(at: datetime | None) -> str:
    return f"{time(at, 'F')}, {time(at, 'R')}" if at else "never"
