"""Views of loads: load what was requested and render its card."""

from __future__ import annotations

from typing import Literal

from bot.domain.articles import Scope
from bot.domain.loads import Receipt
from bot.errors import BadInput
from bot.services import Services
from bot.ui.browse import views as browsing
from bot.ui.kit.card import Card
from bot.ui.kit.context import Viewer
from bot.ui.kit.limits import MAX_ATTACHMENT_BYTES
from bot.ui.loads import cards

MAX_LOADS = 25
StatsBy = Literal["month", "source", "subreddit"]


async def loads(viewer: Viewer) -> Card:
    """The last loads of the server's own archive."""
    receipts = await viewer.services.loads.recent(viewer.moderated_guild(), MAX_LOADS)
    return cards.loads(receipts, viewer.mention_command("archive load"))


async def receipt(viewer: Viewer, load: int) -> Card:
    """The receipt of a load of the server's own archive."""
    return await receipt_card(viewer.services, await own_receipt(viewer, load))


async def undo_question(viewer: Viewer, load: int, message: int = 0) -> Card:
    """Asks for confirmation before a load is undone; `message` is the id of its receipt's message, or 0.
    Raises BadInput("already-undone")."""
    receipt = await own_receipt(viewer, load)
    if receipt.state == "undone":
        raise BadInput("already-undone", load=load)
    return cards.undo_question(receipt, message)


async def stats(viewer: Viewer, by: StatsBy | None = None) -> Card:
    """The statistics of the server's own archive and of the shared one, or the threads of both by month,
    source or subreddit."""
    viewer.moderated_guild()
    if by is not None:
        return await browsing.values(viewer, by)
    own = await viewer.services.archive.stats(Scope(viewer.moderated_guild(), shared=False))
    shared = await viewer.services.archive.stats(Scope(None, shared=True)) if viewer.scope.shared else None
    return cards.stats(own, shared, viewer.mention_command("archive load"))


async def own_receipt(viewer: Viewer, load: int) -> Receipt:
    """The receipt of a load of the server's own archive, for its moderators."""
    return await viewer.services.loads.receipt(viewer.moderated_guild(), load)


async def receipt_card(services: Services, receipt: Receipt) -> Card:
    """A receipt with the file of rejections, truncated to what can be attached."""
    if not receipt.rejected:
        return cards.receipt(receipt)
    rejected = await services.loads.rejects(receipt.guild, receipt.load, MAX_ATTACHMENT_BYTES)
    return cards.receipt(receipt, *rejected)
