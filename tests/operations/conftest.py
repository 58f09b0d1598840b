"""Fixtures of the simulated Discord, for alerts to users."""

from __future__ import annotations

from tests.support.simulated_discord import built, env, expected, services, started_before, world

__all__ = ["built", "env", "expected", "services", "started_before", "world"]
