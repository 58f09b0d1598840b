"""The progress of a load in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.cli.terminal import amount, console
from bot.domain.loads import Progress
from bot.ui.kit.format import duration


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
        task = bar.add_task("Loading", total=None, facts="")

        def report(progress: Progress) -> None:
            if progress.state == "queued":
                bar.update(task, description="Waiting for another load to end")
            else:
                bar.update(
                    task,
                    description="Loading",
                    total=progress.total,
                    completed=progress.done,
                    facts=" · ".join(_facts(progress)),
                )

        yield report


def _facts(progress: Progress) -> Iterator[str]:
    """The facts beside the bar: rows, rate, filtered and rejected rows, and the remaining time."""
    yield amount(progress.articles, "article")
    yield amount(progress.comments, "comment")
    yield f"{progress.rate:,.0f}/s"
    if progress.skipped:
        yield f"{progress.skipped:,} filtered"
    if progress.rejected:
        yield f"{progress.rejected:,} rejected"
    if progress.left is not None:
        yield f"{duration(progress.left)} left"
