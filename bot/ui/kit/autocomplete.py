"""Autocompletion and parsing of the options of commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot.clock import system_clock
from bot.domain.articles import TitleMatch
from bot.domain.loads import Receipt
from bot.i18n import formats, msg
from bot.text.language.date_parser import parse_date
from bot.text.language.index_tokens import index_words
from bot.text.search.query import without_quotation_marks
from bot.ui.kit import format
from bot.ui.kit.context import Interaction, NewsdeskClient, viewer_of
from bot.ui.kit.language import localized, localized_choices
from bot.ui.kit.limits import MAX_OPTION_TEXT, MAX_OPTIONS
from bot.ui.kit.truncate import ELLIPSIS, label

TITLE = app_commands.Range[str, 1, 300]
"""A title as typed, or the id that a completion puts in its place."""
TITLE_HELP = localized("option-title")
SEARCH_HELP = {
    "query": localized("option-query"),
    "place": localized("option-in"),
    "source": localized("option-source"),
    "author": localized("option-author"),
}
STEERING_HELP = {
    "title": localized("option-search-title"),
    "subreddit": localized("option-search-subreddit"),
    "flair": localized("option-flair"),
    "min_score": localized("option-min-score"),
    "min_comments": localized("option-min-comments"),
    "order": localized("option-order"),
}
DATES_HELP = {
    "after": localized("option-after"),
    "before": localized("option-before"),
}
"""Descriptions of options that several commands share, by option name."""
SEARCH_FIELDS = localized_choices(
    {"articles": "choice-articles", "comments": "choice-comments", "both": "choice-articles-and-comments"}
)
"""The choices of where to search."""
ORDERS = localized_choices(
    {"relevance": "choice-best-first", "newest": "choice-newest-first", "score": "choice-highest-first"}
)
"""The choices of how to sort hits."""


class When(app_commands.Transformer[NewsdeskClient]):
    """Converts a date as people write it."""

    async def transform(self, interaction: Interaction, value: str, /) -> datetime:
        return parse_date(value, system_clock())


class Destination(app_commands.Transformer[NewsdeskClient]):
    """Converts a channel, thread or forum, including those that the bot cannot see."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        kinds = discord.ChannelType
        return [
            kinds.text,
            kinds.news,
            kinds.voice,
            kinds.forum,
            kinds.public_thread,
            kinds.private_thread,
            kinds.news_thread,
        ]

    async def transform(
        self,
        interaction: Interaction,
        value: app_commands.AppCommandChannel | app_commands.AppCommandThread,
        /,
    ) -> app_commands.AppCommandChannel | app_commands.AppCommandThread:
        return value


async def titles(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Completes titles; the value is the article's id."""
    return [
        Choice(name=_title(match), value=str(match.article)) for match in await _matches(interaction, typed)
    ]


async def queries(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """What was typed, then titles that complete it, for an exact search."""
    own = msg("search-typed", query=msg("quoted", text=label(typed.strip(), MAX_OPTION_TEXT // 2)))
    fits = typed.strip() and len(typed) <= MAX_OPTION_TEXT
    names = {typed: label(own, MAX_OPTION_TEXT)} if fits else {}
    for match in await _matches(interaction, typed):
        if index_words(match.title):  # else no search finds it
            names.setdefault(_phrase(match.title), _title(match))
    return [Choice(name=name, value=phrase) for phrase, name in list(names.items())[:MAX_OPTIONS]]


async def sources(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Completes the sites of articles."""
    viewer = await viewer_of(interaction)
    return choices(await viewer.services.browsing.values(viewer.scope, "source", typed, MAX_OPTIONS))


async def subreddits(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Completes subreddits."""
    viewer = await viewer_of(interaction)
    return choices(await viewer.services.browsing.values(viewer.scope, "subreddit", typed, MAX_OPTIONS))


async def flairs(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Completes flairs."""
    viewer = await viewer_of(interaction)
    return choices(await viewer.services.browsing.values(viewer.scope, "flair", typed, MAX_OPTIONS))


async def drops(interaction: Interaction, typed: str) -> list[Choice[str]]:
    """Completes the names in the operator's drop folder, for moderators."""
    viewer = await viewer_of(interaction)
    return choices(await viewer.services.drop_folder.names(typed, MAX_OPTIONS)) if viewer.moderator else []


async def loads(interaction: Interaction, typed: str) -> list[Choice[int]]:
    """Completes the server's last loads that can be undone, for moderators."""
    viewer = await viewer_of(interaction)
    if not viewer.moderator:
        return []
    receipts = await viewer.services.loads.recent(viewer.scope.guild, MAX_OPTIONS)
    names = {receipt.load: _load(receipt) for receipt in receipts if receipt.state != "undone"}
    return [
        Choice(name=name, value=load) for load, name in names.items() if typed.casefold() in name.casefold()
    ]


def choices(values: Iterable[str]) -> list[Choice[str]]:
    """Makes choices of the values that are short enough."""
    return [
        Choice(name=label(value, MAX_OPTION_TEXT), value=value)
        for value in values
        if len(value) <= MAX_OPTION_TEXT
    ]


def names(typed: str | None) -> tuple[str, ...]:
    """Splits comma-separated names."""
    return tuple(name for name in map(str.strip, (typed or "").split(",")) if name)


def searchable_text(message: discord.Message) -> str:
    """The searchable text of a message: its own text, and that of the link previews that Discord adds."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.url or "", embed.title or ""]
    parts += [snapshot.content for snapshot in message.message_snapshots]
    return "\n".join(filter(None, parts))


async def _matches(interaction: Interaction, typed: str) -> Sequence[TitleMatch]:
    viewer = await viewer_of(interaction)
    return await viewer.services.archive.complete(viewer.scope, typed, MAX_OPTIONS)


def _title(match: TitleMatch) -> str:
    tail = label(format.dotted(match.source or "", str(match.posted_at.year) if match.posted_at else ""), 40)
    if not tail:
        return label(match.title, MAX_OPTION_TEXT) or str(match.article)
    return f"{label(match.title, MAX_OPTION_TEXT - len(tail) - 3)} · {tail}"


def _phrase(title: str) -> str:
    """The query for the words of a title next to each other, or for as many as have room."""
    plain = without_quotation_marks(title)
    kept = label(plain, MAX_OPTION_TEXT - len('""*')).removesuffix(ELLIPSIS)
    words = index_words(kept)
    is_cut = words[-1:] != index_words(plain)[len(words) - 1 : len(words)]
    return f'"{kept}"' + "*" * is_cut


def _load(receipt: Receipt) -> str:
    parts = (f"{receipt.load}. {receipt.name}", formats.day(receipt.started_at), receipt.by.name)
    return label(" · ".join(parts), MAX_OPTION_TEXT)
