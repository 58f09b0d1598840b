"""From what `/follow` and the Follow buttons ask for to the card that shows it."""

from __future__ import annotations

from datetime import datetime

from bot.domain.articles import Scope
from bot.domain.follows import Follow, Watch
from bot.domain.loads import Person
from bot.errors import NotFound
from bot.services import Services
from bot.ui.follows import cards, strings
from bot.ui.kit import routes
from bot.ui.kit.card import Card
from bot.ui.kit.context import Viewer
from bot.ui.kit.format import counted
from bot.ui.kit.stored_searches import load_search


async def watch_at(services: Services, address: str) -> Watch:
    """What the Follow button of the card at this address follows. Raises NotFound("stale-button")."""
    try:
        kind, values = routes.parse(address)
    except ValueError:
        raise NotFound("stale-button") from None
    if kind is routes.article:
        return Watch(article=values[0])
    if kind is not routes.search:
        raise NotFound("stale-button")
    _, how, serialized = values
    route, query, filters = await load_search(services.key_value, how, serialized)
    return Watch(query, filters, route.place)


async def follow(
    viewer: Viewer,
    where: int,
    watch: Watch,
    by: Person,
    now: datetime,
    *,
    direct: bool,
    here: str | None = None,
) -> Card:
    """Follows, and tells what was done; `here` offers that this channel follows the same."""
    guild = viewer.scope.guild or 0
    if watch.article is not None:
        # What the asker does not see cannot be followed.
        await viewer.services.archive.article(viewer.scope, watch.article)
    followed, new = await viewer.services.follows.add(guild, where, watch, by, now, direct=direct)
    text = (
        (strings.FOLLOWED if new else strings.KNOWN)
        if direct
        else (strings.FOLLOWED_HERE if new else strings.KNOWN_HERE)
    )
    return cards.follow_card(
        followed,
        text.format(what=await describe(viewer.services, viewer.scope, followed), where=where),
        here=here,
    )


async def show(viewer: Viewer, follow: Follow) -> Card:
    """One follow, and what can be done about it."""
    what = await describe(viewer.services, viewer.scope, follow)
    place = "" if follow.direct else f"<#{follow.where}> · "
    return cards.follow_card(follow, f"**{follow.id}** {place}{what} · {strings.state(follow)}", here=None)


async def listing(viewer: Viewer, member: int, channel: int | None, now: datetime) -> Card:
    """What the member follows, and what this channel (None: every channel of the server) does."""
    guild = viewer.scope.guild or 0
    own = await viewer.services.follows.follows(guild, member)
    channels = await viewer.services.follows.follows(guild, channel)
    named_own = [(of, await title(viewer.services, viewer.scope, of)) for of in own]
    named_channels = [(of, await title(viewer.services, viewer.scope, of)) for of in channels]
    held = await viewer.services.follows.held_back(guild, member, now)
    nothing = strings.NONE.format(add=viewer.mention_command("follow add"))
    more = strings.HELD_BACK.format(loads=counted(held, "load"), catchup=viewer.mention_command("catchup"))
    return cards.listing(named_own, named_channels, nothing, more if held else "")


async def describe(services: Services, scope: Scope, follow: Follow) -> str:
    """What is followed, in words."""
    return strings.describe_watch(follow.watch, await title(services, scope, follow))


async def title(services: Services, scope: Scope, follow: Follow) -> str | None:
    """The title of the article that is followed; None where it is none, or not here."""
    if follow.watch.article is None:
        return None
    try:
        return (await services.archive.article(scope, follow.watch.article)).title
    except NotFound:
        return None
