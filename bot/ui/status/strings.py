"""The texts of a status, for cards and the terminal, and of troubles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.digests import Schedule
from bot.domain.status import FailedMessage, Status, Trouble
from bot.i18n import formats, msg
from bot.ui.digests import strings as digest_strings
from bot.ui.follows import strings as follow_strings
from bot.ui.kit import post_strings

_TROUBLES = {
    "loader": "trouble-loader",
    "disk": "trouble-disk",
    "database": "trouble-database",
    "posts": "trouble-posts",
    "model": "trouble-model",
    "backup": "trouble-backup",
    "token": "trouble-token",
}
_REASONS: dict[str, Callable[[str], str]] = {
    "digest": digest_strings.reason,
    "notice": follow_strings.reason,
    "edit": post_strings.edit_reason,
}


@dataclass(frozen=True, slots=True)
class Style:
    """How names, times and channels are written."""

    name: Callable[[str], str]
    time: Callable[[datetime], str]
    channel: Callable[[int], str]


def trouble_text(trouble: Trouble, name: Callable[[str], str]) -> str:
    """What is wrong, and what the operator can do."""
    return msg(_TROUBLES[trouble.kind], **{field: name(text) for field, text in trouble.fields.items()})


def sections(status: Status, style: Style) -> list[tuple[str, list[str]]]:
    """The headings, each with its lines."""
    since = style.time(status.bot.since) if status.bot.since else ""
    loads = [
        msg(
            "status-load",
            load=str(load.load),
            name=style.name(load.name),
            state=msg("load-state", state=load.state),
            time=style.time(load.started_at),
        )
        for load in status.loads
    ]
    troubles = [
        msg("status-trouble", text=trouble_text(trouble, style.name), since=style.time(trouble.since))
        for trouble in status.troubles
    ]
    digests = [_digest(schedule, style) for schedule in status.digests]
    failures = [_failure(failure, style) for failure in status.failures]
    rows = [
        (
            msg("status-heading"),
            [
                msg("status-bot", state=status.bot.state, since=since),
                *_processes(status),
                *_machine(status, style),
            ],
        ),
        (msg("status-troubles"), troubles),
        (msg("status-loads"), loads or [msg("status-no-loads")]),
        (msg("status-digests"), digests or [msg("status-no-digests")]),
        (msg("status-failures", count=status.failed), failures),
    ]
    return [(heading, lines) for heading, lines in rows if lines]


def _processes(status: Status) -> list[str]:
    if not status.processes:
        return []
    running = sum(len(process.shards) for process in status.processes)
    count = max(process.count for process in status.processes)
    return [msg("status-processes", count=len(status.processes), running=running, shards=count)]


def _machine(status: Status, style: Style) -> list[str]:
    disk, waiting, model = status.disk, status.waiting, status.model
    if model is None:
        model_text = msg("status-no-model")
    else:
        name, host = style.name(model.name), style.name(model.host)
        state = "working" if model.unreachable_since is None else "unreachable"
        model_text = msg("status-model", model=name, host=host, state=state)
    backup = status.last_backup
    return [
        *([] if status.failed else [msg("status-failures", count=0)]),
        msg("status-waiting", count=waiting.digests + waiting.notices + waiting.edits),
        msg(
            "status-disk",
            free=formats.file_size(disk.free),
            total=formats.file_size(disk.total),
            used=formats.file_size(disk.corpus + disk.state),
        ),
        model_text,
        msg("status-backup", time=style.time(backup)) if backup else msg("status-no-backup"),
    ]


def _digest(schedule: Schedule, style: Style) -> str:
    return msg(
        "status-digest",
        number=schedule.id,
        channel=style.channel(schedule.plan.channel),
        time=style.time(schedule.next_at) if schedule.next_at else "",
    )


def _failure(failure: FailedMessage, style: Style) -> str:
    return msg(
        "status-failure",
        kind=failure.kind,
        number=failure.number,
        channel=style.channel(failure.place),
        time=style.time(failure.at),
        reason=_REASONS[failure.kind](failure.reason),
    )
