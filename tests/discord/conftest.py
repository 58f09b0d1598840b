"""Fixtures for tests against the simulated Discord."""

from __future__ import annotations

from tests.discord.openapi import discord_api, requests_of_the_bot

__all__ = ["discord_api", "requests_of_the_bot"]
