"""The jobs of a loader, each from its request to the result that it emits."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bot.domain.loads import Erased, LoadFilter, Preview, Purged, Receipt, Undone
from bot.dumps.containers.drop_folder import check_inside
from bot.dumps.containers.streams import Limits
from bot.dumps.formats.records import RecordFilter
from bot.dumps.reader import Dump, Position, read_dump, submissions_first
from bot.errors import BadInput, UserError
from bot.i18n import stored_error
from bot.loading import protocol
from bot.loading.attached import accepted_name, with_attached
from bot.loading.context import JobContext, corpus_writer, optimize, update_statistics
from bot.loading.disk_room import check_room
from bot.loading.load import Checkpoint, LoadRun
from bot.loading.preview import preview
from bot.store.engines import engine_of
from bot.store.ingest.rejects import RejectsFile, rejects_name
from bot.store.ingest.writer import CorpusWriter, ResumedLoad

MAX_ROWS_BEFORE_RECEIPT = 20_000
"""The search statistics are updated before the receipt of a load of at most this many rows, after it for
larger loads."""


def run_job(job: protocol.Job, context: JobContext) -> protocol.LoadEvent:
    """Runs the job, emits progress and the result, and returns the result. Raises UserError for problems that
    users can fix. Maintenance of the corpus runs after the result."""
    match job:
        case protocol.LoadJob():
            return run_load(job, context)
        case protocol.ResumeJob():
            return run_resume(job, context)
        case protocol.CancelJob():
            return _run_cancel(job, context)
        case protocol.UndoJob():
            return run_undo(job, context)
        case protocol.EraseJob():
            return run_erase(job, context)
        case protocol.PurgeJob():
            return run_purge(job, context)


def run_load(job: protocol.LoadJob, context: JobContext) -> Receipt | Preview:
    """Loads the job's files as one load. It ends as `done`, `paused`, `cancelled`, or `failed` with its
    problem; what was stored until then stays. Emits `queued` while another process writes. A dry run only
    reads.

    Raises BadInput("no-such-file" | "no-room-for-load" | "load-cancelled" | "archive-full-articles" |
    "archive-full-size") before anything is stored, and UserError if the corpus cannot be opened or, at the
    end, not even the receipt can be written.
    """
    context.heartbeat.at(job.name)
    job = with_attached(job, job.data, context.heartbeat.beat)
    job = msgspec.structs.replace(job, paths=_ordered_paths(job))
    if job.dry_run:
        result = preview(_dump(job, Position(), context), job.data, job.guild, context)
        context.emit(result)
        return result
    check_room(engine_of(job.data), job.paths, job.filters)
    with corpus_writer(job, context) as writer:
        writer.limit(job.guild, job.limits)
        dump = _dump(job, Position(), context)
        text = protocol.encode_job(job).decode()
        load = writer.begin_load(job.guild, job.name, job.by, context.clock(), text, accepted_name(job))
        rejects = RejectsFile(writer.files, load, erased_authors=writer.erased_authors(load))
        return _finish(LoadRun(load, writer, dump, rejects, context), writer, job, context)


def run_resume(job: protocol.ResumeJob, context: JobContext) -> Receipt:
    """Resumes a load where it stopped: see `CorpusWriter.resume`. It fails with its problem if the dump no
    longer exists."""
    with corpus_writer(job, context) as writer:
        writer.limit(job.guild, job.limits)
        resumed = writer.resume(job.guild, job.load)
        number = resumed.receipt.load
        try:
            load_job, place = _decode_resumed(resumed)
            load_job = with_attached(load_job, job.data, context.heartbeat.beat)
            load_job = msgspec.structs.replace(load_job, paths=_existing_paths(load_job))
            dump = _dump(load_job, place.position, context)
        except UserError as error:
            receipt = writer.finish(number, "failed", 0, stored_error(error))
            context.emit(receipt)
            return receipt
        rejects = RejectsFile(writer.files, number, place.rejects, writer.erased_authors(number))
        load = LoadRun(number, writer, dump, rejects, context, resumed.receipt)
        return _finish(load, writer, job, context)


def _finish(load: LoadRun, writer: CorpusWriter, job: protocol.Job, context: JobContext) -> Receipt:
    receipt = load.run()
    context.heartbeat.at("")
    rows = sum(counts.new + counts.updated for counts in (receipt.articles, receipt.comments))
    _emit_result(receipt, rows, writer, job, context)
    optimize(writer, receipt.comments.new, context)
    return receipt


def _emit_result(
    result: Receipt | Undone, rows: int, writer: CorpusWriter, job: protocol.Job, context: JobContext
) -> None:
    """Emits the result. The search statistics are updated before that if `rows`, the number of changed rows,
    is small, else after it."""
    few = rows <= MAX_ROWS_BEFORE_RECEIPT
    if few:
        update_statistics(writer, job, context)
    context.emit(result)
    if not few:
        update_statistics(writer, job, context)


def _run_cancel(job: protocol.CancelJob, context: JobContext) -> Receipt:
    with corpus_writer(job, context, quiet=True) as writer:
        receipt = writer.cancel(job.guild, job.load)
    context.emit(receipt)
    return receipt


def run_undo(job: protocol.UndoJob, context: JobContext) -> Undone:
    """Undoes the job's load. Raises what `CorpusWriter.undo` raises, and BadInput("undo-cancelled") when
    stopped: undoing it again resumes there."""

    def stop_if_asked() -> None:
        if context.stop_request():
            raise BadInput("undo-cancelled", load=job.load)

    with corpus_writer(job, context, quiet=True) as writer:
        undone = writer.undo(job.guild, job.load, stop_if_asked)
        writer.files.delete(rejects_name(job.load))
        _emit_result(undone, undone.comments_removed, writer, job, context)
        optimize(writer, undone.comments_removed, context, removed=True)
    return undone


def run_erase(job: protocol.EraseJob, context: JobContext) -> Erased:
    """Erases an author from the guild's archive (None: from all): see `CorpusWriter.erase_author`. Raises
    BadInput when stopped: erasing again resumes there."""

    def stop_if_asked() -> None:
        if context.stop_request():
            raise BadInput("forget-cancelled")

    with corpus_writer(job, context, quiet=True) as writer:
        erased = writer.erase_author(job.guild, job.name, context.clock(), stop_if_asked)
        update_statistics(writer, job, context)
    context.emit(erased)
    return erased


def run_purge(job: protocol.PurgeJob, context: JobContext) -> Purged:
    """Deletes threads: see `CorpusWriter.purge`. Raises BadInput("purge-cancelled") when stopped: purging
    again resumes there."""

    def stop_if_asked() -> None:
        if context.stop_request():
            raise BadInput("purge-cancelled")

    with corpus_writer(job, context, quiet=True) as writer:
        how = {"dry_run": job.dry_run, "traceless": job.traceless}
        purged = writer.purge(job.guild, job.purged, stop_if_asked, **how)
        context.emit(purged)
        if not job.dry_run:
            update_statistics(writer, job, context)
            optimize(writer, purged.comments, context, removed=True)
    return purged


def _ordered_paths(job: protocol.LoadJob) -> tuple[Path, ...]:
    paths = _existing_paths(job)
    return tuple(submissions_first(paths)) if job.display_names is None else paths


def _existing_paths(job: protocol.LoadJob) -> tuple[Path, ...]:
    """The job's paths, made absolute, as another process may resume it. Raises BadInput("no-such-file")."""
    for path in job.paths:
        if job.inside is not None:
            check_inside(path, job.inside)
        if not path.exists():
            raise BadInput("no-such-file", path=path)
    return tuple(path.absolute() for path in job.paths)


def _dump(job: protocol.LoadJob, start: Position, context: JobContext) -> Dump:
    limits = Limits(total=job.load_max_mb * 1_000_000, zstd_window=job.zst_window_mb << 20)
    filters = _record_filter(job.filters)
    return read_dump(
        job.paths,
        limits,
        names=job.display_names,
        filters=filters,
        start=start,
        follow=job.inside is None,
        observer=context.heartbeat,
    )


def _record_filter(filters: LoadFilter) -> RecordFilter:
    return RecordFilter(
        subreddits=frozenset(name.casefold().removeprefix("r/") for name in filters.subreddits),
        after=None if filters.after is None else int(filters.after.timestamp()),
        before=None if filters.before is None else int(filters.before.timestamp()),
        min_score=filters.min_score,
        min_length=filters.min_length,
        over_18=filters.over_18,
    )


def _decode_resumed(resumed: ResumedLoad) -> tuple[protocol.LoadJob, Checkpoint]:
    job = protocol.decode_job(resumed.job)
    assert isinstance(job, protocol.LoadJob)  # noqa: S101 - only load jobs are stored with a load
    text = resumed.checkpoint
    return job, Checkpoint() if text is None else msgspec.json.decode(text, type=Checkpoint)
