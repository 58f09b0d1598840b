"""The bot about itself: help, what it is, and what a server has chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.models import ServerSettings, Stats
from bot.ui import phrases, schedule_phrases
from bot.ui.card import Button, Card, Colour
from bot.ui.markdown import line


def help_card(commands: Sequence[tuple[str, str]], help_command: str) -> Card:
    """What the asker may use: commands as Discord shows them, and what they do."""
    card = Card(Colour.DESK)
    card.say("### What you can do here")
    card.say("\n".join(f"{name} · {does}" for name, does in commands))
    card.say(f"-# {phrases.HELP_MORE.format(help=help_command)}")
    return card


def text(said: str) -> Card:
    """Words alone: a page of help, or that there is nothing yet."""
    card = Card(Colour.DESK)
    card.say(said)
    return card


def about(version: str, held: Stats, nothing_yet: str) -> Card:
    """What this is, and what it does with what it reads; `nothing_yet` is said of an empty archive."""
    card = Card(Colour.DESK)
    card.say(f"### Newsdesk {version}", phrases.ABOUT)
    reads = phrases.HELD.format(held=phrases.held(held)) if held.articles else nothing_yet
    card.say(reads, f"-# {phrases.PRIVACY}")
    return card


def settings(chosen: ServerSettings, role: int | None) -> Card:
    """One panel for a server; `role` is the moderators' role if it is still there."""
    card = Card(Colour.DESK)
    on = chosen.shared_archive
    who = f"those with <@&{role}>" if role else "nobody else"
    card.say(
        phrases.SETTINGS.format(
            role=who, shared="on" if on else "off", effect="read it too" if on else "leave it out"
        ),
        schedule_phrases.ZONE.format(zone=line(chosen.zone)),
    )
    chooser: ui.RoleSelect[Any] = ui.RoleSelect(
        custom_id="role1:-",
        placeholder=phrases.ROLE_PROMPT,
        min_values=0,
        default_values=[discord.Object(role)] if role else [],
    )
    card.row(chooser)
    card.buttons(Button(f"Turn the shared archive {'off' if on else 'on'}", "off" if on else "on", "shared"))
    return card
