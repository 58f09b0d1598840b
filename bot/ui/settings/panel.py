"""The settings of a server as a panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
import msgspec
from discord import ui

from bot.domain.exclusions import Exclusions
from bot.domain.server_settings import ServerSettings
from bot.i18n import LANGUAGES, formats, msg
from bot.services.settings_transfer import SettingsChanges
from bot.ui.kit import leave_out
from bot.ui.kit.card import Button, Card, Colour
from bot.ui.kit.format import small
from bot.ui.kit.language import server_language
from bot.ui.kit.markdown import line
from bot.ui.settings import places

CHANNEL_TYPES = [discord.ChannelType.text, discord.ChannelType.news]
SERVERS_OWN = "server"
"""The value of the choice of the language that the server has in Discord."""
DETECTED_LANGUAGES = (
    *("ar", "be", "cs", "de", "el", "en", "es", "fa", "fi", "fr", "he", "id", "it"),
    *("ja", "ko", "nl", "pl", "pt", "ru", "sr", "th", "tr", "uk", "ur", "zh"),
)
"""The most common of the languages that can be detected in articles; Discord lists at most 25."""
_FIELDS = {
    "moderator_role": "settings-field-moderator-role",
    "shared_archive": "settings-field-shared-archive",
    "zone": "settings-field-zone",
    "moderator_channel": "settings-field-moderator-channel",
    "digest_channel": "settings-field-digest-channel",
    "languages": "settings-field-languages",
    "adult": "settings-field-adult",
    "pseudonyms": "settings-field-pseudonyms",
    "follow_cap": "settings-field-follow-cap",
    "language": "settings-field-language",
    "posting_rule": "settings-field-posting-rule",
    "posting_channels": "settings-field-posting-channels",
    "answers_mentions": "settings-field-answers-mentions",
    "leave_out": "settings-field-leave-out",
}


def panel(settings: ServerSettings, guild: discord.Guild | None, check: Sequence[str] = ()) -> Card:
    """All settings, with the roles and channels that still exist, and the check of permissions."""
    role = guild.get_role(settings.moderator_role or 0) if guild else None
    digest = guild.get_channel(settings.digest_channel or 0) if guild else None
    moderators = guild.get_channel(settings.moderator_channel or 0) if guild else None
    card = Card(Colour.ABOUT, msg("settings-title"))
    card.add_text(
        msg("settings-moderators-and-role", role=role.mention) if role else msg("settings-moderators"),
        msg("settings-shared-archive", state=_on_off(settings.shared_archive)),
        msg("settings-adult", state=_on_off(settings.adult)),
        msg("settings-pseudonyms", state=_on_off(settings.pseudonyms)),
    )
    card.add_text(*_digest_lines(settings, digest, moderators), _language(settings, guild))
    card.add_text(*places.summary(settings))
    card.add_text(*check)
    card.add_text(small(msg("settings-note")))
    card.add_row(
        ui.RoleSelect(
            custom_id="role1:-",
            placeholder=msg("settings-role-placeholder"),
            min_values=0,
            default_values=[role] if role else [],
        )
    )
    card.add_row(_channel_select("place1:digest", msg("settings-digest-placeholder"), digest))
    card.add_row(_channel_select("place2:moderator", msg("settings-notices-placeholder"), moderators))
    card.add_row(_digest_languages_select(settings.languages))
    card.add_row(_language_select(settings.language))
    shared, adult, names = (
        _on_off(not on) for on in (settings.shared_archive, settings.adult, settings.pseudonyms)
    )
    card.add_buttons(
        Button(msg("settings-switch-shared", to=shared), shared, "shared"),
        Button(msg("settings-switch-adult", to=adult), adult, "adult"),
        Button(msg("settings-switch-names", to=names), names, "letters"),
        Button(msg("settings-places"), "show", "places"),
        Button(msg("settings-zone"), "ask", "zone"),
        Button(msg("settings-export"), "file", "export"),
        Button(msg("leave-out-button"), "server", "filters"),
    )
    return card


def _digest_lines(
    settings: ServerSettings,
    digest: discord.abc.GuildChannel | None,
    moderators: discord.abc.GuildChannel | None,
) -> tuple[str, ...]:
    """What concerns digests and notices."""
    filters = leave_out.describe(settings.leave_out)
    return (
        msg("settings-digests", channel=digest.mention) if digest else msg("settings-digests-anywhere"),
        msg("settings-digest-zone", zone=line(settings.zone)),
        msg("settings-digest-languages", languages=_languages(settings.languages)),
        msg("settings-notices", channel=moderators.mention)
        if moderators
        else msg("settings-notices-to-maker"),
        msg("settings-follows", count=settings.follow_cap),
        msg("settings-leave-out", what=filters) if filters else "",
    )


def _language(settings: ServerSettings, guild: discord.Guild | None) -> str:
    language = formats.language_name(server_language(settings, guild))
    return msg("settings-language" if settings.language else "settings-language-of-server", language=language)


def exported(file: bytes, digests: int, follows: int) -> Card:
    """The exported file of a server, with the numbers of digests and follows in it."""
    card = Card(Colour.ABOUT, msg("settings-exported", digests=digests, follows=follows))
    card.add_file("newsdesk-settings.json", file)
    return card


def import_changes(changes: SettingsChanges, draft: str | None) -> Card:
    """The changes that a file would make, with buttons to import it; without a draft, the changes that it
    made."""
    left_out = small(msg("settings-import-left-out", count=changes.left_out)) if changes.left_out else ""
    if draft is not None and not changes.any:
        return Card(Colour.ABOUT, left_out or msg("settings-import-nothing"))
    digests, follows = len(changes.schedules), len(changes.follows)
    card = Card(
        Colour.ABOUT,
        msg("settings-imported" if draft is None else "settings-import"),
        *(
            f"**{msg(_FIELDS[name])}** {value_text(name, old)} → {value_text(name, new)}"
            for name, (old, new) in changes.settings.items()
        ),
        msg("settings-import-digests", count=digests) if digests else "",
        msg("settings-import-follows", count=follows) if follows else "",
        msg("settings-import-already", count=changes.already) if changes.already else "",
        left_out,
    )
    if draft is not None:
        card.add_buttons(
            Button(msg("settings-import-confirm"), draft, "bring"), Button(msg("button-cancel"), "-", "bring")
        )
    return card


def field_name(name: str) -> str:
    """What a setting is called."""
    return msg(_FIELDS[name]) if name in _FIELDS else name


def value_text(name: str, value: Any) -> str:
    """The value of a setting."""
    if isinstance(value, bool):
        return msg("settings-state", state=_on_off(value))
    if name == "leave_out":
        return leave_out.describe(msgspec.convert(value, Exclusions)) or msg("settings-none")
    if name == "languages":
        return _languages(value)
    if name == "posting_rule":
        return msg("settings-places-rule", rule=value)
    if name == "posting_channels":
        return places.mentions_of(value) or msg("settings-none")
    if name == "language":
        return formats.language_name(value) if value else msg("choice-server-language")
    if value is None:
        return msg("settings-none")
    form = {"moderator_role": "<@&{}>", "zone": "{}", "follow_cap": "{}"}.get(name, "<#{}>")
    return form.format(line(str(value)))


def _languages(codes: Sequence[str]) -> str:
    """German or English; any"""
    return line(formats.alternatives(map(formats.language_name, codes))) or msg("settings-any-language")


def _on_off(on: bool) -> str:
    return "on" if on else "off"


def _channel_select(
    custom_id: str, prompt: str, chosen: discord.abc.GuildChannel | None
) -> ui.ChannelSelect[Any]:
    return ui.ChannelSelect(
        custom_id=custom_id,
        placeholder=prompt,
        min_values=0,
        channel_types=CHANNEL_TYPES,
        default_values=[discord.Object(chosen.id)] if chosen else [],
    )


def _digest_languages_select(chosen: Sequence[str]) -> ui.Select[Any]:
    options = [
        discord.SelectOption(label=formats.language_name(code), value=code, default=code in chosen)
        for code in DETECTED_LANGUAGES
    ]
    return ui.Select(
        custom_id="languages1:-",
        placeholder=msg("settings-languages-placeholder"),
        min_values=0,
        max_values=len(options),
        options=sorted(options, key=lambda option: option.label),
    )


def _language_select(chosen: str) -> ui.Select[Any]:
    names = {SERVERS_OWN: msg("settings-language-placeholder")}
    names |= {code: formats.own_language_name(code) for code in LANGUAGES}
    options = [
        discord.SelectOption(label=name, value=code, default=code == (chosen or SERVERS_OWN))
        for code, name in names.items()
    ]
    return ui.Select(custom_id="language1:-", options=options)
