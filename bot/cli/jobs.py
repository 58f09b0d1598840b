"""Jobs for the loader, which runs in this process on the command line."""

from __future__ import annotations

import getpass
from argparse import Namespace
from collections.abc import Callable
from typing import Any, TypeVar

from bot.cli.session import upgrade
from bot.cli.signals import stop_signals
from bot.config import Config
from bot.domain.audit import AuditAction
from bot.domain.loads import Person
from bot.loading import protocol

J = TypeVar("J", bound=protocol.Job)
R = TypeVar("R")


def job(kind: type[J], arguments: Namespace, config: Config, **fields: Any) -> J:
    """A job of this kind for the archive that the arguments name, on behalf of the terminal's user."""
    upgrade(config.data)
    common = {"data": config.data.absolute(), "guild": arguments.guild, "vectors": config.vectors}
    return kind(by=operator(), **common, **fields)


def record(arguments: Namespace, config: Config, action: AuditAction, **detail: Any) -> None:
    """Records in the audit list what the terminal's user has done."""
    from bot.services.audit import record_once

    record_once(config.data, arguments.guild, operator(), action, **detail)


def run_silently(run: Callable[[J, Any], R], work: J) -> R:
    """Runs a job without showing progress; a signal stops it."""
    from bot.loading.context import JobContext

    with stop_signals() as stop:
        return run(work, JobContext(lambda event: None, stop))


def operator() -> Person:
    """The terminal's user."""
    try:
        return Person(None, getpass.getuser())
    except (KeyError, OSError):  # the user of a container may have no name
        return Person(None, "operator")
