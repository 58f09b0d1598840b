"""Loads, receipts and archive statistics as cards."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.articles import Stats
from bot.domain.dump import Rejection
from bot.domain.loads import Person, Preview, Progress, Receipt, Undone
from bot.i18n import msg
from bot.ui.kit import format, routes
from bot.ui.kit.card import Button, Card, Colour, RouteOption
from bot.ui.kit.format import counted, dotted, small
from bot.ui.kit.markdown import line, time
from bot.ui.kit.truncate import truncate, truncate_lines
from bot.ui.loads import strings

MAX_REJECTIONS = 3
"""The rejections listed on a receipt; the attached file has more."""
MAX_LISTED = 8
"""The loads listed on the card; its select menu has more."""


def progress(name: str, progress: Progress | None) -> Card:
    """The progress of a load; None before its first report."""
    name = truncate(name, 200)
    if progress is None:
        return Card(Colour.LOAD, strings.STARTS.format(name=name))
    if progress.state == "queued":
        card = Card(Colour.LOAD, strings.WAITS.format(name=name))
        card.add_buttons(Button("Cancel", "0", "cancel"))
        return card
    how_far, stored, read = strings.progress(progress)
    card = Card(Colour.LOAD, f"**Loading** {name}{how_far}", stored, small(read))
    load = str(progress.load)
    card.add_buttons(Button("Pause", load, "pause"), Button("Cancel", load, "cancel"))
    return card


def receipt(receipt: Receipt, rejected: bytes = b"", size: int = 0) -> Card:
    """The receipt of a load, with its buttons; `rejected` is the beginning of the file of rejections, `size`
    the size of the whole file in bytes."""
    load, state = str(receipt.load), receipt.state
    title = f"**{strings.outcome(receipt)}** {truncate(receipt.name, 200)}"
    card = Card(Colour.LOAD, f"{title} in {format.duration(receipt.seconds)}", strings.counts(receipt))
    card.add_text(truncate_lines(receipt.problem or "", 400))
    _add_rejections(card, receipt.rejections)
    card.add_text(f"-# By {person(receipt.by)}, {time(receipt.started_at, 'f')}. Load {load}.")
    if rejected:
        card.add_file(strings.REJECTS_FILE.format(load=load), rejected)
        if len(rejected) < size:
            card.add_text(small(strings.REJECTS_CUT.format(load=load, size=format.file_size(size))))
    changes = (receipt.articles.new, receipt.articles.updated, receipt.comments.new, receipt.comments.updated)
    undoable = any(changes) and state in ("done", "cancelled", "failed")
    card.add_buttons(
        Button("Resume", load, "resume") if state in ("paused", "failed") else None,
        Button("Cancel", load, "cancel") if state == "paused" else None,
        Button("Undo", load, "undo") if undoable else None,
        Button("Take back the rest", load, "undo") if state == "undoing" else None,
    )
    return card


def preview(name: str, preview: Preview) -> Card:
    """The result of a dry run."""
    added = dotted(
        counted(preview.articles, "article"),
        counted(preview.comments, "comment"),
        format.date_range(preview.first, preview.last),
    )
    left_out = dotted(
        strings.left_out(preview.skipped),
        f"{preview.rejected:,} would be rejected" if preview.rejected else "",
    )
    card = Card(Colour.LOAD, f"**Would load** {truncate(name, 200)}", added, left_out)
    _add_rejections(card, preview.rejections)
    card.add_text(small(strings.PREVIEWED))
    return card


def undo_question(receipt: Receipt, message: int) -> Card:
    """Asks for confirmation before a load is undone; `message` is the id of the receipt's message, or 0."""
    text = strings.UNDO_QUESTION.format(
        load=receipt.load,
        name=truncate(receipt.name, 200),
        articles=counted(receipt.articles.new, "article"),
        comments=counted(receipt.comments.new, "comment"),
    )
    card = Card(Colour.LOAD, text)
    card.add_buttons(Button("Take it back", f"{receipt.load}.{message}", "retract", danger=True))
    return card


def undoing(receipt: Receipt, left: int) -> Card:
    """The progress of undoing a load; `left` of its comments remain."""
    total = receipt.comments.new
    how_far = f" · {min(99, max(0, total - left) * 100 // total)}%" if total else ""
    added = f"{counted(receipt.articles.new, 'article')} and {counted(total, 'comment')}"
    card = Card(Colour.LOAD, f"**Taking back load {receipt.load}**{how_far}", f"It brought {added}.")
    card.add_buttons(Button("Cancel", str(receipt.load), "halt"))
    return card


def undone(undone: Undone, by: Person, marked: int = 0) -> Card:
    """The result of undoing a load; `marked` posts still show content that was removed."""
    text = strings.UNDONE.format(
        load=undone.load,
        articles=counted(undone.articles_removed, "article"),
        comments=counted(undone.comments_removed, "comment"),
        restored=f", {undone.restored:,} put back as before" if undone.restored else "",
        who=person(by),
    )
    card = Card(Colour.LOAD, text)
    if marked:
        card.add_text(msg("posts-marked", count=marked), small(msg("posts-marked-choice")))
        card.add_buttons(Button(msg("posts-redact", count=marked), "-", "redact", danger=True))
    return card


def failed(name: str, reason: str) -> Card:
    """A load that ended without a receipt; `reason` must be markdown."""
    return Card(Colour.LOAD, strings.FAILED.format(name=truncate(name, 200)), reason)


def loads(receipts: Sequence[Receipt], load_command: str) -> Card:
    """The last loads, newest first, with a select menu to open one."""
    if not receipts:
        return Card(Colour.LOAD, strings.NO_LOADS.format(load=load_command))
    card = Card(Colour.LOAD, "**Loads**, newest first")
    for receipt in receipts[:MAX_LISTED]:
        new = counted(receipt.articles.new, "new article")
        title = f"**{receipt.load}** {truncate(receipt.name, 80)}"
        card.add_text(dotted(title, strings.outcome(receipt), time(receipt.started_at, "d"), new))
    card.add_select("Receipt of…", [_option(receipt) for receipt in receipts])
    return card


def stats(own: Stats, shared: Stats | None, load_command: str) -> Card:
    """The statistics of a server's own archive and, if enabled, of the shared one."""
    card = Card(Colour.LOAD)
    empty = strings.EMPTY_OWN.format(load=load_command)
    for name, stats, nothing in (
        ("**This server's archive**", own, empty),
        ("**The operator's shared archive**", shared, strings.EMPTY_OPERATORS),
    ):
        if stats is None:
            continue
        card.add_separator()
        if not stats.articles and not stats.comments:
            card.add_text(name, nothing)
            continue
        sizes = dotted(
            counted(stats.articles, "thread"),
            counted(stats.comments, "comment"),
            counted(stats.sources, "source"),
            format.years(stats.first, stats.last),
        )
        card.add_text(name, sizes, small(counted(stats.loads, "load"), format.file_size(stats.bytes)))
    return card


def person(person: Person) -> str:
    """A person as a mention that does not ping, or by name if not on Discord."""
    return line(person.name) if person.id is None else f"<@{person.id}>"


def _add_rejections(card: Card, rejections: Sequence[Rejection]) -> None:
    for rejection in rejections[:MAX_REJECTIONS]:
        card.add_text(f"-# {truncate(rejection.where, 150)}: {truncate(rejection.detail, 250)}")


def _option(receipt: Receipt) -> RouteOption:
    detail = f"{strings.outcome(receipt)} · {format.day(receipt.started_at)} · {receipt.by.name}"
    return RouteOption(f"{receipt.load}. {receipt.name}", routes.receipt(receipt.load), detail)
