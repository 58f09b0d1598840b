"""`newsdesk load`, `loads`, `undo` and `forget`."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Mapping

from bot.cli.json_output import emit, forgot_json, loads_json, preview_json, receipt_json, undone_json
from bot.cli.progress import progress_bar
from bot.cli.session import configuration, must_exist, when, with_library
from bot.cli.signals import stop_signals
from bot.cli.terminal import amount, counts, day, line, minute, show, styled
from bot.config import Config
from bot.domain.dump import Rejection
from bot.domain.loads import LoadFilter, Person, Preview, Progress, Receipt
from bot.loading import protocol
from bot.services import Library, rejects_file
from bot.ui.kit.error_messages import error_sentence
from bot.ui.kit.format import duration

_REJECTS = 20
_STOPPED = 130
_STATES = {"done": "Loaded", "cancelled": "Cancelled", "failed": "Failed", "paused": "Stopped"}


def load(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Loads, or goes on with a load, in this process, which is then the loader. 2 when nothing in the dump
    could be loaded; 130 when stopped by Ctrl-C or SIGTERM, what was stored being kept under its receipt."""
    from bot.loading.context import Caller
    from bot.loading.jobs import run

    config = configuration(given, env)
    if given.resume is not None:
        must_exist(config)
    job = _load_job(given, config) if given.resume is None else _resume_job(given, config)
    result: Receipt | Preview | None = None
    with stop_signals() as stop, progress_bar(shown=sys.stderr.isatty()) as report:

        def tell(told: protocol.Told) -> None:
            nonlocal result
            if isinstance(told, Progress):
                report(told)
            elif isinstance(told, Receipt | Preview):
                result = told

        run(job, Caller(tell, stop, error_sentence))
    if isinstance(result, Preview):
        return _show_preview(result, given)
    assert result is not None  # noqa: S101 - a load that is not dry ends with a receipt
    if given.json:
        emit(receipt_json(result))
    else:
        show_receipt(result, config)
    if result.state in ("cancelled", "paused"):
        return _STOPPED
    loaded = result.articles.new + result.articles.updated + result.articles.unchanged
    loaded += result.comments.new + result.comments.updated + result.comments.unchanged
    return 0 if result.state == "done" and loaded else 2


def _load_job(given: argparse.Namespace, config: Config) -> protocol.LoadJob:
    more = f" and {len(given.paths) - 1} more" if len(given.paths) > 1 else ""
    return protocol.LoadJob(
        data=config.data.absolute(),
        guild=given.guild,
        by=_person(),
        vectors=config.vectors,
        load_max_mb=config.load_max_mb,
        paths=tuple(given.paths),
        name=given.name or given.paths[0].resolve().name + more,
        wanted=LoadFilter(
            subreddits=tuple(given.subreddit),
            after=when(given.after),
            before=when(given.before),
            min_score=given.min_score,
            min_length=given.min_length,
            over_18=given.over_18,
        ),
        dry=given.dry_run,
    )


def _resume_job(given: argparse.Namespace, config: Config) -> protocol.ResumeJob:
    return protocol.ResumeJob(
        data=config.data.absolute(),
        guild=given.guild,
        by=_person(),
        vectors=config.vectors,
        load=given.resume or None,
    )


def _person() -> Person:
    try:
        return Person(None, getpass.getuser())
    except (KeyError, OSError):  # a container's user without a name
        return Person(None, "operator")


def _show_preview(preview: Preview, given: argparse.Namespace) -> int:
    if given.json:
        emit(preview_json(preview))
    else:
        rows = f"{amount(preview.articles, 'article')} and {amount(preview.comments, 'comment')}"
        show(styled(("Would load", "bold"), f" {rows}"))
        if preview.first is not None:
            show(f"{day(preview.first)} to {day(preview.last)}")
        if preview.skipped:
            show(f"{preview.skipped:,} left out by the filters")
        _show_rejections(preview.rejected, preview.rejections)
        show(styled(("Nothing was written.", "dim")))
    return 0 if preview.articles or preview.comments else 2


def _show_rejections(count: int, first: tuple[Rejection, ...]) -> None:
    if not count:
        return
    show(f"{count:,} rejected:")
    for rejection in first[:_REJECTS]:
        show(styled((line(rejection.where), "bold"), f": {line(rejection.detail)}"), indent=2)
    if count > _REJECTS:
        show(styled((f"and {count - _REJECTS:,} more", "dim")), indent=2)


def show_receipt(receipt: Receipt, config: Config) -> None:
    """What a load did, where its rejected lines are, and how to go on with it or take it back."""
    verb = _STATES.get(receipt.state, receipt.state.capitalize())
    show(styled((verb, "bold"), f" {line(receipt.name)} in {duration(receipt.seconds)}"))
    if receipt.problem:
        show(line(receipt.problem))
    show(f"{counts('Articles', receipt.articles)}. {counts('Comments', receipt.comments)}.")
    if receipt.skipped:
        show(f"{receipt.skipped:,} left out by the filters")
    _show_rejections(receipt.rejected, receipt.rejections)
    rejects = rejects_file(config.data, receipt.load)
    if receipt.rejected and rejects is not None:
        show(styled((f"All of them: {line(str(rejects))}", "dim")), indent=2)
    changed = (receipt.articles, receipt.comments)
    go_on = "" if receipt.state == "done" else f" Go on with it: newsdesk load --resume {receipt.load}"
    undo_it = (
        f" Take it back: newsdesk undo {receipt.load}" if any(c.new + c.updated for c in changed) else ""
    )
    show(styled((f"Load {receipt.load}.{go_on}{undo_it}", "dim")))


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
    from bot.loading.context import Caller
    from bot.loading.jobs import run_undo

    config = configuration(given, env)
    must_exist(config)
    job = protocol.UndoJob(
        data=config.data.absolute(),
        guild=given.guild,
        by=_person(),
        vectors=config.vectors,
        load=given.load,
    )
    with stop_signals() as stop:
        undone = run_undo(job, Caller(lambda told: None, stop, error_sentence))
    if given.json:
        emit(undone_json(undone))
        return 0
    removed = f"{amount(undone.articles_removed, 'article')} and {amount(undone.comments_removed, 'comment')}"
    restored = f", {amount(undone.restored, 'row')} put back as they were" if undone.restored else ""
    show(f"Took back load {undone.load}: {removed} removed{restored}.")
    return 0


def forget(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Forgets an author, in this process; 1 when nothing here was by that author."""
    from bot.loading.context import Caller
    from bot.loading.jobs import run_forget

    config = configuration(given, env)
    must_exist(config)
    job = protocol.ForgetJob(
        data=config.data.absolute(),
        guild=given.guild,
        by=_person(),
        vectors=config.vectors,
        name=given.name,
    )
    with stop_signals() as stop:
        forgot = run_forget(job, Caller(lambda told: None, stop, error_sentence))
    if given.json:
        emit(forgot_json(forgot))
    else:
        emptied = f"{amount(forgot.articles, 'article')} and {amount(forgot.comments, 'comment')}"
        show(f"Took the name and the words out of {emptied}. They stay gone when a dump is loaded again.")
        show(styled(("Copies made by newsdesk backup before now still hold them.", "dim")))
    return 0 if forgot.articles or forgot.comments else 1
