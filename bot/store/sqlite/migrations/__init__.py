"""The schemas of both databases as ordered migrations, one SQL file each: its number is the schema version
that it brings. A released one is never changed."""

from __future__ import annotations

from importlib.resources import files

ID_SHIFT = 32
"""Row ids of articles and comments are `(archive << ID_SHIFT) + sequence`: one archive is one contiguous
range of rowids, which FTS5 can bound natively, so that no query ever joins to find out whose row it is.
The shared archive has number 0, so its ids are small numbers."""


def migrations(database: str) -> tuple[str, ...]:
    """The scripts of `corpus` or `state`, from the first on."""
    entries = [entry for entry in files(__name__).iterdir() if entry.name.startswith(f"{database}_")]
    return tuple(entry.read_text("utf-8") for entry in sorted(entries, key=lambda entry: entry.name))
