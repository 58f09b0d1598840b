"""`newsdesk stats`, `backup` and `check`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from bot.cli.contract import emit, plain
from bot.cli.opening import scope, with_library
from bot.cli.terminal import amount, day, line, show, size, styled
from bot.library import Library


def stats(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """What the archive holds."""

    async def use(library: Library) -> int:
        found = await library.stats(scope(given))
        if given.json:
            emit(plain(found))
            return 0
        show(f"{amount(found.articles, 'article')} from {amount(found.sources, 'source')}")
        show(amount(found.comments, "comment"))
        if found.first is not None:
            show(f"{day(found.first)} to {day(found.last)}")
        show(styled((f"{amount(found.loads, 'load')} · {size(found.bytes)} on disk", "dim")))
        return 0

    return with_library(given, env, use)


def backup(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """A consistent copy of both databases, in a folder."""

    async def use(library: Library) -> int:
        files = await library.backup(given.target)
        if given.json:
            emit({"files": [{"path": str(file), "bytes": file.stat().st_size} for file in files]})
            return 0
        for file in files:
            show(f"{line(str(file))} · {size(file.stat().st_size)}")
        show(styled(("Put them into an empty data folder to restore them.", "dim")))
        return 0

    return with_library(given, env, use)


def check(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """What is well, what is not, and what to do; 2 when something is not."""

    async def use(library: Library) -> int:
        report = await library.check()
        if given.json:
            emit({"ok": report.ok, "findings": plain(report.findings)})
            return 0 if report.ok else 2
        for finding in report.findings:
            mark = ("ok     ", "green") if finding.ok else ("broken ", "bold red")
            show(styled(mark, (line(finding.subject), "bold"), f": {line(finding.detail)}"))
            if finding.advice:
                show(line(finding.advice), indent=7)
        return 0 if report.ok else 2

    return with_library(given, env, use)
