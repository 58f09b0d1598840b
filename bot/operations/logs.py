"""The log: lines for people or JSON lines, without colours, and without the texts of members."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
_QUOTED = re.compile(r"(?<!\w)(['\"“«`])(?:\\.|(?!\1|[”»]).)*(?:\1|[”»]|$)", re.DOTALL)
WORKERS = "_NEWSDESK_LOG_FORMAT"
"""The variable that tells worker processes the form."""
_CHATTY = ("discord", "aiohttp", "asyncio", "mcp")
"""Libraries that log payloads, and so texts of members, at the level debug."""


class TextFormatter(logging.Formatter):
    """One line for a record, then its traceback, in which quoted values are left out: they may be what a
    member wrote."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname:<7} {name}: {message}", "%Y-%m-%d %H:%M:%S", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """The record; a traceback that another formatter has cached is made anew."""
        record.exc_text = None
        text = super().format(record)
        record.exc_text = None
        return text

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - the name in logging
        """The traceback, with the chain of its causes."""
        return "" if ei[1] is None else "\n".join(_described(ei[1]))


class JsonFormatter(TextFormatter):
    """One JSON object for a record."""

    def format(self, record: logging.LogRecord) -> str:
        document = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if hasattr(record, "reference"):
            document["reference"] = record.reference
        if record.exc_info:
            document["traceback"] = self.formatException(record.exc_info)
        return json.dumps(document, ensure_ascii=False)


def _described(error: BaseException) -> list[str]:
    lines = []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        lines += [*_described(cause), "which led to:"]
    if error.__traceback__ is not None:
        lines += [line.rstrip("\n") for line in traceback.format_tb(error.__traceback__)]
    # Paths are the operator's.
    text = str(error) if isinstance(error, OSError) else _QUOTED.sub("…", str(error))
    return [*lines, f"{type(error).__qualname__}: {text}".removesuffix(": ")]


def set_up(level: str, form: str) -> None:
    """Writes the log to standard error in this form; replaces what an earlier call has set up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, TextFormatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    number = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(number)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(number, logging.INFO))
    os.environ[WORKERS] = form


def set_up_worker() -> None:
    """The log of a worker process, in the form of its parent's, whose standard error it shares."""
    set_up("info", os.environ.get(WORKERS, "text"))
