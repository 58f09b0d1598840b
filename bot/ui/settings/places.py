"""The card of the places in which members can have the bot post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import discord
from discord import ui

from bot.domain.server_settings import MAX_POSTING_CHANNELS, PostingRule, ServerSettings
from bot.i18n import formats, msg
from bot.ui.kit.card import Button, Card, Colour
from bot.ui.kit.format import small

CHANNEL_TYPES = [
    *(discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum),
    *(discord.ChannelType.voice, discord.ChannelType.stage_voice, discord.ChannelType.category),
]


def summary(settings: ServerSettings) -> tuple[str, str]:
    """Where members can have the bot post, and whether mentions are answered."""
    channels = mentions_of(settings.posting_channels)
    rule: str = settings.posting_rule
    if not channels:
        rule = "nowhere" if rule == "only" else "everywhere"
    where = msg("settings-places-where", rule=rule, channels=channels)
    return where, msg("settings-mentions", state="on" if settings.answers_mentions else "off")


def places(settings: ServerSettings) -> Card:
    """The rule and its channels, with menus to change them."""
    card = Card(Colour.ABOUT, msg("settings-places-title"))
    card.add_text(*summary(settings))
    card.add_text(small(msg("settings-places-note")))
    rules = [
        discord.SelectOption(
            label=msg("settings-places-rule", rule=rule), value=rule, default=rule == settings.posting_rule
        )
        for rule in get_args(PostingRule)
    ]
    card.add_row(ui.Select[Any](custom_id="places1:rule", options=rules))
    if settings.posting_rule != "everywhere":
        card.add_row(
            ui.ChannelSelect[Any](
                custom_id="places2:channels",
                placeholder=msg("settings-places-placeholder"),
                min_values=0,
                max_values=MAX_POSTING_CHANNELS,
                channel_types=CHANNEL_TYPES,
                default_values=[discord.Object(channel) for channel in settings.posting_channels],
            )
        )
    to = "off" if settings.answers_mentions else "on"
    card.add_buttons(
        Button(msg("settings-switch-mentions", to=to), to, "mentions"),
        Button(msg("settings-places-back"), "back", "places"),
    )
    return card


def mentions_of(channels: Sequence[int]) -> str:
    """The channels as a list of mentions, which ping nobody."""
    return formats.alternatives(f"<#{channel}>" for channel in channels)
