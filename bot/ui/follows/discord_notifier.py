"""Discord as the notifier of follows needs it: tells a channel or a member once, and finds what was told."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import discord

from bot.domain.follows import Follow, Notice, Told
from bot.services.follows.notifier import Teller
from bot.services.outbox_worker import Refused, Unreachable
from bot.ui.digests.discord_publisher import look_for, room_of, say_in, translated
from bot.ui.follows import cards, strings
from bot.ui.follows.direct_messages import dress, member_of
from bot.ui.kit import routes
from bot.ui.kit.card import Card
from bot.ui.kit.channels import Room
from bot.ui.kit.context import Desk
from bot.ui.kit.format import counted
from bot.ui.kit.routes import Sought
from bot.ui.kit.truncate import fit


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
        text = strings.TOLD.format(
            count=counted(len(follows), "follow"),
            where=one.where,
            reason=strings.reason(reason),
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
            packed = routes.pack(watch.query, watch.filters)
            # In a direct message the server's number stands in the button as well.
            shelf = packed if routes.fits(packed) and not one.direct else "~" + await bot.library.keep(packed)
            shelves[part.follow.id] = Sought(shelf, watch.place, "newest").at(0)
    last = strings.LAST_TODAY.format(settings=bot.mention("settings"), catchup=bot.mention("catchup"))
    card = cards.notice(one, told, shelves, last)
    if not one.direct:
        return card
    guild = bot.get_guild(one.guild)
    card.say(f"-# {strings.IN_SERVER.format(server=fit(guild.name, 100))}" if guild else "")
    return dress(card, one.guild, "open")
