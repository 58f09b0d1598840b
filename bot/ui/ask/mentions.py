"""Replies to mentions, to replies to the bot, and to direct messages; ignores other messages."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import discord

from bot.domain.server_settings import ServerSettings
from bot.errors import Busy, NotFound
from bot.i18n import msg, set_language
from bot.services.fair_queue import REQUESTER, Requester
from bot.ui.ask import views
from bot.ui.ask.follow_ups import follow_up, last_answer
from bot.ui.ask.question_state import QuestionState
from bot.ui.kit import posted_cards
from bot.ui.kit.card import Card
from bot.ui.kit.context import NewsdeskClient, Viewer, public_viewer
from bot.ui.kit.discussion_threads import article_of_thread, is_first_hint
from bot.ui.kit.error_reply import error_reference, error_text
from bot.ui.kit.language import server_language
from bot.ui.kit.permissions import may_post
from bot.ui.kit.responses import defer_if_slow

TYPING_AFTER_SECONDS = 1.0
"""The delay after which the channel shows that the bot is typing."""
HINT_INTERVAL = timedelta(hours=1)
OFF_HINT_INTERVAL = timedelta(days=1)
_MARKS = re.compile(r"<(?:@[!&]?|#)\d+>|<t:-?\d+(?::\w)?>")
_EMOJI = re.compile(r"<a?:(\w+):\d+>")

_log = logging.getLogger(__name__)


async def on_message(client: NewsdeskClient, message: discord.Message) -> None:
    """Replies to a message if it addresses the bot; the reply never pings anybody."""
    me = client.user
    kinds = (discord.MessageType.default, discord.MessageType.reply)
    if me is None or message.author.bot or message.webhook_id is not None or message.type not in kinds:
        return
    if message.guild is None and not isinstance(message.channel, discord.DMChannel):
        return  # of a server that is not known here, as its shard has moved to another process
    if not client.services.shards.serves(message.guild.id if message.guild is not None else None):
        return
    try:
        reply = await _reply(client, me, message)
        if reply is None:
            return
        sent = await _send(message, reply)
        if isinstance(reply, Card) and message.guild is not None:
            await posted_cards.record(client, message.guild.id, reply, sent)
    except discord.HTTPException as error:
        _log.info("a message could not be answered: %s", error)


async def _reply(
    client: NewsdeskClient, me: discord.ClientUser, message: discord.Message
) -> Card | str | None:
    """Returns the reply, or None."""
    direct = message.guild is None
    replied_to = _replied_to(message)
    if replied_to is not None and replied_to.author.id != me.id:
        replied_to = None
    if not direct and not (message.content and (me in message.mentions or replied_to is not None)):
        return await _hint(client, me, message, to_me=replied_to is not None)
    text = _EMOJI.sub(r"\1", _MARKS.sub(" ", message.content)).strip()
    try:
        settings = await _speak_servers_language(client, message)
        if settings is not None and not settings.answers_mentions:
            return _mentions_off(client, settings, message)
        if settings is not None and not may_post(settings, message.channel):
            return None
        if not text:
            return msg("answer-no-question") if direct else msg("ask-after-mention", me=me.mention)
        await client.cooldown.count(message.author.id, message.channel.id)
        guild = message.guild.id if message.guild is not None else None
        REQUESTER.set(Requester(guild or 0, message.author.id))
        viewer = replace(await public_viewer(client, guild, message.channel), member=message.author.id)
        question = await _question(client, viewer, message, replied_to, text)
        work = views.first(viewer, question)
        return await defer_if_slow(work, TYPING_AFTER_SECONDS, message.channel.typing())
    except discord.HTTPException:
        raise
    except Exception as error:
        too_often = isinstance(error, Busy) and error.key in ("asked-too-often", "channel-too-busy")
        if too_often and not client.cooldown.should_notify(message.author.id):
            return None
        return error_text(error, error_reference(message), "a question in a message")


async def _question(
    client: NewsdeskClient,
    viewer: Viewer,
    message: discord.Message,
    replied_to: discord.Message | None,
    text: str,
) -> QuestionState:
    """The question in a message; one that follows the answer that it replies to, or the last one in a direct
    message or a thread for an article, is completed from that."""
    articles = await _articles(client, viewer, message, replied_to)
    is_conversation = message.guild is None or bool(articles)
    if replied_to is None and is_conversation and client.user is not None:
        replied_to = await last_answer(message, client.user)
    return await follow_up(viewer.services.answers, text, replied_to, articles)


async def _articles(
    client: NewsdeskClient, viewer: Viewer, message: discord.Message, replied_to: discord.Message | None
) -> Sequence[int]:
    """The articles that the question is about: those in the message that it replies to, or the one of the
    thread."""
    articles = await views.linked_articles(viewer, replied_to) if replied_to is not None else ()
    if articles or message.guild is None:
        return articles
    article = await article_of_thread(client, message.channel.id)
    if article is None:
        return ()
    try:
        await viewer.services.archive.article(viewer.scope, article)
    except NotFound:
        raise NotFound("thread-article-gone") from None
    return (article,)


async def _hint(
    client: NewsdeskClient, me: discord.ClientUser, message: discord.Message, *, to_me: bool
) -> str | None:
    """A hint that the bot cannot read a message that seems to address it; not shown every time, and only
    where mentions are answered."""
    if message.guild is None:
        return None
    channel, to_role = message.channel, message.guild.self_role in message.role_mentions
    if to_role:
        is_due = client.cooldown.should_notify(message.author.id, HINT_INTERVAL)
    elif message.content:
        return None
    else:
        # Most messages do not address the bot: query the state only for threads that the bot opened.
        own = isinstance(channel, discord.Thread) and channel.owner_id == me.id
        is_due = to_me and client.cooldown.should_notify(channel.id, HINT_INTERVAL)
        is_due = is_due or (own and await is_first_hint(client, channel.id))
    if not is_due:
        return None
    settings = await _speak_servers_language(client, message)
    if settings is None or not settings.answers_mentions or not may_post(settings, channel):
        return None
    return msg("ask-mention-bot-not-role" if to_role else "ask-mention-bot", me=me.mention)


def _mentions_off(client: NewsdeskClient, settings: ServerSettings, message: discord.Message) -> str | None:
    """What to do instead, once a day in a channel: the server has not turned on answers to mentions."""
    if not may_post(settings, message.channel) or not client.cooldown.should_notify(
        message.channel.id, OFF_HINT_INTERVAL
    ):
        return None
    return msg(
        "ask-mentions-off", ask=client.mention_command("ask"), settings=client.mention_command("settings")
    )


async def _speak_servers_language(client: NewsdeskClient, message: discord.Message) -> ServerSettings | None:
    """Sets the language of the reply, which everybody in the channel sees, and returns the server's settings;
    each message is handled in a task of its own."""
    if message.guild is None:
        return None
    settings = await client.services.settings.get(message.guild.id)
    set_language(server_language(settings, message.guild))
    return settings


def _replied_to(message: discord.Message) -> discord.Message | None:
    resolved = message.reference.resolved if message.reference is not None else None
    return resolved if isinstance(resolved, discord.Message) else None


async def _send(message: discord.Message, reply: Card | str) -> discord.Message:
    reference = message.to_reference(fail_if_not_exists=False)
    quiet = discord.AllowedMentions.none()
    if isinstance(reply, str):
        return await message.channel.send(reply, reference=reference, allowed_mentions=quiet)
    return await message.channel.send(view=reply, reference=reference, allowed_mentions=quiet)
