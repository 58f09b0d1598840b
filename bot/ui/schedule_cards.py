"""Scheduled digests as cards: the preview of one, and the accounts of what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.digests import Decision, Delivery, Post, Schedule, Why
from bot.schedule import Slot
from bot.ui import digest_post
from bot.ui import schedule_phrases as words
from bot.ui.card import Button, Card, Colour
from bot.ui.fit import fit
from bot.ui.markdown import line, time

FOR_RUNS = 900
"""Room that a preview leaves for when it would run."""
DECISIONS = 12


def preview(of: Post, runs: Sequence[Slot], draft: str, picture: bytes | None = None) -> Card:
    """The post as it would be now, when it would run, and the choice to save it."""
    card = Card(Colour.ARTICLE)
    card.room -= FOR_RUNS
    digest_post.write(card, of, picture)
    card.room += FOR_RUNS
    card.rule()
    timing = of.plan.timing
    moved = words.MOVED.format(at=words.clock(timing))
    card.say(
        words.PREVIEW,
        f"**Into** <#{of.plan.channel}>, {words.when(timing)}",
        f"-# {words.facts(of.plan)}",
        "**Next runs**",
        *(f"{time(slot.at, 'F')}{moved if slot.moved else ''}" for slot in runs),
    )
    card.buttons(Button("Save", draft, "plan"), Button("Cancel", "-", "plan"))
    return card


def text(said: str) -> Card:
    """One sentence about a schedule."""
    card = Card(Colour.DESK)
    card.say(said)
    return card


def listing(schedules: Sequence[Schedule], create: str) -> Card:
    """All schedules of a server, a line each."""
    card = Card(Colour.DESK)
    if not schedules:
        card.say(words.NONE.format(create=create))
        return card
    card.say(f"**Scheduled digests** · {len(schedules)}")
    each = (card.room - 100) // len(schedules)
    card.say("\n".join(_line(of)[:each] for of in schedules))
    return card


def show(of: Schedule, last: Delivery | None) -> Card:
    """One schedule with everything that was chosen."""
    card = Card(Colour.DESK)
    card.say(
        f"### Digest {of.id}: {words.what(of.plan.choice)}",
        f"**Into** <#{of.plan.channel}>, {words.when(of.plan.timing)}",
        words.facts(of.plan),
        f"**State** {words.state(of)}",
    )
    card.say(
        f"Next {_when(of.next_at)}" if of.state == "active" else "",
        f"Last: {_account(last)}" if last else "",
        f"-# By {line(of.by.name)}, {time(of.made_at, 'f')}.",
    )
    return card


def history(of: Schedule, past: Sequence[Delivery]) -> Card:
    """What became of the last slots, newest first."""
    card = Card(Colour.DESK)
    card.say(f"### Digest {of.id}: {words.what(of.plan.choice)}")
    if not past:
        card.say(words.NO_HISTORY.format(next=_when(of.next_at)))
    card.say("\n".join(_account(one) for one in past))
    return card


def why(found: Why, title: str | None) -> Card:
    """Why an article, or a slot's articles, were posted or not, and when the next chance is."""
    card = Card(Colour.DESK)
    one = found.delivery
    if title is not None:
        card.say(f"### {fit(title, 300)}")
        if found.decision is not None:
            card.say(f"Digest {found.schedule.id}: {words.RULES[found.decision.rule]}.")
        else:
            card.say(words.NOT_A_CANDIDATE.format(what=words.what(found.schedule.plan.choice)))
    else:
        card.say(f"### Digest {found.schedule.id}: {words.what(found.schedule.plan.choice)}")
    if one is None:
        card.say(words.NOTHING_TO_TELL)
    else:
        card.say(_account(one))
        if title is None:
            card.say("\n".join(_decision(part) for part in one.decisions[:DECISIONS]))
    state = f"Next chance {_when(found.next_at)}" if found.next_at else f"It is {words.state(found.schedule)}"
    card.say(f"-# {state}")
    return card


def _line(of: Schedule) -> str:
    state = f"next {_when(of.next_at)}" if of.state == "active" else "paused"
    timing = of.plan.timing
    return f"**{of.id}** <#{of.plan.channel}> · {words.when(timing)} · {state}"


def _account(one: Delivery) -> str:
    asked = " · asked for" if one.manual else ""
    link = f" · {one.link}" if one.link else ""
    return f"{time(one.due_at, 'f')} · {words.outcome(one)}{asked}{link}"


def _decision(part: Decision) -> str:
    title = fit(part.title, 120)
    return f"{f'**{title}**' if part.picked else title}: {words.RULES[part.rule]}"


def _when(at: datetime | None) -> str:
    return f"{time(at, 'F')}, {time(at, 'R')}" if at else "never"
