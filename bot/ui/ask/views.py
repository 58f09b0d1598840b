"""From a question to the card that answers it, wherever it was asked."""

from __future__ import annotations

import discord

from bot.domain.answers import Answer
from bot.domain.search import Filters
from bot.errors import NotAllowed, NotFound
from bot.ui import router
from bot.ui.ask import card as ask_card
from bot.ui.ask import strings
from bot.ui.ask.question_state import MAX_ARTICLES, QuestionState, linked_threads
from bot.ui.kit import notices, routes
from bot.ui.kit.autocomplete import searchable_text
from bot.ui.kit.card import Card
from bot.ui.kit.context import Interaction, NewsdeskClient, Viewer, can_post, viewer_of
from bot.ui.kit.posted_cards import record_card
from bot.ui.kit.responses import respond
from bot.ui.kit.routes import MAX_INLINE_SEARCH, serialize_search
from bot.ui.kit.truncate import truncate, utf16_length


async def answer_question(interaction: Interaction, asked: QuestionState) -> None:
    """Answers a question that somebody asks now. Raises Busy where they, or others here, ask too often."""
    interaction.client.cooldown.count(interaction.user.id, interaction.channel_id or 0)
    await respond(interaction, lambda viewer: first(viewer, asked))


async def first(viewer: Viewer, asked: QuestionState) -> Card:
    """The answer to a question that is asked now: it is counted."""
    found = await _answer(viewer, asked)
    if found.refused != "no-question":
        await viewer.services.question_log.note(viewer.scope.guild, found)
    return await _card(viewer, asked, found)


async def again(viewer: Viewer, asked: QuestionState) -> Card:
    """The answer to a question that was asked before."""
    return await _card(viewer, asked, await _answer(viewer, asked))


async def why(viewer: Viewer, asked: QuestionState) -> Card:
    """How the answer came to be."""
    return ask_card.why(await _answer(viewer, asked), asked)


async def related(viewer: Viewer, asked: QuestionState) -> Card:
    """The threads that have words of the question; as many of these as an address holds, so that they need
    not be kept anywhere."""
    found = await _answer(viewer, asked)
    query = ""
    for word in (*found.matched_words, *found.missing_words):
        longer = f"{query} OR {word}" if query else word
        if utf16_length(serialize_search(longer, Filters())) <= MAX_INLINE_SEARCH:
            query = longer
    return await router.search(viewer, query or asked.question[: MAX_INLINE_SEARCH // 2], Filters(), "both")


async def share(interaction: Interaction, asked: QuestionState) -> None:
    """Posts an answer for all in the channel, with the question and who asked it."""
    channel = interaction.channel
    if interaction.guild_id is None or channel is None or isinstance(channel, discord.abc.PrivateChannel):
        raise NotAllowed("server-only")
    if not can_post(interaction.permissions, channel):
        raise NotAllowed("member-may-not-post", where=channel.name)
    if not can_post(interaction.app_permissions, channel) or not isinstance(channel, discord.abc.Messageable):
        raise NotAllowed("bot-may-not-post", where=channel.name)
    await interaction.response.defer()
    viewer = (await viewer_of(interaction)).in_public()
    card = await again(viewer, asked)
    card.add_text(asked_by(asked, interaction.user.id))
    message = await channel.send(view=card)
    await record_card(interaction, card, message, "shared", routes.ANSWER)
    await interaction.edit_original_response(view=await again(viewer, asked))


def asked_by(asked: QuestionState, who: int) -> str:
    """Small: the question, and whose it is."""
    return strings.ASKED_BY.format(question=truncate(asked.question, 400), who=f"<@{who}>")


async def articles_of(
    viewer: Viewer, message: discord.Message, me: discord.abc.User | None
) -> tuple[int, ...]:
    """The articles that a message speaks of: for one of the bot's own those that it leads to. Raises
    NotFound("nothing-mentioned")."""
    if me is not None and message.author.id == me.id:
        found = await led_to(viewer, message)
    else:
        found = tuple(
            hit.article
            for hit in await viewer.services.archive.mentioned(viewer.scope, searchable_text(message))
        )
    if not found:
        raise NotFound("nothing-mentioned")
    return found


async def led_to(viewer: Viewer, message: discord.Message) -> tuple[int, ...]:
    """The articles that a message of the bot's leads to, so far as they are still there."""
    found: dict[int, None] = {}
    for kind, number in linked_threads(message):
        if len(found) == MAX_ARTICLES:
            break
        try:
            if kind == "comment":
                number = (await viewer.services.archive.comment(viewer.scope, number)).article
            found[(await viewer.services.archive.article(viewer.scope, number)).id] = None
        except NotFound:
            continue
    return tuple(found)


async def about_thread(client: NewsdeskClient, thread: int, article: int) -> None:
    """Remembers that a thread was opened for an article."""
    await client.services.key_value.set(_fact(thread), str(article))


async def article_of_thread(client: NewsdeskClient, thread: int) -> int | None:
    """The article for which the bot opened this thread, if it did."""
    text = await client.services.key_value.get(_fact(thread))
    return int(text) if text else None


async def first_hint(client: NewsdeskClient, thread: int) -> bool:
    """Whether this was not asked of the thread before."""
    name = _hinted(thread)
    if await client.services.key_value.get(name):
        return False
    await client.services.key_value.set(name, "1")
    return True


async def forget_thread(client: NewsdeskClient, thread: int) -> None:
    """Drops what is remembered of a thread that was deleted."""
    await client.services.key_value.delete(_fact(thread), _hinted(thread))


def _fact(thread: int) -> str:
    return f"thread:{thread}"


def _hinted(thread: int) -> str:
    return f"hinted:{thread}"


async def _answer(viewer: Viewer, asked: QuestionState) -> Answer:
    return await viewer.services.answers.ask(
        viewer.scope,
        asked.question,
        article=asked.articles or None,
        source=asked.source,
        after=asked.after,
        before=asked.before,
        payer=viewer.payer,
    )


async def _card(viewer: Viewer, asked: QuestionState, found: Answer) -> Card:
    if found.refused == "nothing-found" and not (await viewer.services.archive.stats(viewer.scope)).articles:
        return notices.text(viewer.empty_notice())
    return ask_card.answer(found, asked, share=viewer.can_share)
