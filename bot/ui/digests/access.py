"""Who manages a digest: the moderators of its server, or the member to whom it is sent."""

from __future__ import annotations

from bot.domain.digests import DigestConfig, Schedule
from bot.errors import NotAllowed, NotFound
from bot.ui.kit.context import Viewer


async def managed_schedule(viewer: Viewer, number: int) -> Schedule:
    """A digest that the viewer manages. Raises NotAllowed("server-only" | "moderators-only") and
    NotFound("no-such-schedule")."""
    guild = viewer.scope.guild
    if guild is None:
        raise NotAllowed("server-only")
    try:
        schedule = await viewer.services.digests.schedule(guild, number)
    except NotFound:
        viewer.moderated_guild()
        raise
    if schedule.plan.direct and schedule.plan.channel != viewer.member:
        viewer.moderated_guild()
        # What a member gets is nobody else's business, not even that it exists.
        raise NotFound("no-such-schedule", schedule=number)
    check_manages(viewer, schedule.plan)
    return schedule


def check_manages(viewer: Viewer, config: DigestConfig) -> int:
    """The id of the digest's server, if the viewer can manage such a digest. Raises
    NotAllowed("moderators-only")."""
    guild = viewer.scope.guild
    if guild is not None and config.direct and config.channel == viewer.member:
        return guild
    return viewer.moderated_guild()
