"""What a loader can be asked to do, from the job to the result that it tells."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bot.domain.loads import Erased, LoadFilter, Preview, Receipt, Undone
from bot.dumps.containers.drop_folder import check_inside
from bot.dumps.containers.streams import Limits
from bot.dumps.formats.records import RecordFilter
from bot.dumps.reader import Dump, Position, read_dump, submissions_first
from bot.errors import BadInput, UserError
from bot.loading import protocol
from bot.loading.context import Caller, learn, tidy, writing
from bot.loading.load import Checkpoint, Load
from bot.loading.preview import preview
from bot.store.ingest.rejects_file import RejectsFile, erase_from_rejects, rejects_path
from bot.store.ingest.writer import CorpusWriter, ResumedLoad

FEW_ROWS = 20_000
"""What search learns from a load of so many rows, or fewer, it has learnt before the receipt is told."""


def run(job: protocol.Job, caller: Caller) -> protocol.Told:
    """Does the job, tells progress and the result, and returns the result. Raises UserError for what a person
    can mend. What makes search better and the corpus smaller comes after the result was told."""
    match job:
        case protocol.LoadJob():
            return run_load(job, caller)
        case protocol.ResumeJob():
            return run_resume(job, caller)
        case protocol.CancelJob():
            return _run_cancel(job, caller)
        case protocol.UndoJob():
            return run_undo(job, caller)
        case protocol.ForgetJob():
            return run_forget(job, caller)


def run_load(job: protocol.LoadJob, caller: Caller) -> Receipt | Preview:
    """Loads the job's files as one load: `done`, `paused`, `cancelled`, or `failed` with its problem; what
    was stored until then stays. Waits while another process writes, telling `queued`. A dry one reads only.

    Raises BadInput("no-such-file" | "load-cancelled") before anything is stored, and UserError when the
    corpus cannot be opened or, at the end, not even the receipt be written.
    """
    job = msgspec.structs.replace(job, paths=_ordered(job))
    if job.dry:
        found = preview(_dump(job, Position()), caller)
        caller.tell(found)
        return found
    with writing(job, caller) as writer:
        dump = _dump(job, Position())
        text = protocol.encode_job(job).decode()
        load = writer.begin_load(job.guild, job.name, job.by, caller.clock(), text)
        rejects = RejectsFile(job.data, load, erased_authors=writer.erased_authors(load))
        return _finish(Load(load, writer, dump, rejects, caller), writer, job, caller)


def run_resume(job: protocol.ResumeJob, caller: Caller) -> Receipt:
    """Goes on with a load where it was: see `CorpusWriter.resume`. Fails with its problem where the dump is
    not there any more."""
    with writing(job, caller) as writer:
        resumed = writer.resume(job.guild, job.load)
        number = resumed.receipt.load
        try:
            load_job, place = _understood(resumed)
            dump = _dump(msgspec.structs.replace(load_job, paths=_present(load_job)), place.position)
        except UserError as error:
            receipt = writer.finish(number, "failed", 0, caller.explain(error))
            caller.tell(receipt)
            return receipt
        rejects = RejectsFile(job.data, number, place.rejects, writer.erased_authors(number))
        load = Load(number, writer, dump, rejects, caller, resumed.receipt)
        return _finish(load, writer, job, caller)


def _finish(load: Load, writer: CorpusWriter, job: protocol.Job, caller: Caller) -> Receipt:
    receipt = load.run()
    rows = sum(counts.new + counts.updated for counts in (receipt.articles, receipt.comments))
    if rows <= FEW_ROWS:
        learn(writer, job, caller)
    caller.tell(receipt)
    if rows > FEW_ROWS:
        learn(writer, job, caller)
    tidy(writer, receipt.comments.new, caller)
    return receipt


def _run_cancel(job: protocol.CancelJob, caller: Caller) -> Receipt:
    with writing(job, caller, quiet=True) as writer:
        receipt = writer.cancel(job.guild, job.load)
    caller.tell(receipt)
    return receipt


def run_undo(job: protocol.UndoJob, caller: Caller) -> Undone:
    """Takes the job's load back. Raises what `CorpusWriter.undo` does, and BadInput("undo-cancelled") when
    stopped: undoing again goes on from there."""

    def stop_if_asked() -> None:
        if caller.stop():
            raise BadInput("undo-cancelled", load=job.load)

    with writing(job, caller, quiet=True) as writer:
        undone = writer.undo(job.guild, job.load, stop_if_asked)
        rejects_path(job.data, job.load).unlink(missing_ok=True)
        if undone.comments_removed <= FEW_ROWS:
            learn(writer, job, caller)
        caller.tell(undone)
        if undone.comments_removed > FEW_ROWS:
            learn(writer, job, caller)
        tidy(writer, undone.comments_removed, caller, gone=True)
    return undone


def run_forget(job: protocol.ForgetJob, caller: Caller) -> Erased:
    """Forgets an author in the guild's archive (None: in all): see `CorpusWriter.forget`. Raises
    BadInput("forget-cancelled") when stopped: doing it again goes on."""

    def stop_if_asked() -> None:
        if caller.stop():
            raise BadInput("forget-cancelled")

    with writing(job, caller, quiet=True) as writer:
        forgot = writer.erase_author(job.guild, job.name, caller.clock(), stop_if_asked)
        erase_from_rejects(job.data, job.name.strip(), writer.load_ids(job.guild))
        learn(writer, job, caller)
    caller.tell(forgot)
    return forgot


def _ordered(job: protocol.LoadJob) -> tuple[Path, ...]:
    paths = _present(job)
    return tuple(submissions_first(paths)) if job.shown is None else paths


def _present(job: protocol.LoadJob) -> tuple[Path, ...]:
    """The job's paths, absolute, as another process may go on with them. Raises BadInput("no-such-file")."""
    for path in job.paths:
        if job.below is not None:
            check_inside(path, job.below)
        if not path.exists():
            raise BadInput("no-such-file", path=path)
    return tuple(path.absolute() for path in job.paths)


def _dump(job: protocol.LoadJob, start: Position) -> Dump:
    limits = Limits(total=job.load_max_mb * 1_000_000)
    wanted = _filter(job.wanted)
    return read_dump(
        job.paths, limits, names=job.shown, filters=wanted, start=start, follow=job.below is None
    )


def _filter(wanted: LoadFilter) -> RecordFilter:
    return RecordFilter(
        subreddits=frozenset(name.casefold().removeprefix("r/") for name in wanted.subreddits),
        after=None if wanted.after is None else int(wanted.after.timestamp()),
        before=None if wanted.before is None else int(wanted.before.timestamp()),
        min_score=wanted.min_score,
        min_length=wanted.min_length,
        over_18=wanted.over_18,
    )


def _understood(resumed: ResumedLoad) -> tuple[protocol.LoadJob, Checkpoint]:
    job = protocol.decode_job(resumed.job)
    assert isinstance(job, protocol.LoadJob)  # noqa: S101 - nothing else is kept with a load
    text = resumed.checkpoint
    return job, Checkpoint() if text is None else msgspec.json.decode(text, type=Checkpoint)
