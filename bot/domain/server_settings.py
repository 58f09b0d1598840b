"""What a server has chosen, and what may be seen there for it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.articles import Scope
from bot.errors import BadInput

MAX_FOLLOWS_A_DAY = 100
MAX_LANGUAGES = 25
"""As many as a list on Discord holds."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What a server has chosen."""

    guild: int
    moderator_role: int | None = None
    shared_archive: bool = True
    zone: str = "UTC"
    """The IANA time zone of its schedules."""
    moderator_channel: int | None = None
    """Where the bot says to moderators what stopped by itself."""
    digest_channel: int | None = None
    """Where new digests are posted unless another channel is named."""
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes of what digests pick from; any where it is empty."""
    adult: bool = True
    """Whether articles marked as over 18 are shown in age-restricted channels; elsewhere they never are."""
    pseudonyms: bool = False
    """Whether commenters are shown as letters."""
    follow_cap: int = 10
    """Messages that follows may post in one channel, or to one member, on one day."""

    def check(self) -> None:
        """Raises BadInput("bad-settings-file") for what no command gives: settings also come from files."""
        if not 0 <= self.follow_cap <= MAX_FOLLOWS_A_DAY:
            raise BadInput(
                "bad-settings-file", problem=f"its follow_cap is not from 0 to {MAX_FOLLOWS_A_DAY}"
            )
        codes = self.languages
        if len(codes) > MAX_LANGUAGES or not all(code.isalpha() and len(code) <= 3 for code in codes):
            raise BadInput("bad-settings-file", problem="its languages are not codes such as en")

    def scope(self, *, adult: bool) -> Scope:
        """What may be seen in a place of this server; `adult` says that it is age-restricted."""
        return Scope(self.guild, self.shared_archive, self.adult and adult, self.pseudonyms)
