"""The sample archive: eighteen months of a fictional harbour town's news, in the page format."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def sample_paths() -> tuple[Path, ...]:
    """The paths of the pages, sorted by name; they are part of the installed package."""
    pages = (Path(str(entry)) for entry in files(__name__).iterdir() if entry.name.endswith(".txt"))
    return tuple(sorted(pages))
