"""Runs the tests of one engine with this one alone."""

from __future__ import annotations

from tests.support.engines import only_sqlite

__all__ = ["only_sqlite"]
