"""What the bot answers of all that is written: mentions, replies to it, direct messages, and nothing else."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord

from bot.errors import Busy, NotFound
from bot.ui.ask import strings, views
from bot.ui.ask.question_state import QuestionState
from bot.ui.kit.card import Card
from bot.ui.kit.context import NewsdeskClient, Viewer, public_viewer
from bot.ui.kit.posted_cards import record_answer
from bot.ui.kit.responses import error_text

PATIENCE = 1.0
"""Seconds after which the channel is shown that an answer is being written."""
HINT_AGAIN = timedelta(hours=1)
_MARKS = re.compile(r"<(?:@[!&]?|#)\d+>|<t:-?\d+(?::\w)?>")
_EMOJI = re.compile(r"<a?:(\w+):\d+>")

_log = logging.getLogger(__name__)


async def on_message(client: NewsdeskClient, message: discord.Message) -> None:
    """Answers a message if it is for the bot; whatever happens, nobody is pinged."""
    me = client.user
    kinds = (discord.MessageType.default, discord.MessageType.reply)
    if me is None or message.author.bot or message.webhook_id is not None or message.type not in kinds:
        return
    try:
        said = await _said(client, me, message)
        if said is None:
            return
        sent = await _send(message, said)
        if isinstance(said, Card) and message.guild is not None:
            await record_answer(client, message.guild.id, said, sent)
    except discord.HTTPException as error:
        _log.info("a message could not be answered: %s", error)


async def _said(
    client: NewsdeskClient, me: discord.ClientUser, message: discord.Message
) -> Card | str | None:
    """What is replied, if anything."""
    direct = message.guild is None
    replied = _replied(message)
    to_me = replied is not None and replied.author.id == me.id
    mentioned = me in message.mentions
    if not direct and not (message.content and (mentioned or to_me)):
        return await _hint(client, me, message, to_me=to_me)
    text = _EMOJI.sub(r"\1", _MARKS.sub(" ", message.content)).strip()
    if not text:
        return strings.NO_QUESTION if direct else strings.ASK_AFTER_MENTION.format(me=me.mention)
    try:
        client.cooldown.count(message.author.id, message.channel.id)
        guild = message.guild.id if message.guild is not None else None
        viewer = replace(await public_viewer(client, guild, message.channel), member=message.author.id)
        articles = await _about(client, viewer, message, replied if to_me else None)
        return await _patiently(message, views.first(viewer, QuestionState.parse(text, articles)))
    except Busy as error:
        if error.key not in ("asked-too-often", "channel-too-busy") or client.cooldown.should_notify(
            message.author.id
        ):
            return error_text(error, "", "a question")
        return None
    except Exception as error:
        if isinstance(error, discord.HTTPException):
            raise
        return error_text(error, f"{message.id:x}"[-8:], "a question in a message")


async def _about(
    client: NewsdeskClient, viewer: Viewer, message: discord.Message, replied: discord.Message | None
) -> tuple[int, ...]:
    """The articles that the question is about: those of the message that it replies to, or the thread's."""
    found = await views.led_to(viewer, replied) if replied is not None else ()
    if found or message.guild is None:
        return found
    article = await views.article_of_thread(client, message.channel.id)
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
    """That a message cannot be read, where it looks as if it were for the bot; not each time."""
    role = message.guild.self_role if message.guild is not None else None
    if role is not None and role in message.role_mentions:
        again = client.cooldown.should_notify(message.author.id, HINT_AGAIN)
        return strings.NOT_THE_ROLE.format(me=me.mention) if again else None
    if message.content:
        return None
    if to_me and client.cooldown.should_notify(message.channel.id, HINT_AGAIN):
        return strings.MENTION_ME.format(me=me.mention)
    place = message.channel
    # Most messages are not for the bot: only what its own threads hold is worth a look into the state.
    own = isinstance(place, discord.Thread) and place.owner_id == me.id
    return strings.MENTION_ME.format(me=me.mention) if own and await _first_in(client, place.id) else None


async def _first_in(client: NewsdeskClient, thread: int) -> bool:
    """Whether this is a thread for an article in which it was not yet said that messages cannot be read."""
    if await views.article_of_thread(client, thread) is None:
        return False
    return await views.first_hint(client, thread)


def _replied(message: discord.Message) -> discord.Message | None:
    resolved = message.reference.resolved if message.reference is not None else None
    return resolved if isinstance(resolved, discord.Message) else None


async def _patiently(message: discord.Message, work: Coroutine[Any, Any, Card]) -> Card:
    task = asyncio.create_task(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if done:
            return task.result()
        async with message.channel.typing():
            return await task
    finally:
        task.cancel()


async def _send(message: discord.Message, said: Card | str) -> discord.Message:
    reference = message.to_reference(fail_if_not_exists=False)
    quiet = discord.AllowedMentions.none()
    if isinstance(said, str):
        return await message.channel.send(said, reference=reference, allowed_mentions=quiet)
    return await message.channel.send(view=said, reference=reference, allowed_mentions=quiet)
