"""The settings of a server as a panel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import discord
from discord import ui

from bot.domain.server_settings import ServerSettings
from bot.services.settings_transfer import SettingsChanges
from bot.ui.kit.card import Button, Card, Colour
from bot.ui.kit.format import counted
from bot.ui.kit.markdown import line
from bot.ui.settings import strings

CHANNEL_TYPES = [discord.ChannelType.text, discord.ChannelType.news]


def panel(settings: ServerSettings, roles: Collection[int], channels: Collection[int]) -> Card:
    """All settings; `roles` and `channels` are the ids of those that exist."""
    role = settings.moderator_role if settings.moderator_role in roles else None
    digest = settings.digest_channel if settings.digest_channel in channels else None
    moderator = settings.moderator_channel if settings.moderator_channel in channels else None
    card = Card(Colour.ABOUT, strings.TITLE, *_rights(settings, role))
    card.add_text(
        strings.ADULT if settings.adult else strings.NOT_ADULT,
        strings.LETTERS if settings.pseudonyms else strings.NAMES,
    )
    card.add_text(*_posts(settings, digest, moderator))
    card.add_text(strings.NOTE)
    card.add_row(
        ui.RoleSelect(
            custom_id="role1:-",
            placeholder=strings.ROLE_PROMPT,
            min_values=0,
            default_values=[discord.Object(role)] if role else [],
        )
    )
    card.add_row(_channel_select("place1:digest", strings.DIGEST_PROMPT, digest))
    card.add_row(_channel_select("place2:moderator", strings.MODERATOR_PROMPT, moderator))
    card.add_row(_language_select(settings.languages))
    names = "Show names" if settings.pseudonyms else "Show letters for names"
    card.add_buttons(
        _switch("shared archive", "shared", on=settings.shared_archive),
        _switch("18+ articles", "adult", on=settings.adult),
        Button(names, _on_off(not settings.pseudonyms), "letters"),
        Button("Time zone…", "ask", "zone"),
        Button("Export", "file", "export"),
    )
    return card


def exported(file: bytes, digests: int, follows: int) -> Card:
    """The exported file of a server, with the numbers of digests and follows in it."""
    text = strings.EXPORTED.format(digests=counted(digests, "digest"), follows=counted(follows, "follow"))
    card = Card(Colour.ABOUT, text)
    card.add_file("newsdesk-settings.json", file)
    return card


def import_changes(changes: SettingsChanges, draft: str | None) -> Card:
    """The changes that a file would make, with buttons to import it; without a draft, the changes that it
    made."""
    if draft is not None and not changes.any:
        return Card(Colour.ABOUT, strings.IMPORT_NOTHING)
    added = (("digest", len(changes.schedules)), ("follow", len(changes.follows)))
    already = strings.ALREADY.format(count=changes.already, are="is" if changes.already == 1 else "are")
    card = Card(
        Colour.ABOUT,
        strings.IMPORTED if draft is None else strings.IMPORT,
        *(
            f"**{strings.FIELDS[name]}** {_value(name, old)} → {_value(name, new)}"
            for name, (old, new) in changes.settings.items()
        ),
        *(strings.ADDED.format(what=counted(count, what)) for what, count in added if count),
        already if changes.already else "",
        strings.LEFT_OUT.format(count=changes.left_out) if changes.left_out else "",
    )
    if draft is not None:
        card.add_buttons(Button("Bring back", draft, "bring"), Button("Cancel", "-", "bring"))
    return card


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _on_off(value)
    if name == "languages":
        return strings.listed([strings.LANGUAGES.get(code, line(code)) for code in value]) or "any"
    if value is None:
        return "none"
    form = {"moderator_role": "<@&{}>", "zone": "{}", "follow_cap": "{}"}.get(name, "<#{}>")
    return form.format(line(str(value)))


def _rights(settings: ServerSettings, role: int | None) -> Sequence[str]:
    on = settings.shared_archive
    return (
        strings.MODERATORS.format(role=f"those with <@&{role}>" if role else "nobody else"),
        strings.SHARED.format(state=_on_off(on), effect="read it too" if on else "leave it out"),
    )


def _posts(settings: ServerSettings, digest: int | None, moderator: int | None) -> Sequence[str]:
    where = f"<#{digest}>" if digest else "the channel where they are planned"
    known = [strings.LANGUAGES[code] for code in settings.languages if code in strings.LANGUAGES]
    languages = strings.listed(known) or "any language"
    return (
        strings.DIGESTS.format(where=where, zone=line(settings.zone), languages=languages),
        strings.NOTICES.format(where=f"<#{moderator}>") if moderator else strings.NOTICES_TO_PLANNER,
        strings.FOLLOWS.format(cap=counted(settings.follow_cap, "message")),
    )


def _switch(what: str, verb: str, *, on: bool) -> Button:
    return Button(f"Turn {what} {_on_off(not on)}", _on_off(not on), verb)


def _on_off(on: bool) -> str:
    return "on" if on else "off"


def _channel_select(custom_id: str, prompt: str, chosen: int | None) -> ui.ChannelSelect[Any]:
    return ui.ChannelSelect(
        custom_id=custom_id,
        placeholder=prompt,
        min_values=0,
        channel_types=CHANNEL_TYPES,
        default_values=[discord.Object(chosen)] if chosen else [],
    )


def _language_select(chosen: Sequence[str]) -> ui.Select[Any]:
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
