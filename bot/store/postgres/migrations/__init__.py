"""The schema of the state as ordered migrations, one SQL file each, numbered by the schema version that
it creates. A released migration is never changed."""

from __future__ import annotations

from pathlib import Path


def migrations(database: str) -> tuple[str, ...]:
    """The scripts of a database, in order."""
    scripts = Path(__file__).parent.glob(f"{database}_*.sql")
    return tuple(script.read_text("utf-8") for script in sorted(scripts))
