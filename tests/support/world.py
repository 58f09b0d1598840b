"""A small world for tests: servers, members, an archive with a few threads, and what a member would see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import simcord
from simcord.components import walk_components

from bot.domain.articles import Paragraph
from bot.domain.dump import ParsedComment, ParsedThread
from bot.domain.loads import Person, Receipt
from bot.store.ingest.writer import CorpusWriter
from bot.text.search.analyzer import Analyzer
from tests.support.engines import engine_at

TEXT_DISPLAY = 10
SEPARATOR = 14
BUTTON = 2
SELECTS = (3, 5, 6, 7, 8)
START = datetime(2024, 3, 12, 9, 0, tzinfo=UTC)
BY = Person(None, "operator")

MARKET = (
    "The council voted 7 to 4 on Tuesday to move the market to the old rail yard by spring.",
    "Stallholders will pay no rent in the first year. A petition against the move has 3,100 names.",
    "The ferry company said that it was not asked.",
)


def comment(author: str, text: str, minute: int, **more: Any) -> ParsedComment:
    return ParsedComment(author, START + timedelta(minutes=minute), text, **more)


def thread(
    title: str,
    *paragraphs: str,
    comments: Sequence[ParsedComment] = (),
    source: str | None = "courier.example",
    submitter: str | None = "tidewatcher",
    **more: Any,
) -> ParsedThread:
    return ParsedThread(
        title=title,
        source=source,
        submitter=submitter,
        posted_at=more.pop("posted_at", START),
        inferred=more.pop("inferred", True),
        paragraphs=tuple(Paragraph(text) for text in paragraphs),
        comments=tuple(comments),
        **more,
    )


def market() -> ParsedThread:
    """The thread that most tests read."""
    return thread(
        "Harbour council votes to move the fish market",
        *MARKET,
        comments=(
            comment("oysterjo", "My stall paid 40 years of rent. One free year is manners.", 122),
            comment("netmender", "Free rent for a year is a bribe, and a cheap one.", 14),
            comment("pierpoet", "Nobody asked the gulls about the rail yard.", 160),
        ),
    )


def load(data: Path, guild: int | None, threads: Iterable[ParsedThread], name: str = "sample.txt") -> Receipt:
    """Stores threads as one load, as the loader does."""
    with CorpusWriter(engine_at(data)) as writer:
        number = writer.begin_load(guild, name, BY, START)
        writer.add_threads(number, list(threads))
        receipt = writer.finish(number, "done", 0.5)
        writer.update_statistics(Analyzer())
        return receipt


def text_of(message: Any) -> str:
    """All text of a message, its parts on lines of their own."""
    parts = [message.content] if message.content else []
    parts += [one["content"] for one in _components(message) if one["type"] == TEXT_DISPLAY]
    return "\n".join(parts)


def reply_of(result: simcord.InteractionResult) -> str:
    """All that an interaction was answered with."""
    answers = [*result.followups, *([result.response] if result.response else [])]
    return "\n".join(text_of(answer) for answer in answers)


def overwrites_of(who: Any, **permissions: bool) -> dict[Any, discord.PermissionOverwrite]:
    """What a role or somebody is allowed in a channel, or is not."""
    return {who: discord.PermissionOverwrite(**permissions)}


def card_of(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    """The card that an interaction was answered with."""
    assert result.response is not None
    return result.response


def buttons(message: Any) -> list[str]:
    """The labels of the buttons that can be pressed."""
    return [
        one["label"]
        for one in _components(message)
        if one["type"] == BUTTON and not one.get("disabled", False)
    ]


def lines(message: Any) -> int:
    """How many rules part what a message says."""
    return sum(one["type"] == SEPARATOR for one in _components(message))


def options(message: Any) -> dict[str, str]:
    """The lines of all lists of a message, and what each stands for."""
    return {
        option["label"]: option["value"]
        for one in _components(message)
        if one["type"] in SELECTS
        for option in one.get("options", [])
    }


def list_id(message: Any, verb: str) -> str:
    """The custom_id of the list that does this."""
    ids: list[str] = [one["custom_id"] for one in _components(message) if one["type"] in SELECTS]
    return next(custom_id for custom_id in ids if custom_id.startswith(verb))


def _components(message: Any) -> list[dict[str, Any]]:
    roots = message.components
    if isinstance(message, discord.Message):
        roots = [component.to_dict() for component in message.components]
    return list(walk_components(roots))


MARKUP = (
    "# Big\n> quote\n[click](https://evil.example) **b** `c` ||d|| "
    "<@1> <@&2> <#3> <t:1:R> <:x:4> @everyone @here"
)


TITLES = {
    "long": "A title of three hundred characters " * 9,
    "wide": "𝒳" * 300,
    "markup": MARKUP.replace("\n", " "),
    "override": "Council \u202eetov\u202c to \u2066move\u2069",
    "broken": "A " + "b" * 299,
}
