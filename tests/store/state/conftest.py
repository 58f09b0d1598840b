"""Runs the tests of the state with every engine that can carry it."""

from __future__ import annotations

from tests.support.state_engines import dropped_databases, state_engine

__all__ = ["dropped_databases", "state_engine"]
