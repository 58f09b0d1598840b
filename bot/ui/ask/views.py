"""From a question to the card that answers it, wherever it was asked."""

from __future__ import annotations

import discord

from bot.domain.answers import Answer
from bot.domain.search import Filters
from bot.errors import NotAllowed, NotFound
from bot.ui import router
from bot.ui.ask import card as ask_card
from bot.ui.ask import strings
from bot.ui.ask.question_state import ARTICLES, Asked, shown_in
from bot.ui.kit import notices, routes
from bot.ui.kit.autocomplete import words_of
from bot.ui.kit.card import Card
from bot.ui.kit.context import Desk, Interaction, Reader, may_post, reader
from bot.ui.kit.posted_cards import remember
from bot.ui.kit.responses import answer
from bot.ui.kit.routes import INLINE, pack
from bot.ui.kit.truncate import fit, measure


async def respond(interaction: Interaction, asked: Asked) -> None:
    """Answers a question that somebody asks now. Raises Busy where they, or others here, ask too often."""
    interaction.client.cooldown.take(interaction.user.id, interaction.channel_id or 0)
    await answer(interaction, lambda asker: first(asker, asked))


async def first(asker: Reader, asked: Asked) -> Card:
    """The answer to a question that is asked now: it is counted."""
    found = await _answer(asker, asked)
    if found.refused != "no-question":
        await asker.library.note_question(asker.scope.guild, found)
    return await _card(asker, asked, found)


async def again(asker: Reader, asked: Asked) -> Card:
    """The answer to a question that was asked before."""
    return await _card(asker, asked, await _answer(asker, asked))


async def why(asker: Reader, asked: Asked) -> Card:
    """How the answer came to be."""
    return ask_card.why(await _answer(asker, asked), asked)


async def related(asker: Reader, asked: Asked) -> Card:
    """The threads that have words of the question; as many of these as an address holds, so that they need
    not be kept anywhere."""
    found = await _answer(asker, asked)
    query = ""
    for word in (*found.found, *found.missing):
        longer = f"{query} OR {word}" if query else word
        if measure(pack(longer, Filters())) <= INLINE:
            query = longer
    return await router.search(asker, query or asked.question[: INLINE // 2], Filters(), "both")


async def share(interaction: Interaction, asked: Asked) -> None:
    """Posts an answer for all in the channel, with the question and who asked it."""
    channel = interaction.channel
    if interaction.guild_id is None or channel is None or isinstance(channel, discord.abc.PrivateChannel):
        raise NotAllowed("server-only")
    if not may_post(interaction.permissions, channel):
        raise NotAllowed("member-may-not-post", where=channel.name)
    if not may_post(interaction.app_permissions, channel) or not isinstance(channel, discord.abc.Messageable):
        raise NotAllowed("bot-may-not-post", where=channel.name)
    await interaction.response.defer()
    asker = (await reader(interaction)).in_public()
    card = await again(asker, asked)
    card.say(asked_by(asked, interaction.user.id))
    message = await channel.send(view=card)
    await remember(interaction, card, message, "shared", routes.ANSWER)
    await interaction.edit_original_response(view=await again(asker, asked))


def asked_by(asked: Asked, who: int) -> str:
    """Small: the question, and whose it is."""
    return strings.ASKED_BY.format(question=fit(asked.question, 400), who=f"<@{who}>")


async def articles_of(
    asker: Reader, message: discord.Message, me: discord.abc.User | None
) -> tuple[int, ...]:
    """The articles that a message speaks of: for one of the bot's own those that it leads to. Raises
    NotFound("nothing-mentioned")."""
    if me is not None and message.author.id == me.id:
        found = await led_to(asker, message)
    else:
        found = tuple(hit.article for hit in await asker.library.mentioned(asker.scope, words_of(message)))
    if not found:
        raise NotFound("nothing-mentioned")
    return found


async def led_to(asker: Reader, message: discord.Message) -> tuple[int, ...]:
    """The articles that a message of the bot's leads to, so far as they are still there."""
    found: dict[int, None] = {}
    for kind, number in shown_in(message):
        if len(found) == ARTICLES:
            break
        try:
            if kind == "comment":
                number = (await asker.library.comment(asker.scope, number)).article
            found[(await asker.library.article(asker.scope, number)).id] = None
        except NotFound:
            continue
    return tuple(found)


async def about_thread(client: Desk, thread: int, article: int) -> None:
    """Remembers that a thread was opened for an article."""
    await client.library.set_fact(_fact(thread), str(article))


async def article_of_thread(client: Desk, thread: int) -> int | None:
    """The article for which the bot opened this thread, if it did."""
    text = await client.library.fact(_fact(thread))
    return int(text) if text else None


async def first_hint(client: Desk, thread: int) -> bool:
    """Whether this was not asked of the thread before."""
    name = _hinted(thread)
    if await client.library.fact(name):
        return False
    await client.library.set_fact(name, "1")
    return True


async def forget_thread(client: Desk, thread: int) -> None:
    """Drops what is remembered of a thread that was deleted."""
    await client.library.drop_facts(_fact(thread), _hinted(thread))


def _fact(thread: int) -> str:
    return f"thread:{thread}"


def _hinted(thread: int) -> str:
    return f"hinted:{thread}"


async def _answer(asker: Reader, asked: Asked) -> Answer:
    return await asker.library.ask(
        asker.scope,
        asked.question,
        article=asked.articles or None,
        source=asked.source,
        after=asked.after,
        before=asked.before,
        payer=asker.payer,
    )


async def _card(asker: Reader, asked: Asked, found: Answer) -> Card:
    if found.refused == "nothing-found" and not (await asker.library.stats(asker.scope)).articles:
        return notices.text(asker.nothing_yet())
    return ask_card.answer(found, asked, share=asker.share)
