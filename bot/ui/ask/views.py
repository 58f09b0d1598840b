"""Views of questions: find the answer and render its card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import discord

from bot.domain.answers import Answer
from bot.domain.search import Filters
from bot.errors import NotFound
from bot.i18n import msg
from bot.ui.ask import card as ask_card
from bot.ui.ask.question_state import MAX_ARTICLES, QuestionState, targets_of
from bot.ui.kit import notices, posted_cards, routes
from bot.ui.kit.autocomplete import searchable_text
from bot.ui.kit.card import Card
from bot.ui.kit.context import Interaction, Viewer
from bot.ui.kit.responses import respond
from bot.ui.kit.routes import MAX_INLINE_SEARCH, serialize_search
from bot.ui.kit.truncate import truncate, utf16_length
from bot.ui.search import views as searches


async def answer_question(interaction: Interaction, question: QuestionState) -> None:
    """Replies to a member's new question. Raises Busy if the member, or the channel, asks too often."""
    await interaction.client.cooldown.count(interaction.user.id, interaction.channel_id or 0)
    await respond(interaction, lambda viewer: first(viewer, question))


async def first(viewer: Viewer, question: QuestionState) -> Card:
    """The answer to a new question, which is counted."""
    answer = await _answer(viewer, question)
    if answer.refused != "no-question":
        await viewer.services.question_log.note(viewer.scope.guild, answer)
    return await _card(viewer, question, answer)


async def again(viewer: Viewer, question: QuestionState) -> Card:
    """The answer to an earlier question, which is not counted again."""
    return await _card(viewer, question, await _answer(viewer, question))


async def why(viewer: Viewer, question: QuestionState) -> Card:
    """How the answer was found."""
    return ask_card.why(await _answer(viewer, question), question)


async def related(viewer: Viewer, question: QuestionState) -> Card:
    """The threads that match words of the question; at most as many words as fit into a route, so that the
    search need not be stored."""
    answer = await _answer(viewer, question)
    query = ""
    for word in (*answer.matched_words, *answer.missing_words):
        longer = f"{query} OR {word}" if query else word
        if utf16_length(serialize_search(longer, Filters())) <= MAX_INLINE_SEARCH:
            query = longer
    query = query or question.question[: MAX_INLINE_SEARCH // 2]
    return await searches.search(viewer, query, Filters(), "both")


async def share(interaction: Interaction, question: QuestionState) -> None:
    """Posts an answer in the channel for everybody, with the question and the name of the asker."""
    await posted_cards.share(
        interaction,
        lambda viewer: again(viewer, replace(question, is_completed=False)),
        routes.ANSWER,
        lambda: asked_by(question, interaction.user.id),
    )


def asked_by(question: QuestionState, member: int) -> str:
    """In small print: the question and its asker."""
    return msg("answer-asked-by", question=truncate(question.question, 400), who=f"<@{member}>")


async def articles_of(viewer: Viewer, message: discord.Message, me: discord.abc.User | None) -> Sequence[int]:
    """The articles mentioned in a message; for a message of the bot, those that it links to. Raises
    NotFound("nothing-mentioned")."""
    if me is not None and message.author.id == me.id:
        articles = await linked_articles(viewer, message)
    else:
        hits = await viewer.services.archive.mentioned(viewer.scope, searchable_text(message))
        articles = [hit.article for hit in hits]
    if not articles:
        raise NotFound("nothing-mentioned")
    return articles


async def linked_articles(viewer: Viewer, message: discord.Message) -> list[int]:
    """The articles that a message of the bot links to and that still exist."""
    articles: dict[int, None] = {}
    for kind, id_ in targets_of(message):
        if len(articles) == MAX_ARTICLES:
            break
        try:
            if kind == "comment":
                id_ = (await viewer.services.archive.comment(viewer.scope, id_)).article
            articles[(await viewer.services.archive.article(viewer.scope, id_)).id] = None
        except NotFound:
            continue
    return list(articles)


async def _answer(viewer: Viewer, question: QuestionState) -> Answer:
    return await viewer.services.answers.ask(
        viewer.scope,
        question.question,
        article=question.articles or None,
        source=question.source,
        after=question.after,
        before=question.before,
        payer=viewer.payer,
    )


async def _card(viewer: Viewer, question: QuestionState, answer: Answer) -> Card:
    if answer.refused == "nothing-found":
        stats = await viewer.services.archive.stats(viewer.scope)
        if not stats.articles:
            return notices.text(viewer.empty_notice(stats))
    return ask_card.answer(answer, question, share=viewer.can_share)
