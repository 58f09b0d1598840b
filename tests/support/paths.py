"""Where the repository and the development data are."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("NEWSDESK_SHARED") or ROOT.parent / "shared")
"""The development data's parent folder, which need not be there."""
