"""Backups of a data folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.domain.loads import Finding

REGULAR_NAME = "newsdesk-%Y-%m-%dT%H%M%SZ"
"""The names of backups that are made regularly; only these are ever deleted."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup, when it was made, and whether restoring it was tried."""

    folder: Path
    made_at: datetime
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored backup: where the files of before are, if there were any, and what `check` will find."""

    aside: Path | None
    findings: tuple[Finding, ...]
