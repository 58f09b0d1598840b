"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The development data, where it is there; `NEWSDESK_SHARED` names its parent folder."""
    folder = Path(os.environ.get("NEWSDESK_SHARED") or ROOT.parent / "shared") / "data"
    if not folder.is_dir():
        pytest.skip("needs the development data (set NEWSDESK_SHARED, or put it in ../shared)")
    return folder
