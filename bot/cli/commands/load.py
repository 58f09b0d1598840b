"""`newsdesk load`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from bot.cli.arguments import add_period, count, offset, score
from bot.cli.exit_codes import BAD_INPUT, INTERRUPTED, OK
from bot.cli.jobs import job, record
from bot.cli.json_output import emit, preview_json, receipt_json
from bot.cli.progress import progress_bar
from bot.cli.session import configuration, date, existing_archive
from bot.cli.signals import stop_signals
from bot.cli.terminal import day, dotted, line, show, show_bold, show_dim
from bot.config import Config
from bot.domain.loads import LoadFilter, Preview, Progress, Receipt
from bot.i18n import formats, msg, stored_text
from bot.loading import protocol
from bot.ui.loads import strings

HELP = "cli-load"

_MAX_REJECTIONS = 20


def add_arguments(parser: ArgumentParser) -> None:
    parser.epilog = "cli-load-filters"
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        type=Path,
        default=[],
        help="cli-load-path",
    )
    what.add_argument(
        "--resume",
        metavar="LOAD",
        nargs="?",
        const=0,
        type=count,
        help="cli-load-resume",
    )
    parser.add_argument("--name", help="cli-load-name")
    parser.add_argument("--dry-run", action="store_true", help="cli-load-dry-run")
    parser.add_argument("--subreddit", metavar="NAME", action="append", default=[], help="cli-load-subreddit")
    add_period(parser)
    parser.add_argument("--min-score", type=score, metavar="N", help="cli-load-min-score")
    parser.add_argument("--min-length", type=offset, default=0, metavar="N", help="cli-load-min-length")
    parser.add_argument("--over-18", action="store_true", help="cli-load-over-18")


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Runs or resumes a load in this process. Returns 2 if nothing in the dump could be loaded, and 130 if
    stopped by Ctrl-C or SIGTERM; what was stored by then is kept, with a receipt."""
    from bot.loading.context import JobContext
    from bot.loading.jobs import run_job
    from bot.services.loads import load_detail
    from bot.services.troubles import Troubles

    resumes = arguments.resume is not None
    config = (existing_archive if resumes else configuration)(arguments, env)
    result: Receipt | Preview | None = None
    with stop_signals() as stop, progress_bar(shown=sys.stderr.isatty()) as report:

        def emit_event(event: protocol.LoadEvent) -> None:
            nonlocal result
            if isinstance(event, Progress):
                report(event)
            elif isinstance(event, Receipt | Preview):
                result = event

        work = (_resume_job if resumes else _load_job)(arguments, config)
        run_job(work, JobContext(emit_event, stop))
    if isinstance(result, Preview):
        return _show_preview(result, arguments)
    assert result is not None  # noqa: S101 - a load that is not dry ends with a receipt
    if result.state == "done":
        Troubles(config.data).mended("loader")
    record(arguments, config, "load", **load_detail(result))
    if arguments.json:
        emit(receipt_json(result))
    else:
        _show_receipt(result, config)
    if result.state in ("cancelled", "paused"):
        return INTERRUPTED
    loaded = result.articles.total + result.comments.total
    return OK if result.state == "done" and loaded else BAD_INPUT


def _load_job(arguments: Namespace, config: Config) -> protocol.Job:
    paths = arguments.paths
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return job(
        protocol.LoadJob,
        arguments,
        config,
        load_max_mb=config.load_max_mb,
        zst_window_mb=config.zst_window_mb,
        paths=tuple(paths),
        name=arguments.name or paths[0].resolve().name + more,
        filters=LoadFilter(
            subreddits=tuple(arguments.subreddit),
            after=date(arguments.after),
            before=date(arguments.before),
            min_score=arguments.min_score,
            min_length=arguments.min_length,
            over_18=arguments.over_18,
        ),
        dry_run=arguments.dry_run,
        limits=config.server_limits,
    )


def _resume_job(arguments: Namespace, config: Config) -> protocol.Job:
    return job(
        protocol.ResumeJob, arguments, config, load=arguments.resume or None, limits=config.server_limits
    )


def _show_preview(preview: Preview, arguments: Namespace) -> int:
    if arguments.json:
        emit(preview_json(preview))
    else:
        show_bold(msg("cli-load-preview", articles=preview.articles, comments=preview.comments))
        if preview.first is not None:
            show(msg("load-dates", first=day(preview.first), last=day(preview.last)))
        if preview.articles or preview.comments:
            show(msg("load-would-change"))
            for text in strings.changes(preview.article_changes, preview.comment_changes):
                show(text, indent=2)
        _show_left_out(preview)
        comments = preview.comment_books
        for text in filter(None, strings.gaps(comments.waiting, comments.missing) if comments else ()):
            show(text)
        if preview.disk_bytes:
            show(strings.disk_room(preview))
        show_dim(msg("cli-load-not-written"))
    return OK if preview.articles or preview.comments else BAD_INPUT


def _show_left_out(work: Receipt | Preview) -> None:
    rejected = work.rejected
    listed, accepted = strings.rejected(work.rejections[:_MAX_REJECTIONS])
    if work.skipped:
        show(strings.left_out(work, strings.cli_option))
    if rejected:
        show(msg("cli-load-rejected", count=rejected))
    for where, text in listed:
        show_bold(line(where), f": {line(text)}", indent=2)
    if accepted:
        show(accepted, indent=2)
    if rejected > _MAX_REJECTIONS:
        show_dim(msg("cli-load-more-rejected", count=rejected - _MAX_REJECTIONS), indent=2)


def _show_receipt(receipt: Receipt, config: Config) -> None:
    """Prints the result of a load, where its rejections are, and how to resume or undo it."""
    from bot.services import rejects_file

    name, took = line(receipt.name), formats.duration(receipt.seconds)
    if strings.heading_state(receipt) == receipt.state:
        show_bold(msg("cli-load-ended", state=receipt.state, name=name, duration=took))
    else:
        show_bold(msg("load-ended", how="failed", name=name).replace("**", ""))
    if receipt.problem:
        show(line(stored_text(receipt.problem_message, receipt.problem)))
    show(dotted(*strings.counts(receipt)))
    comments = receipt.comment_books
    for text in filter(None, strings.gaps(comments.waiting, comments.missing) if comments else ()):
        show(text)
    _show_left_out(receipt)
    for text in strings.books(receipt.article_books, receipt.comment_books):
        show_dim(text)
    if receipt.rejected:
        # Where the database has the file, the command that prints it stands in its place.
        command = msg("cli-load-rejects-command", load=str(receipt.load))
        rejects = rejects_file(config.data, receipt.load) or command
        show_dim(msg("cli-load-rejects-file", path=line(str(rejects))), indent=2)
    changed = any(rows.new + rows.updated for rows in (receipt.articles, receipt.comments))
    load = str(receipt.load)
    resume = "" if receipt.state == "done" else msg("cli-load-resume-hint", load=load)
    show_dim(
        dotted(msg("load-number", load=load), resume, msg("cli-load-undo-hint", load=load) if changed else "")
    )
