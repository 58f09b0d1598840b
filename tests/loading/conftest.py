"""A loader on an empty data folder, with small transactions where a test wants them."""

from __future__ import annotations

from tests.support.loader import loader, small_pieces
from tests.support.selected_database import each_database, postgres_database

__all__ = [
    "each_database",
    "loader",
    "postgres_database",
    "small_pieces",
]
