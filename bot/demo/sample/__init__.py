"""The sample archive: a year and a half of a harbour town's news, all of it made up, in the page format."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def sample_paths() -> tuple[Path, ...]:
    """The pages, in the order of their names; they are part of the installed package."""
    pages = (Path(str(entry)) for entry in files(__name__).iterdir() if entry.name.endswith(".txt"))
    return tuple(sorted(pages))
