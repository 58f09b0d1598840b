"""A loader on an empty data folder, with small transactions where a test wants them."""

from __future__ import annotations

from tests.support.loader import loader, small_pieces

__all__ = [
    "loader",
    "small_pieces",
]
