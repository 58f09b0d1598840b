"""Loads, receipts and what an archive holds, as cards."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.articles import Stats
from bot.domain.dump import Rejection
from bot.domain.loads import Person, Preview, Progress, Receipt, Undone
from bot.ui.kit import format, post_strings, routes
from bot.ui.kit.card import Button, Card, Colour, Option
from bot.ui.kit.markdown import line, time
from bot.ui.kit.truncate import truncate, truncate_lines

REJECTIONS = 3
"""Rejected things that the receipt itself shows; the file has more."""
FILED = 8_000_000
"""The most bytes of the file of rejects that are attached: Discord takes 10 MiB anywhere."""


def progress(name: str, told: Progress | None) -> Card:
    """How far a load is; None before it has told anything."""
    card = Card(Colour.LOAD)
    if told is None:
        card.add_text(format.LOAD_STARTS.format(name=truncate(name, 200)))
    elif told.state == "queued":
        card.add_text(format.LOAD_WAITS.format(name=truncate(name, 200)))
        card.add_buttons(Button("Cancel", "0", "cancel"))
    else:
        how_far, stored, read = format.progress(told)
        card.add_text(f"**Loading** {truncate(name, 200)}{how_far}", stored, f"-# {read}")
        card.add_buttons(Button("Pause", str(told.load), "pause"), Button("Cancel", str(told.load), "cancel"))
    return card


def receipt(of: Receipt, rejected: bytes = b"", size: int = 0) -> Card:
    """What a load did, and what can be done about it; `rejected` is the beginning of the loader's file of
    rejects, which has `size` bytes in all."""
    card = Card(Colour.LOAD)
    card.add_text(
        f"**{format.outcome(of)}** {truncate(of.name, 200)} in {format.duration(of.seconds)}",
        format.counts(of),
    )
    if of.problem:
        card.add_text(truncate_lines(of.problem, 400))
    _rejections(card, of.rejections)
    card.add_text(f"-# By {person(of.by)}, {time(of.started_at, 'f')}. Load {of.load}.")
    if rejected:
        card.add_file(format.REJECTS_FILE.format(load=of.load), rejected)
        if len(rejected) < size:
            card.add_text(f"-# {format.REJECTS_CUT.format(load=of.load, size=format.file_size(size))}")
    brought = any((of.articles.new, of.articles.updated, of.comments.new, of.comments.updated))
    paused, number = of.state == "paused", str(of.load)
    card.add_buttons(
        Button("Resume", number, "resume") if paused or of.state == "failed" else None,
        Button("Cancel", number, "cancel") if paused else None,
        Button("Undo", number, "undo") if brought and of.state in ("done", "cancelled", "failed") else None,
        Button("Take back the rest", number, "undo") if of.state == "undoing" else None,
    )
    return card


def preview(name: str, found: Preview) -> Card:
    """What a load would bring."""
    card = Card(Colour.LOAD)
    held = " · ".join(
        filter(
            None,
            [
                format.counted(found.articles, "article"),
                format.counted(found.comments, "comment"),
                format.date_range(found.first, found.last),
            ],
        )
    )
    left_out = [
        f"{found.skipped:,} left out by the filter" if found.skipped else "",
        f"{found.rejected:,} would be rejected" if found.rejected else "",
    ]
    card.add_text(f"**Would load** {truncate(name, 200)}", held, " · ".join(filter(None, left_out)))
    _rejections(card, found.rejections)
    card.add_text(f"-# {format.PREVIEWED}")
    return card


def undo_question(of: Receipt, message: int) -> Card:
    """Asks before a load is taken back; `message` is the id of the receipt's message, or 0."""
    card = Card(Colour.LOAD)
    card.add_text(
        format.UNDO_QUESTION.format(
            load=of.load,
            name=truncate(of.name, 200),
            articles=format.counted(of.articles.new, "article"),
            comments=format.counted(of.comments.new, "comment"),
        )
    )
    card.add_buttons(Button("Take it back", f"{of.load}.{message}", "retract", danger=True))
    return card


def undoing(of: Receipt, left: int) -> Card:
    """How far the taking back of a load is; `left` of its comments are still there."""
    card = Card(Colour.LOAD)
    most = of.comments.new
    how_far = f" · {min(99, max(0, most - left) * 100 // most)}%" if most else ""
    brought = f"{format.counted(of.articles.new, 'article')} and {format.counted(most, 'comment')}"
    card.add_text(f"**Taking back load {of.load}**{how_far}", f"It brought {brought}.")
    card.add_buttons(Button("Cancel", str(of.load), "halt"))
    return card


def undone(what: Undone, by: Person, marked: int = 0) -> Card:
    """What taking back a load did; `marked` are the posts that still show what is gone."""
    card = Card(Colour.LOAD)
    card.add_text(
        format.UNDONE.format(
            load=what.load,
            articles=format.counted(what.articles_removed, "article"),
            comments=format.counted(what.comments_removed, "comment"),
            restored=f", {what.restored:,} put back as before" if what.restored else "",
            who=person(by),
        )
    )
    if marked:
        posts = format.counted(marked, "post")
        show = "shows" if marked == 1 else "show"
        card.add_text(post_strings.MARKED.format(posts=posts, show=show), f"-# {post_strings.QUESTION}")
        card.add_buttons(Button(f"Redact {posts}", "-", "redact", danger=True))
    return card


def failed(name: str, why: str) -> Card:
    """A load that ended without a receipt; `why` is markdown already."""
    card = Card(Colour.LOAD)
    card.add_text(format.LOAD_FAILED.format(name=truncate(name, 200)), why)
    return card


def loads(receipts: Sequence[Receipt], load_command: str) -> Card:
    """The last loads, newest first, each to be opened."""
    card = Card(Colour.LOAD)
    if not receipts:
        card.add_text(format.NO_LOADS.format(load=load_command))
        return card
    card.add_text("**Loads**, newest first")
    for one in receipts[:8]:
        card.add_text(
            f"**{one.load}** {truncate(one.name, 80)} · {format.outcome(one)} · "
            f"{time(one.started_at, 'd')} · {format.counted(one.articles.new, 'new article')}"
        )
    card.add_select("Receipt of…", [_option(one) for one in receipts])
    return card


def stats(own: Stats, shared: Stats | None, load_command: str) -> Card:
    """What a server may read: its own archive and, where it is on, the operator's."""
    card = Card(Colour.LOAD)
    empty = format.EMPTY_OWN.format(load=load_command)
    for name, held, nothing in (
        ("This server's archive", own, empty),
        ("The operator's shared archive", shared, format.EMPTY_OPERATORS),
    ):
        if held is None:
            continue
        card.add_separator()
        if not held.articles and not held.comments:
            card.add_text(f"**{name}**", nothing)
            continue
        parts = [
            format.counted(held.articles, "thread"),
            format.counted(held.comments, "comment"),
            format.counted(held.sources, "source"),
            format.years(held.first, held.last),
        ]
        card.add_text(
            f"**{name}**",
            " · ".join(filter(None, parts)),
            f"-# {format.counted(held.loads, 'load')} · {format.file_size(held.bytes)}",
        )
    return card


def _rejections(card: Card, rejections: Sequence[Rejection]) -> None:
    for one in rejections[:REJECTIONS]:
        card.add_text(f"-# {truncate(one.where, 150)}: {truncate(one.detail, 250)}")


def person(who: Person) -> str:
    """A member as Discord shows members, without a ping; others by name."""
    return line(who.name) if who.id is None else f"<@{who.id}>"


def _option(one: Receipt) -> Option:
    detail = f"{format.outcome(one)} · {format.day(one.started_at)} · {one.by.name}"
    return Option(f"{one.load}. {one.name}", routes.receipt(one.load), detail)
