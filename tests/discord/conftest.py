"""Fixtures for tests against the simulated Discord."""

from __future__ import annotations

from tests.support.simulated_discord import discord_api, env, expected, library, requests_of_the_bot, world

__all__ = [
    "discord_api",
    "env",
    "expected",
    "library",
    "requests_of_the_bot",
    "world",
]
