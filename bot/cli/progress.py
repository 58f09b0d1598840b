"""The progress of a load in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.cli.terminal import console
from bot.domain.loads import Progress
from bot.i18n import formats, msg
from bot.ui.loads import strings


@contextmanager
def progress_bar(*, shown: bool) -> Iterator[Callable[[Progress], None]]:
    """A progress bar on standard error; does nothing if that is no terminal."""
    if not shown:
        yield lambda progress: None
        return
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(markup=False),
        TextColumn("{task.fields[facts]}", markup=False),
    )
    with Bar(*columns, console=console(error=True), transient=True) as bar:
        task = bar.add_task(msg("cli-loading"), total=None, facts="")

        def report(progress: Progress) -> None:
            if progress.state == "queued":
                bar.update(task, description=msg("cli-load-waiting"))
            else:
                bar.update(
                    task,
                    description=msg("cli-loading"),
                    total=progress.total,
                    completed=progress.done,
                    facts=" · ".join(_facts(progress)),
                )

        yield report


def _facts(progress: Progress) -> Iterator[str]:
    """The facts beside the bar: rows, rate, filtered and rejected rows, and the remaining time."""
    yield msg("articles", count=progress.articles)
    yield msg("comments", count=progress.comments)
    yield msg("load-rate", count=round(progress.rate))
    if progress.skipped:
        yield strings.left_out(progress, strings.cli_option)
    if progress.rejected:
        yield msg("load-rejected", count=progress.rejected)
    if progress.left is not None:
        yield msg("load-left", duration=formats.duration(progress.left))
