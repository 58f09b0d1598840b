"""Texts of the audit list for cards and the terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain.audit import AuditEntry
from bot.domain.exports import NAMES
from bot.i18n import msg
from bot.ui.kit.format import dotted
from bot.ui.settings import panel


def what(entry: AuditEntry, name: Callable[[str], str]) -> str:
    """What was done; `name` shows the name of a file."""
    detail = entry.detail
    match entry.action:
        case "load":
            load, state = str(detail["load"]), detail["state"]
            done = msg("audit-load", load=load, state=state, name=name(detail["name"]))
            added = (msg(f"load-new-{kind}", count=detail[kind]) for kind in ("articles", "comments"))
            return dotted(done, *added)
        case "load-paused":
            return msg("audit-load-paused", load=str(detail["load"]))
        case "load-resumed":
            return msg("audit-load-resumed", load=str(detail["load"]))
        case "undo":
            undone = msg("audit-undo", load=str(detail["load"]))
            return dotted(undone, msg("load-removed", **_counts(detail)))
        case "forget":
            return dotted(msg("audit-forget"), msg("privacy-erased-counts", **_counts(detail)))
        case "purge":
            return dotted(msg("audit-purge"), msg("load-removed", **_counts(detail)))
        case "request-declined":
            return msg("audit-request-declined")
        case "export":
            export = msg("audit-export", what=detail["what"], format=NAMES[detail["format"]])
            return dotted(export, *(msg(kind, count=detail[kind]) for kind in ("articles", "comments")))
        case "setting":
            old, new = (panel.value_text(detail["setting"], detail[which]) for which in ("old", "new"))
            return msg("audit-setting", setting=panel.field_name(detail["setting"]), old=old, new=new)
        case "follow-filters":
            old, new = (panel.value_text("leave_out", detail[which]) for which in ("old", "new"))
            channel = f"<#{detail['channel']}>"
            return msg(
                "audit-follow-filters", follow=str(detail["follow"]), channel=channel, old=old, new=new
            )
        case _:
            done = entry.action.removeprefix("digest-")
            return msg("audit-digest", what=done, digest=str(detail["digest"]))


def _counts(detail: Any) -> dict[str, int]:
    return {kind: detail[kind] for kind in ("articles", "comments")}
