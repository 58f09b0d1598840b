"""What a server has chosen, as one panel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import discord
from discord import ui

from bot.domain.server_settings import ServerSettings
from bot.services.settings_transfer import Changes
from bot.ui.kit.card import Button, Card, Colour
from bot.ui.kit.format import counted
from bot.ui.kit.markdown import line
from bot.ui.settings import strings

CHANNEL_TYPES = [discord.ChannelType.text, discord.ChannelType.news]


def panel(settings: ServerSettings, roles: Collection[int], channels: Collection[int]) -> Card:
    """All that is set; `roles` and `channels` are those that are still there."""
    role = settings.moderator_role if settings.moderator_role in roles else None
    digest, notices = (
        one if one in channels else None for one in (settings.digest_channel, settings.moderator_channel)
    )
    card = Card(Colour.ABOUT)
    card.add_text(strings.TITLE, *_rights(settings, role))
    card.add_text(*_reading(settings))
    card.add_text(*_posts(settings, digest, notices))
    card.add_text(strings.NOTE)
    card.add_row(_roles(role))
    card.add_row(_channels("place1:digest", strings.DIGEST_PROMPT, digest))
    card.add_row(_channels("place2:moderator", strings.MODERATOR_PROMPT, notices))
    card.add_row(_languages(settings.languages))
    card.add_buttons(
        _switch("shared archive", "shared", on=settings.shared_archive),
        _switch("18+ articles", "adult", on=settings.adult),
        Button(
            "Show names" if settings.pseudonyms else "Show letters for names",
            _opposite(settings.pseudonyms),
            "letters",
        ),
        Button("Time zone…", "ask", "zone"),
        Button("Export", "file", "export"),
    )
    return card


def exported(file: bytes, digests: int, follows: int) -> Card:
    """The file of a server."""
    card = Card(Colour.ABOUT)
    card.add_text(
        strings.EXPORTED.format(digests=counted(digests, "digest"), follows=counted(follows, "follow"))
    )
    card.add_file("newsdesk-settings.json", file)
    return card


def import_changes(changes: Changes, draft: str | None) -> Card:
    """What a file would change, with the choice to do it; without a draft, what it did change."""
    card = Card(Colour.ABOUT)
    if draft is not None and not changes.any:
        card.add_text(strings.IMPORT_NOTHING)
        return card
    added = (("digest", len(changes.schedules)), ("follow", len(changes.follows)))
    card.add_text(
        strings.IMPORTED if draft is None else strings.IMPORT,
        *(
            f"**{strings.FIELDS[name]}** {_value(name, old)} → {_value(name, new)}"
            for name, (old, new) in changes.settings.items()
        ),
        *(strings.ADDED.format(what=counted(count, what)) for what, count in added if count),
        strings.ALREADY.format(count=changes.already, are="is" if changes.already == 1 else "are")
        if changes.already
        else "",
        strings.LEFT_OUT.format(count=changes.left_out) if changes.left_out else "",
    )
    if draft is not None:
        card.add_buttons(Button("Bring back", draft, "bring"), Button("Cancel", "-", "bring"))
    return card


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if name == "languages":
        return strings.listed([strings.LANGUAGES.get(code, line(code)) for code in value]) or "any"
    if value is None:
        return "none"
    shown = {"moderator_role": "<@&{}>", "zone": "{}", "follow_cap": "{}"}.get(name, "<#{}>")
    return shown.format(line(str(value)))


def _rights(settings: ServerSettings, role: int | None) -> Sequence[str]:
    on = settings.shared_archive
    return (
        strings.MODERATORS.format(role=f"those with <@&{role}>" if role else "nobody else"),
        strings.SHARED.format(state="on" if on else "off", effect="read it too" if on else "leave it out"),
    )


def _reading(settings: ServerSettings) -> Sequence[str]:
    return (
        strings.ADULT if settings.adult else strings.NOT_ADULT,
        strings.LETTERS if settings.pseudonyms else strings.NAMES,
    )


def _posts(settings: ServerSettings, digest: int | None, notices: int | None) -> Sequence[str]:
    where = f"<#{digest}>" if digest else "the channel where they are planned"
    named = [strings.LANGUAGES[code] for code in settings.languages if code in strings.LANGUAGES]
    return (
        strings.DIGESTS.format(
            where=where, zone=line(settings.zone), languages=strings.listed(named) or "any language"
        ),
        strings.NOTICES.format(where=f"<#{notices}>") if notices else strings.NOTICES_TO_PLANNER,
        strings.FOLLOWS.format(cap=counted(settings.follow_cap, "message")),
    )


def _switch(what: str, verb: str, *, on: bool) -> Button:
    return Button(f"Turn {what} {'off' if on else 'on'}", _opposite(on), verb)


def _opposite(on: bool) -> str:
    """What a press changes it to."""
    return "off" if on else "on"


def _roles(role: int | None) -> ui.RoleSelect[Any]:
    return ui.RoleSelect(
        custom_id="role1:-",
        placeholder=strings.ROLE_PROMPT,
        min_values=0,
        default_values=[discord.Object(role)] if role else [],
    )


def _channels(custom_id: str, prompt: str, chosen: int | None) -> ui.ChannelSelect[Any]:
    return ui.ChannelSelect(
        custom_id=custom_id,
        placeholder=prompt,
        min_values=0,
        channel_types=CHANNEL_TYPES,
        default_values=[discord.Object(chosen)] if chosen else [],
    )


def _languages(chosen: Sequence[str]) -> ui.Select[Any]:
    return ui.Select(
        custom_id="languages1:-",
        placeholder=strings.LANGUAGES_PROMPT,
        min_values=0,
        max_values=len(strings.LANGUAGES),
        options=[
            discord.SelectOption(label=name, value=code, default=code in chosen)
            for code, name in strings.LANGUAGES.items()
        ],
    )
