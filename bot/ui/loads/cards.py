"""Loads, receipts and archive statistics as cards."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.articles import Stats
from bot.domain.books import LeftOutReason
from bot.domain.dump import Rejection
from bot.domain.loads import Person, Preview, Progress, Receipt, Undone
from bot.i18n import formats, msg, stored_text
from bot.ui.kit import format, routes
from bot.ui.kit.card import Button, Card, Colour, RouteOption, keep_button
from bot.ui.kit.format import dotted, small
from bot.ui.kit.markdown import line, time
from bot.ui.kit.truncate import truncate, truncate_lines
from bot.ui.loads import strings

MAX_REJECTIONS = 3
"""The rejections listed on a receipt; the attached file has more."""
MAX_LISTED = 8
"""The loads listed on the card; its select menu has more."""
MIN_ESTIMATED_COMMENTS = 10_000
"""The number of comments from which the total is estimated."""


def progress(name: str, progress: Progress | None) -> Card:
    """The progress of a load; None before its first report."""
    name = truncate(name, 200)
    if progress is None:
        return Card(Colour.LOAD, msg("load-starting", name=name))
    if progress.state == "queued":
        card = Card(Colour.LOAD, msg("load-queued", name=name))
        card.add_buttons(Button(msg("button-cancel"), "0", "cancel"))
        return card
    card = Card(
        Colour.LOAD,
        dotted(msg("load-running", name=name), *_how_far(progress)),
        dotted(*_loaded_so_far(progress)),
        small(*_read_so_far(progress)),
    )
    load = str(progress.load)
    card.add_buttons(Button(msg("button-pause"), load, "pause"), Button(msg("button-cancel"), load, "cancel"))
    return card


def receipt(receipt: Receipt, rejected: bytes = b"", size: int = 0) -> Card:
    """The receipt of a load, with its buttons; `rejected` is the beginning of the file of rejections, `size`
    the size of the whole file in bytes."""
    load, state = str(receipt.load), receipt.state
    title = msg(
        "load-receipt",
        state=strings.heading_state(receipt),
        name=truncate(receipt.name, 200),
        duration=formats.duration(receipt.seconds),
    )
    card = Card(Colour.LOAD, title, *strings.counts(receipt))
    card.add_text(truncate_lines(stored_text(receipt.problem_message, receipt.problem or ""), 400))
    rejections = msg("load-rejected", count=receipt.rejected) if receipt.rejected else ""
    if rejected:
        rejections = msg("load-rejected-attached", count=receipt.rejected)
    card.add_text(dotted(rejections, _left_out(receipt)))
    _add_rejections(card, receipt.rejections)
    if comments := receipt.comment_books:
        card.add_text(*strings.gaps(comments.waiting, comments.missing))
    card.add_text(
        small(
            *strings.books(receipt.article_books, receipt.comment_books),
            msg("load-number", load=load),
            msg("load-by", who=person(receipt.by)),
            time(receipt.started_at, "f"),
        ),
    )
    if rejected:
        card.add_file(f"rejected-{load}.ndjson", rejected)
        if len(rejected) < size:
            card.add_text(small(msg("load-rejects-cut", load=load, size=formats.file_size(size))))
    changes = (receipt.articles.new, receipt.articles.updated, receipt.comments.new, receipt.comments.updated)
    undoable = any(changes) and state in ("done", "cancelled", "failed")
    card.add_buttons(
        Button(msg("button-resume"), load, "resume") if state in ("paused", "failed") else None,
        Button(msg("button-cancel"), load, "cancel") if state == "paused" else None,
        Button(msg("button-undo"), load, "undo") if undoable else None,
        Button(msg("load-undo-rest"), load, "undo") if state == "undoing" else None,
    )
    return card


def preview(name: str, preview: Preview) -> Card:
    """The result of a dry run."""
    added = dotted(
        msg("articles", count=preview.articles),
        msg("comments", count=preview.comments),
        _days(preview),
    )
    rejected = msg("load-would-reject", count=preview.rejected) if preview.rejected else ""
    card = Card(Colour.LOAD, msg("load-would-load", name=truncate(name, 200)), added)
    if preview.articles or preview.comments:
        card.add_text(
            msg("load-would-change"), *strings.changes(preview.article_changes, preview.comment_changes)
        )
    card.add_text(dotted(rejected, _left_out(preview)))
    if comments := preview.comment_books:
        card.add_text(*strings.gaps(comments.waiting, comments.missing))
    _add_rejections(card, preview.rejections)
    if preview.disk_bytes:
        card.add_text(strings.disk_room(preview))
    card.add_text(small(msg("load-previewed")))
    return card


def undo_question(receipt: Receipt, message: int) -> Card:
    """Asks for confirmation before a load is undone; `message` is the id of the receipt's message, or 0."""
    text = msg(
        "load-undo-question",
        load=str(receipt.load),
        name=truncate(receipt.name, 200),
        articles=receipt.articles.new,
        comments=receipt.comments.new,
    )
    card = Card(Colour.LOAD, text)
    undo = Button(msg("load-undo"), f"{receipt.load}.{message}", "retract", danger=True)
    card.add_buttons(undo, keep_button())
    return card


def undoing(receipt: Receipt, left: int) -> Card:
    """The progress of undoing a load; `left` of its comments remain."""
    total = receipt.comments.new
    share = min(0.99, max(0, total - left) / total) if total else 0
    card = Card(
        Colour.LOAD,
        dotted(msg("load-undoing", load=str(receipt.load)), formats.percent(share)),
        msg("load-removing", articles=receipt.articles.new, comments=total),
    )
    card.add_buttons(Button(msg("button-cancel"), str(receipt.load), "halt"))
    return card


def undone(undone: Undone, by: Person, marked: int = 0) -> Card:
    """The result of undoing a load; `marked` posts still show content that was removed."""
    card = Card(
        Colour.LOAD,
        msg("load-undone", load=str(undone.load)),
        msg("load-removed", articles=undone.articles_removed, comments=undone.comments_removed),
        msg("load-restored", count=undone.restored) if undone.restored else "",
        small(msg("load-undone-by", who=person(by))),
    )
    if marked:
        card.add_text(msg("posts-marked", count=marked), small(msg("posts-marked-choice")))
        card.add_buttons(
            Button(msg("posts-redact", count=marked), "-", "redact", danger=True), keep_button("posts")
        )
    return card


def ended(how: str, name: str, reason: str) -> Card:
    """A load that ended without a receipt: it was `cancelled` or `interrupted`, or it `failed`; `reason` must
    be markdown."""
    return Card(Colour.LOAD, msg("load-ended", how=how, name=truncate(name, 200)), reason)


def loads(receipts: Sequence[Receipt], load_command: str) -> Card:
    """The last loads, newest first, with a select menu to open one."""
    if not receipts:
        return Card(Colour.LOAD, msg("load-none", command=load_command))
    card = Card(Colour.LOAD, msg("load-list"))
    for receipt in receipts[:MAX_LISTED]:
        title = f"**{receipt.load}** {truncate(receipt.name, 80)}"
        new = strings.new(receipt)
        card.add_text(dotted(title, _state(receipt), time(receipt.started_at, "d"), *new))
    card.add_select(msg("load-open"), [_option(receipt) for receipt in receipts])
    return card


def stats(own: Stats, shared: Stats | None, load_command: str) -> Card:
    """The statistics of a server's own archive and, if enabled, of the shared one."""
    card = Card(Colour.LOAD)
    _add_archive(card, msg("load-own-archive"), own, msg("load-own-empty", command=load_command))
    if shared is not None:
        _add_archive(card, msg("load-shared-archive"), shared, msg("load-shared-empty"))
    return card


def person(person: Person) -> str:
    """A person as a mention that does not ping, or by name if not on Discord."""
    return line(person.name) if person.id is None else f"<@{person.id}>"


def _how_far(progress: Progress) -> list[str]:
    """41% · 1 min 20 sec left"""
    facts = []
    if progress.total:
        facts.append(formats.percent(min(0.99, progress.done / progress.total)))
    if progress.left is not None:
        facts.append(msg("load-left", duration=formats.duration(max(1.0, progress.left))))
    return facts


def _loaded_so_far(progress: Progress) -> list[str]:
    """2.1M of about 5.1M comments · 61,204 articles · 38,000/s"""
    done, total = progress.done, progress.total or 0
    facts = [msg("comments", count=progress.comments), msg("articles", count=progress.articles)]
    if progress.comments >= MIN_ESTIMATED_COMMENTS and total and done * 50 > total:
        estimate = formats.compact(progress.comments * total / done)
        facts[0] = msg("load-comments-of", count=formats.compact(progress.comments), total=estimate)
    if progress.rate >= 1:
        facts.append(msg("load-rate", count=int(progress.rate)))
    return facts


def _read_so_far(progress: Progress) -> list[str]:
    """212 MB of 520 MB read · 18 rejected"""
    done = formats.file_size(progress.done)
    read = msg("load-read", done=done)
    if progress.total:
        read = msg("load-read-of", done=done, total=formats.file_size(progress.total))
    rejected = msg("load-rejected", count=progress.rejected) if progress.rejected else ""
    return [read, rejected, _left_out(progress)]


def _left_out(work: Progress | Receipt | Preview) -> str:
    return strings.left_out(work, _option_name)


def _option_name(reason: LeftOutReason) -> str:
    """A filter's option of /archive load, which has none for lengths."""
    if reason == "min_length":
        return strings.cli_option(reason)
    option = f"option-{reason.replace('_', '-')}"
    return f"`{msg(f'{option}.name')}`"


def _days(preview: Preview) -> str:
    if preview.first is None or preview.last is None:
        return ""
    first, last = formats.day(preview.first), formats.day(preview.last)
    return first if first == last else msg("load-dates", first=first, last=last)


def _state(receipt: Receipt) -> str:
    return msg("load-state", state=receipt.state)


def _add_archive(card: Card, name: str, stats: Stats, nothing: str) -> None:
    card.add_separator()
    if not stats.articles and not stats.comments and not stats.waiting:
        card.add_text(name, nothing)
        return
    sizes = dotted(
        format.archive_size(stats),
        msg("comments", count=stats.comments),
        msg("load-sources", count=stats.sources),
    )
    card.add_text(
        *(name, sizes, *strings.gaps(stats.waiting, stats.missing)),
        *map(small, strings.books(stats.article_books, stats.comment_books)),
        small(msg("load-loads", count=stats.loads), formats.file_size(stats.bytes)),
    )


def _add_rejections(card: Card, rejections: Sequence[Rejection]) -> None:
    listed, accepted = strings.rejected(rejections[:MAX_REJECTIONS])
    for where, text in listed:
        card.add_text(f"-# {truncate(where, 150)}: {truncate(text, 250)}")
    if accepted:
        card.add_text(small(accepted))


def _option(receipt: Receipt) -> RouteOption:
    detail = dotted(_state(receipt), formats.day(receipt.started_at), receipt.by.name)
    return RouteOption(f"{receipt.load}. {receipt.name}", routes.receipt(receipt.load), detail)
