"""Texts of /settings."""

from __future__ import annotations

from collections.abc import Sequence

TITLE = "### Settings"
MODERATORS = "**Moderators** are members who may manage the server, and {role}."
SHARED = "**The operator's shared archive** is {state} here: searches {effect}."
ADULT = "**Articles marked 18+** are shown in age-restricted channels, and nowhere else."
NOT_ADULT = "**Articles marked 18+** are not shown in this server."
NAMES = "**Commenters** go by the names under which they wrote."
LETTERS = (
    "**Commenters** are shown as Commenter A, B, C, anew in every thread. Names that stand in somebody's own "
    "words stay there."
)
DIGESTS = (
    "**New digests** are posted in {where} unless another channel is named, by the clock of {zone}. Digests "
    "pick articles in {languages}."
)
NOTICES = "**When a digest pauses itself,** moderators are told in {where}."
NOTICES_TO_PLANNER = "**When a digest pauses itself,** whoever planned it is told."
NOTE = (
    "-# Discord shows /archive and /settings to those who may manage the server. To show them to the role as "
    "well, add it under Server Settings > Integrations > Newsdesk. /settings with a file brings back what "
    "Export saved."
)
FOLLOWS = "**Follows** tell at most {cap} in one place and day. /settings with follows_a_day changes it."
ROLE_PROMPT = "Role whose members are moderators"
DIGEST_PROMPT = "Channel of new digests"
MODERATOR_PROMPT = "Channel where moderators are told"
LANGUAGES_PROMPT = "Languages that digests pick from: any"
ZONE_TITLE = "Time zone of digests"
ZONE_LABEL = "As Region/City, such as Europe/Berlin"

EXPORTED = (
    "**Settings of this server** as a file: what is set here, {digests} and {follows} of channels. What "
    "members follow for themselves is theirs, and not in it."
)
IMPORT = "### Bring back these settings?"
IMPORT_NOTHING = "Everything that this file holds, and that has its place here, is set up already."
IMPORTED = "**Brought back.**"
NOT_IMPORTED = "Nothing was changed."
ADDED = "{what} added."
ALREADY = "{count} of its digests and follows {are} here already."
LEFT_OUT = "-# Left out: {count}, whose channel or article is not here, or whose names are hidden."
FIELDS = {
    "moderator_role": "Moderator role",
    "shared_archive": "Shared archive",
    "zone": "Time zone",
    "moderator_channel": "Moderator channel",
    "digest_channel": "Digest channel",
    "languages": "Languages",
    "adult": "18+ articles",
    "pseudonyms": "Letters for names",
    "follow_cap": "Messages of follows a day",
}

LANGUAGES = {
    "ar": "Arabic",
    "be": "Belarusian",
    "zh": "Chinese",
    "nl": "Dutch",
    "en": "English",
    "fr": "French",
    "de": "German",
    "el": "Greek",
    "he": "Hebrew",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "fa": "Persian",
    "pt": "Portuguese",
    "ru": "Russian",
    "sr": "Serbian",
    "es": "Spanish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
}
"""The languages that can be detected in articles; Discord lists at most 25."""


def listed(names: Sequence[str]) -> str:
    """English, English or German, English, German or French."""
    return " or ".join([part for part in (", ".join(names[:-1]), *names[-1:]) if part])
