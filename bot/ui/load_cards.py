"""Loads, receipts and what an archive holds, as cards."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models import Person, Progress, Receipt, Stats, Undone
from bot.ui import address, phrases
from bot.ui.card import Button, Card, Colour, Option
from bot.ui.fit import fit, fit_lines
from bot.ui.markdown import line, time

REJECTIONS = 3
"""Rejected things that the receipt itself shows; the file has more."""
FILED = 200_000
"""Characters of the file of rejects."""


def progress(name: str, told: Progress | None) -> Card:
    """How far a load is; None before it has told anything."""
    card = Card(Colour.LOAD)
    if told is None:
        card.say(phrases.LOAD_STARTS.format(name=fit(name, 200)))
    elif told.state == "queued":
        card.say(phrases.LOAD_WAITS.format(name=fit(name, 200)))
    else:
        card.say(f"**Loading** {fit(name, 200)} · {phrases.progress(told)}")
        if told.rejected:
            card.say(f"-# {told.rejected:,} rejected so far")
        card.buttons(Button("Cancel", str(told.load), "cancel"))
    return card


def receipt(of: Receipt) -> Card:
    """What a load did, and the way to take it back."""
    card = Card(Colour.LOAD)
    card.say(
        f"**{phrases.outcome(of)}** {fit(of.name, 200)} in {phrases.duration(of.seconds)}", phrases.tally(of)
    )
    if of.problem:
        card.say(fit_lines(of.problem, 400))
    for one in of.rejections[:REJECTIONS]:
        card.say(f"-# {fit(one.where, 150)}: {fit(one.detail, 250)}")
    card.say(f"-# By {person(of.by)}, {time(of.started_at, 'f')}. Load {of.load}.")
    if of.rejections:
        card.file(phrases.REJECTS_FILE, rejects(of))
    if of.state in ("done", "cancelled", "failed") and (
        of.articles.new or of.articles.updated or of.comments.new
    ):
        card.buttons(Button("Undo", str(of.load), "undo"))
    return card


def rejects(of: Receipt) -> str:
    """The text of the file of rejects: one line for each."""
    lines = [f"{one.where}\t{one.reason}\t{one.detail}" for one in of.rejections]
    if of.rejected > len(lines):
        lines.append(f"... and {of.rejected - len(lines):,} more")
    return "\n".join(" ".join(part.split("\n")) for part in lines)[:FILED] + "\n"


def undo_question(of: Receipt, message: int) -> Card:
    """Asks before a load is taken back; `message` is the id of the receipt's message, or 0."""
    card = Card(Colour.LOAD)
    card.say(
        phrases.UNDO_QUESTION.format(
            load=of.load,
            name=fit(of.name, 200),
            articles=phrases.counted(of.articles.new, "article"),
            comments=phrases.counted(of.comments.new, "comment"),
        )
    )
    card.buttons(Button("Take it back", f"{of.load}.{message}", "retract", danger=True))
    return card


def undone(what: Undone, by: Person) -> Card:
    """What taking back a load did."""
    card = Card(Colour.LOAD)
    card.say(
        phrases.UNDONE.format(
            load=what.load,
            articles=phrases.counted(what.articles_removed, "article"),
            comments=phrases.counted(what.comments_removed, "comment"),
            restored=phrases.number(what.restored),
            who=person(by),
        )
    )
    return card


def failed(name: str, why: str) -> Card:
    """A load that ended without a receipt; `why` is markdown already."""
    card = Card(Colour.LOAD)
    card.say(phrases.LOAD_FAILED.format(name=fit(name, 200)), why)
    return card


def loads(receipts: Sequence[Receipt], load_command: str) -> Card:
    """The last loads, newest first, each to be opened."""
    card = Card(Colour.LOAD)
    if not receipts:
        card.say(phrases.NO_LOADS.format(load=load_command))
        return card
    card.say("**Loads**, newest first")
    for one in receipts[:8]:
        card.say(
            f"**{one.load}** {fit(one.name, 80)} · {phrases.outcome(one)} · {time(one.started_at, 'd')} · "
            f"{phrases.counted(one.articles.new, 'new article')}"
        )
    card.jump("Receipt of…", [_option(one) for one in receipts])
    return card


def stats(own: Stats, shared: Stats | None, load_command: str) -> Card:
    """What a server may read: its own archive and, where it is on, the operator's."""
    card = Card(Colour.LOAD)
    empty = phrases.EMPTY_OWN.format(load=load_command)
    for name, held, nothing in (
        ("This server's archive", own, empty),
        ("The operator's shared archive", shared, phrases.EMPTY_OPERATORS),
    ):
        if held is None:
            continue
        card.rule()
        if not held.articles and not held.comments:
            card.say(f"**{name}**", nothing)
            continue
        parts = [
            phrases.counted(held.articles, "thread"),
            phrases.counted(held.comments, "comment"),
            phrases.counted(held.sources, "source"),
            phrases.years(held.first, held.last),
        ]
        card.say(
            f"**{name}**",
            " · ".join(filter(None, parts)),
            f"-# {phrases.counted(held.loads, 'load')} · {phrases.size(held.bytes)}",
        )
    return card


def person(who: Person) -> str:
    """A member as Discord shows members, without a ping; others by name."""
    return line(who.name) if who.id is None else f"<@{who.id}>"


def _option(one: Receipt) -> Option:
    detail = f"{phrases.outcome(one)} · {phrases.day(one.started_at)} · {one.by.name}"
    return Option(f"{one.load}. {one.name}", address.receipt(one.load), detail)
