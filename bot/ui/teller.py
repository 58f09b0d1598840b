"""Discord as the notifier of follows needs it: tells a channel or a member once, and finds what was told."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import discord

from bot.follows import Follow, Notice, Told
from bot.library.notifier import Teller
from bot.library.once import Refused, Unreachable
from bot.ui import address, follow_cards
from bot.ui import follow_phrases as words
from bot.ui.address import Sought
from bot.ui.card import Card
from bot.ui.desk import Desk
from bot.ui.fit import fit
from bot.ui.home import dress, member_of
from bot.ui.phrases import counted
from bot.ui.places import Room
from bot.ui.poster import look_for, room_of, say_in, translated


class DiscordTeller(Teller):
    """Tells with the client's permissions and within its rate limits."""

    def __init__(self, bot: Desk) -> None:
        self._bot = bot

    async def adult(self, one: Notice) -> bool:
        place = await self._place(one)
        return isinstance(place, Room) and place.is_nsfw()

    async def send(self, one: Notice, told: Sequence[Told]) -> int:
        place = await self._place(one)
        card = await notice_card(self._bot, one, told)
        with translated():
            try:
                # discord.py asks Discord to enforce a nonce that it is given.
                message = await place.send(view=card, nonce=one.mark)
            except discord.Forbidden:
                if one.direct:
                    raise Refused("direct-refused") from None
                raise
        return message.id

    async def find(self, one: Notice) -> int | None:
        return await look_for(await self._place(one), one.mark, one.due_at, self._bot)

    async def tell(self, one: Notice, follows: Sequence[Follow], reason: str) -> None:
        # Who takes no direct messages finds it in the list of follows.
        if one.direct:
            return
        text = words.TOLD.format(
            count=counted(len(follows), "follow"),
            where=one.where,
            reason=words.reason(reason),
            list=self._bot.mention("follow list"),
        )
        # Discord drops what is told of one notice a second time.
        mark = f"f{one.id}"
        guild = self._bot.get_guild(one.guild)
        with translated():
            chosen = (await self._bot.library.settings(one.guild)).moderator_channel
            if guild is not None and await say_in(guild, chosen, text, mark):
                return
            for maker in sorted({of.by.id for of in follows if of.by.id is not None}):
                # Takes no direct messages, or is gone.
                with suppress(discord.Forbidden, discord.NotFound):
                    await (await self._bot.fetch_user(maker)).send(text, nonce=mark)

    async def _place(self, one: Notice) -> Room | discord.DMChannel:
        """The channel, or the member's direct messages. Raises Refused and Unreachable."""
        if not one.direct:
            return await room_of(self._bot, one.guild, one.where)
        with translated("bot-removed"):
            if self._bot.get_guild(one.guild) is None:
                await self._bot.fetch_guild(one.guild)
                raise Unreachable("the server is not known yet")
            if not await member_of(self._bot, one.guild, one.where):
                raise Refused("left")
        with translated("direct-refused"):
            user = await self._bot.fetch_user(one.where)
            return user.dm_channel or await user.create_dm()


async def notice_card(bot: Desk, one: Notice, told: Sequence[Told]) -> Card:
    """A notice as its channel or member sees it."""
    shelves = {}
    for part in told:
        watch = part.follow.watch
        if watch.article is None:
            packed = address.pack(watch.query, watch.filters)
            # In a direct message the server's number stands in the button as well.
            shelf = (
                packed if address.fits(packed) and not one.direct else "~" + await bot.library.keep(packed)
            )
            shelves[part.follow.id] = Sought(shelf, watch.place, "newest").at(0)
    last = words.LAST_TODAY.format(settings=bot.mention("settings"), catchup=bot.mention("catchup"))
    card = follow_cards.notice(one, told, shelves, last)
    if not one.direct:
        return card
    guild = bot.get_guild(one.guild)
    card.say(f"-# {words.IN_SERVER.format(server=fit(guild.name, 100))}" if guild else "")
    return dress(card, one.guild, "open")
