"""The settings of a server, and what is visible there as a result."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.articles import Scope
from bot.errors import BadInput

MAX_FOLLOWS_A_DAY = 100
MAX_LANGUAGES = 25
"""The number of options in a select menu."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The settings of a server."""

    guild: int
    moderator_role: int | None = None
    shared_archive: bool = True
    zone: str = "UTC"
    """The IANA time zone of the server's schedules."""
    moderator_channel: int | None = None
    """The channel in which moderators are notified of automatic pauses."""
    digest_channel: int | None = None
    """The default channel of new digests."""
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes of the languages that digests pick from; empty for any."""
    adult: bool = True
    """Whether articles marked as over 18 are shown in age-restricted channels; elsewhere they are always
    hidden."""
    pseudonyms: bool = False
    """Whether letters replace the names of commenters."""
    follow_cap: int = 10
    """The most notices per day for one channel or member."""
    language: str = ""
    """The language of what is posted for everybody, by Discord's code; empty for that of the server."""

    def check(self) -> None:
        """Raises BadInput("settings-file-cap" | "settings-file-languages") for values that no command
        allows: settings are also imported from files."""
        if not 0 <= self.follow_cap <= MAX_FOLLOWS_A_DAY:
            raise BadInput("settings-file-cap", most=MAX_FOLLOWS_A_DAY)
        codes = self.languages
        if len(codes) > MAX_LANGUAGES or not all(code.isalpha() and len(code) <= 3 for code in codes):
            raise BadInput("settings-file-languages")

    def scope(self, *, adult: bool) -> Scope:
        """The scope of a channel of this server; `adult` is whether the channel is age-restricted."""
        return Scope(self.guild, self.shared_archive, self.adult and adult, self.pseudonyms)
