"""`newsdesk stats`, `backup` and `check`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from bot.cli.json_output import emit, plain
from bot.cli.session import configuration, must_exist, scope, with_library
from bot.cli.terminal import amount, day, line, show, size, styled
from bot.services import Library
from bot.store.maintenance import backup as copy_databases
from bot.store.maintenance import check as verify


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
    config = configuration(given, env)
    must_exist(config)
    files = [(str(file), file.stat().st_size) for file in copy_databases(config.data, given.target)]
    if given.json:
        emit({"files": [{"path": path, "bytes": length} for path, length in files]})
        return 0
    for path, length in files:
        show(f"{line(path)} · {size(length)}")
    show(styled(("To restore them, put them into an empty data folder.", "dim")))
    return 0


def check(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """What is well, what is not, and what to do; 2 when something is not."""
    config = configuration(given, env)
    must_exist(config)
    report = verify(config.data, repair=given.repair)
    if given.json:
        emit({"ok": report.ok, "findings": plain(report.findings)})
        return 0 if report.ok else 2
    for finding in report.findings:
        mark = ("ok      ", "green") if finding.ok else ("broken  ", "bold red")
        show(styled(mark, (line(finding.subject), "bold"), f": {line(finding.detail)}"), then=8)
        if finding.advice:
            show(line(finding.advice), indent=8)
    return 0 if report.ok else 2
