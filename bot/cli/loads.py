"""`newsdesk load`, `loads` and `undo`."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from bot import wire
from bot.cli.contract import emit, loads_json, receipt_json, undone_json
from bot.cli.opening import configuration, must_exist, with_library
from bot.cli.signals import stop_signals
from bot.cli.terminal import amount, console, counts, duration, line, minute, show, styled
from bot.library import Library
from bot.models import Person, Progress, Receipt
from bot.ui.words import error_sentence

_REJECTS = 20
_CANCELLED = 130
_STATES = {"done": "Loaded", "cancelled": "Cancelled", "failed": "Failed"}


def load(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Loads in this process, which is then the loader. 2 when nothing in the dump could be loaded; 130 when
    cancelled by Ctrl-C or SIGTERM, what was stored being kept under its receipt."""
    from bot.loading import run_load

    config = configuration(given, env)
    more = f" and {len(given.paths) - 1} more" if len(given.paths) > 1 else ""
    job = wire.LoadJob(
        data=config.data,
        guild=given.guild,
        by=_person(),
        vectors=config.vectors,
        load_max_mb=config.load_max_mb,
        paths=tuple(given.paths),
        name=given.name or given.paths[0].resolve().name + more,
    )
    with stop_signals() as stop, _bar(shown=sys.stderr.isatty()) as report:
        receipt = run_load(job, report=report, cancelled=stop, explain=error_sentence)
    if given.json:
        emit(receipt_json(receipt))
    else:
        show_receipt(receipt)
    if receipt.state == "cancelled":
        return _CANCELLED
    loaded = receipt.articles.new + receipt.articles.updated + receipt.articles.unchanged
    return 0 if receipt.state == "done" and loaded else 2


def _person() -> Person:
    try:
        return Person(None, getpass.getuser())
    except (KeyError, OSError):  # a container's user without a name
        return Person(None, "operator")


@contextmanager
def _bar(*, shown: bool) -> Iterator[Callable[[Progress], None]]:
    """A progress bar on standard error; nothing where that is no terminal."""
    if not shown:
        yield lambda progress: None
        return
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(markup=False),
        TextColumn("{task.fields[counted]}", markup=False),
        TimeRemainingColumn(compact=True),
    )
    with Bar(*columns, console=console(error=True), transient=True) as bar:
        task = bar.add_task("Loading", total=None, counted="")

        def report(progress: Progress) -> None:
            if progress.state == "queued":
                bar.update(task, description="Waiting for another load to end")
                return
            rate = progress.articles / progress.seconds if progress.seconds > 0 else 0
            counted = [
                amount(progress.articles, "article"),
                amount(progress.comments, "comment"),
                f"{rate:,.0f}/s",
            ]
            if progress.rejected:
                counted.append(f"{progress.rejected:,} rejected")
            bar.update(
                task,
                description="Loading",
                total=progress.total,
                completed=progress.done,
                counted=" · ".join(counted),
            )

        yield report


def show_receipt(receipt: Receipt) -> None:
    """What a load did, and how to take it back."""
    verb = _STATES.get(receipt.state, receipt.state.capitalize())
    show(styled((verb, "bold"), f" {line(receipt.name)} in {duration(receipt.seconds)}"))
    if receipt.problem:
        show(line(receipt.problem))
    show(f"{counts('Articles', receipt.articles)}. {counts('Comments', receipt.comments)}.")
    if receipt.rejected:
        show(f"{receipt.rejected:,} rejected:")
        for rejection in receipt.rejections[:_REJECTS]:
            show(styled((line(rejection.where), "bold"), f": {line(rejection.detail)}"), indent=2)
        if receipt.rejected > _REJECTS:
            show(styled((f"and {receipt.rejected - _REJECTS:,} more", "dim")), indent=2)
    changed = (receipt.articles, receipt.comments)
    undo_it = (
        f" Take it back: newsdesk undo {receipt.load}" if any(c.new + c.updated for c in changed) else ""
    )
    show(styled((f"Load {receipt.load}.{undo_it}", "dim")))


def loads(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """The receipts of one archive, newest first; 1 when there are none."""

    async def use(library: Library) -> int:
        receipts = await library.loads(given.guild, given.limit)
        if given.json:
            emit(loads_json(receipts))
        elif not receipts:
            show("Nothing was loaded into this archive.")
        for receipt in () if given.json else receipts:
            state = "" if receipt.state == "done" else f" · {receipt.state}"
            rejected = f" · {receipt.rejected:,} rejected" if receipt.rejected else ""
            show(styled((f"{receipt.load}. {line(receipt.name)}", "bold"), state))
            show(
                f"{counts('Articles', receipt.articles)}. {counts('Comments', receipt.comments)}.{rejected}",
                3,
            )
            by = f"{minute(receipt.started_at)} · by {line(receipt.by.name)} · {duration(receipt.seconds)}"
            show(styled((by, "dim")), indent=3)
        return 0 if receipts else 1

    return with_library(given, env, use)


def undo(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Takes a load back, in this process."""
    from bot.loading import run_undo

    config = configuration(given, env)
    must_exist(config)
    job = wire.UndoJob(config.data, given.guild, _person(), config.vectors, given.load)
    with stop_signals() as stop:
        undone = run_undo(job, cancelled=stop, explain=error_sentence)
    if given.json:
        emit(undone_json(undone))
        return 0
    removed = f"{amount(undone.articles_removed, 'article')} and {amount(undone.comments_removed, 'comment')}"
    restored = f", {amount(undone.restored, 'row')} put back as they were" if undone.restored else ""
    show(f"Took back load {undone.load}: {removed} removed{restored}.")
    return 0
