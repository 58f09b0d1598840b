"""Faults of JSON in plain words, in place of those of the decoders."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from bot.dumps.rejections import Rejected

_NEAR_CHARACTERS: Final = 20
_NAME: Final = re.compile(r"\w{1,40}")
_IDS: Final = ("id", "link_id")


def not_json(error: Exception) -> Rejected:
    """The rejection of bytes that are no JSON, with the text at the fault."""
    if not isinstance(error, json.JSONDecodeError):
        return Rejected("not-json", "rejected-nested-json")
    if error.msg.startswith("Unterminated string") or error.pos >= len(error.doc.rstrip()):
        return Rejected("not-json", "rejected-cut-json")
    near = " ".join(error.doc[error.pos : error.pos + _NEAR_CHARACTERS].split())
    return Rejected("not-json", "rejected-not-json-line", problem=near)


def wrong_record(record: Mapping[str, Any], error: Exception) -> Rejected:
    """The rejection of a record of Reddit that msgspec does not convert. Ids that are numbers have been read
    where they mean but one id."""
    field = wrong_field(error)
    value = record.get(field)
    if field in _IDS and type(value) is int:
        return Rejected("not-a-record", "rejected-number-id", field=field, number=str(value)[:40])
    return Rejected("not-a-record", "rejected-bad-record", problem=field)


def wrong_field(error: Exception) -> str:
    """The field that msgspec names at the end of its message, as `name` or as `$.name`."""
    named = str(error).rstrip("`").rpartition("`")[2].removeprefix("$.")
    match = _NAME.match(named)
    return match[0] if match else "id"
