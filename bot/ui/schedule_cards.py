"""Scheduled digests as cards: the post itself, its preview, and the accounts of what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.digests import Decision, Delivery, Entry, Post, Schedule, Why
from bot.schedule import Slot
from bot.ui import address, phrases
from bot.ui import schedule_phrases as words
from bot.ui.card import Button, Card, Colour, Option
from bot.ui.cards import author, sentences
from bot.ui.fit import fit, fit_marked
from bot.ui.markdown import line, time

ENTRY = 360
"""The most that one article takes of a post: ten of them fit."""
FOR_RUNS = 900
"""Room that a preview leaves for when it would run."""
DECISIONS = 12


def post(of: Post) -> Card:
    """A digest as it is posted: headlines first, each with a line that says more. The mark is in the
    button."""
    card = Card(Colour.ARTICLE)
    _post(card, of)
    _ways(card, of.entries)
    card.buttons(Button("Why these", f"{of.id}.{of.mark}", "picked"))
    return card


def topic(asked: str, entries: Sequence[Entry], here: str, *, share: bool) -> Card:
    """A digest of one topic, for whoever asked."""
    card = Card(Colour.ARTICLE)
    card.say(f"### Digest: {fit(asked, 200)}")
    for number, entry in enumerate(entries, 1):
        card.say(_entry(number, entry))
    _ways(card, entries)
    card.buttons(Button("Share", here, "share") if share else None)
    return card


def preview(of: Post, runs: Sequence[Slot], draft: str) -> Card:
    """The post as it would be now, when it would run, and the choice to save it."""
    card = Card(Colour.ARTICLE)
    card.room -= FOR_RUNS
    _post(card, of)
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


def _post(card: Card, of: Post) -> None:
    card.say(f"### {words.heading(of.plan.choice)}")
    if not of.entries:
        card.say(words.NOTHING_NEW)
    for number, entry in enumerate(of.entries, 1):
        card.say(_entry(number, entry, min(ENTRY, (card.room - 50) // (len(of.entries) - number + 1))))


def _ways(card: Card, entries: Sequence[Entry]) -> None:
    options = [
        Option(f"{number}. {entry.article.title}", address.article(entry.article.id))
        for number, entry in enumerate(entries, 1)
    ]
    card.jump("Open…", options)


def _entry(number: int, entry: Entry, room: int = ENTRY) -> str:
    """A headline and a line below: where it is from, what it says, or what people say."""
    article = entry.article
    said = _said(entry, room // 2)
    origin = [fit(article.source, 40)] if article.source else []
    if article.posted_at:
        origin.append(time(article.posted_at))
    if article.comment_count:
        origin.append(phrases.counted(article.comment_count, "comment"))
    small = f"-# {' · '.join(origin)}" if origin else ""
    left = room - sum(map(len, (said, small))) - len(f"****{number}. \n\n")
    return "\n".join(filter(None, [f"**{number}. {fit(article.title, max(20, left))}**", said, small]))


def _said(entry: Entry, room: int) -> str:
    if entry.summary is not None and entry.summary.sentences:
        return sentences(entry.summary, room)
    said = entry.digest
    if said is None:
        return ""
    if said.themes:
        theme = said.themes[0]
        opening = f"{fit(theme.label, 40)} · {len(theme.comments)} of {said.read}"
        quotes = theme.quotes
    else:
        opening, quotes = "", said.few
    if not quotes:
        return opening
    who = f" — *{author(quotes[0].author)[:40]}*"
    left = room - len(opening) - len(who) - 6
    quote = (
        fit_marked(quotes[0].text, quotes[0].masks, left, "||")
        if quotes[0].masks
        else fit(quotes[0].text, left)
    )
    return f"{opening}: “{quote}”{who}" if opening else f"“{quote}”{who}"


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
