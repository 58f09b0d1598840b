"""Fixtures for tests against the simulated Discord."""

from __future__ import annotations

from tests.support.follows import fay
from tests.support.selected_database import each_database, postgres_database
from tests.support.simulated_discord import (
    built,
    discord_api,
    env,
    expected,
    requests_of_the_bot,
    services,
    started_before,
    world,
)

__all__ = [
    "built",
    "discord_api",
    "each_database",
    "env",
    "expected",
    "fay",
    "postgres_database",
    "requests_of_the_bot",
    "services",
    "started_before",
    "world",
]
