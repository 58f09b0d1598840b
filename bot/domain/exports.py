"""Exports: parts of an archive as files for people, spreadsheets, or another archive."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ExportFormat = Literal["markdown", "csv", "ndjson"]
ExportSubject = Literal["thread", "search", "archive"]
NAMES: dict[ExportFormat, str] = {"markdown": "Markdown", "csv": "CSV", "ndjson": "NDJSON"}
SUFFIXES: dict[ExportFormat, str] = {"markdown": "md", "csv": "csv", "ndjson": "ndjson"}
MAX_SEARCHED_THREADS = 500
"""The most threads of an exported search, best matches first."""


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """What was written so far, and of how many threads."""

    articles: int = 0
    comments: int = 0
    bytes: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class ExportPart:
    """A file of an export; each part can be read without the others."""

    path: Path
    bytes: int


@dataclass(frozen=True, slots=True)
class Exported:
    """The result of an export."""

    parts: tuple[ExportPart, ...]
    articles: int
    comments: int
