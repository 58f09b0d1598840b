"""Runs the tests of the store with every engine."""

from __future__ import annotations

from tests.support.engines import each_engine

__all__ = ["each_engine"]
