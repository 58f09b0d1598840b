"""One walk through the bot in every language: what is shown is in that language, and in no other."""

from __future__ import annotations

import re
from typing import Any

import pytest
import simcord

from bot.i18n import ENGLISH, LANGUAGES, catalogue
from tests.support.catalogue import entries
from tests.support.languages import speak
from tests.support.simulated_discord import World
from tests.support.world import buttons, text_of

pytestmark = pytest.mark.slow

TRANSLATED = [language for language in LANGUAGES if language != ENGLISH]


def _english(language: str) -> list[str]:
    """The English sentences, and parts of sentences between fields, that are others in this language."""
    own = " ".join(catalogue(language).sources.values())
    parts = []
    for name in entries(ENGLISH):
        if not name.startswith("-"):
            text = catalogue(ENGLISH).sources[name.partition(".")[0]].partition("=")[2]
            parts += [part.strip() for part in re.split(r"\{[^}]*\}|[\n\[\]*{}]|->", text)]
    return [part for part in parts if len(part.split()) > 1 and part not in own]


def _everything(message: Any) -> str:
    """The texts, labels, placeholders and options of a message."""
    texts = [text_of(message), *buttons(message)]

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            texts.extend(str(node[key]) for key in ("label", "placeholder", "description") if node.get(key))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(message.payload.get("components", []) if hasattr(message, "payload") else [])
    return "\n".join(texts)


@pytest.mark.parametrize("language", TRANSLATED)
async def test_a_walk(world: World, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    speak(language, monkeypatch.setattr)
    await world.services.settings.change(world.guild.id, language=language)
    member, moderator, channel = world.member, world.moderator, world.channel

    async def shown(who: simcord.MemberActor, command: str, **options: Any) -> str:
        result = await who.slash(channel, command, **options)
        assert result.response is not None, command
        return _everything(result.response)

    article = str(world.article)
    cards = {
        "search": await shown(member, "search", query="market"),
        "search without hits": await shown(member, "search", query="zeppelin"),
        "article": await shown(member, "article summary", title=article),
        "ask": await shown(member, "ask", question="How many votes did the move get?"),
        "comment digest": await shown(member, "comments digest", title=article),
        "digest": await shown(moderator, "digest create", when="daily", what="newest", at="8:30"),
        "error": await shown(member, "article show", title="nothing like that"),
        "settings": await shown(moderator, "settings"),
        "help": await shown(member, "help"),
    }
    english = _english(language)
    leaks = {name: [part for part in english if part in text] for name, text in cards.items()}
    assert {name: parts for name, parts in leaks.items() if parts} == {}
    assert len({*cards.values()}) == len(cards)
    assert catalogue(language).format("command-search", {}) in cards["help"]
    assert catalogue(language).format("button-share", {}) in cards["article"]
