"""The log: whole lines for people or programs, and nothing that a member wrote."""

from __future__ import annotations

import json
import logging

import pytest

from bot.operations.logs import JsonFormatter, TextFormatter
from bot.ui.kit.error_reply import error_text

SECRET = "where does Ann's aunt live"


def fault(question: str) -> Exception:
    """A bug that repeats the member's words, and its cause, which does too."""
    error = KeyError(question)
    try:
        float(question)
    except ValueError as cause:
        error.__cause__ = cause
    return error


@pytest.fixture
def record(caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    shown = error_text(fault(SECRET), "0badcafe", "ask")
    assert "0badcafe" in shown
    [record] = caplog.records
    return record


def test_a_references_line_has_the_traceback_and_no_text_of_members(record: logging.LogRecord) -> None:
    text = TextFormatter().format(record)
    assert " ERROR   bot.ui.kit.error_reply: fault 0badcafe in ask\n" in text
    assert "float(question)" in text
    assert "ValueError: could not convert string to float: …" in text
    assert "KeyError: …" in text
    assert "aunt" not in text
    assert "\x1b" not in text


def test_programs_find_the_reference_in_its_own_field(record: logging.LogRecord) -> None:
    line = JsonFormatter().format(record)
    assert "\n" not in line
    document = json.loads(line)
    assert document["reference"] == "0badcafe"
    assert (document["level"], document["logger"]) == ("error", "bot.ui.kit.error_reply")
    assert "float(question)" in document["traceback"]
    assert "aunt" not in line


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (
            OSError(28, "No space left", "/srv"),
            "OSError: [Errno 28] No space left: '/srv'",
        ),
        (ValueError("it can't be read"), "ValueError: it can't be read"),
        (ValueError('bad "half'), "ValueError: bad …"),
        (RuntimeError(), "RuntimeError"),
    ],
)
def test_what_the_operator_needs_stays(error: Exception, shown: str) -> None:
    record = logging.makeLogRecord({"exc_info": (type(error), error, None), "msg": "failed"})
    assert TextFormatter().format(record).splitlines()[-1] == shown
