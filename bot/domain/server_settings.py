"""The settings of a server, and what is visible there as a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.domain.articles import Scope
from bot.domain.exclusions import Exclusions
from bot.errors import BadInput

MAX_FOLLOWS_A_DAY = 100
MAX_LANGUAGES = 25
"""The number of options in a select menu."""
MAX_POSTING_CHANNELS = 25
"""The number of values of a select menu."""
PostingRule = Literal["everywhere", "only", "except"]


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

    posting_rule: PostingRule = "everywhere"
    """Where members can have the bot post for everybody: shared cards, discussion threads, answers to
    mentions. Digests and follows have channels of their own."""
    posting_channels: tuple[int, ...] = ()
    """The channels and categories of the rule."""
    answers_mentions: bool = False
    """Whether mentions are answered, where the rule allows it; off until a moderator turns it on."""

    leave_out: Exclusions = Exclusions()  # noqa: RUF009 - frozen
    """What none of the server's digests and notices shows."""

    def check(self) -> None:
        """Raises BadInput("settings-file-cap" | "settings-file-languages" | "settings-file-channels" |
        "bad-exclusions" | "exclusions-too-long") for values that no command allows: settings are also
        imported from files."""
        self.leave_out.check()
        if not 0 <= self.follow_cap <= MAX_FOLLOWS_A_DAY:
            raise BadInput("settings-file-cap", most=MAX_FOLLOWS_A_DAY)
        codes = self.languages
        if len(codes) > MAX_LANGUAGES or not all(code.isalpha() and len(code) <= 3 for code in codes):
            raise BadInput("settings-file-languages")
        if len(self.posting_channels) > MAX_POSTING_CHANNELS:
            raise BadInput("settings-file-channels", most=MAX_POSTING_CHANNELS)

    def may_post_in(self, *places: int | None) -> bool:
        """Whether members can have the bot post there; `places` are the ids of a channel, of the channel
        that it is a thread of, and of its category."""
        if self.posting_rule == "everywhere":
            return True
        return (self.posting_rule == "only") == any(place in self.posting_channels for place in places)

    def scope(self, *, adult: bool) -> Scope:
        """The scope of a channel of this server; `adult` is whether the channel is age-restricted."""
        return Scope(self.guild, self.shared_archive, self.adult and adult, self.pseudonyms)
