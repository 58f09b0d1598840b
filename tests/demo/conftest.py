"""Every request of the simulated Discord's bot is checked."""

from __future__ import annotations

from tests.support.openapi import discord_api, requests_of_the_bot

__all__ = [
    "discord_api",
    "requests_of_the_bot",
]
