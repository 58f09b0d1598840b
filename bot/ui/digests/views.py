"""Views of `/digest`: carry out what was requested and render its card."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from bot.domain.digests import DigestEntry
from bot.domain.search import Filters
from bot.errors import BadInput, NotAllowed, UserError
from bot.i18n import msg
from bot.ui.digests import cards, post_card, strings
from bot.ui.digests.access import managed_schedule
from bot.ui.digests.channel_choice import current_channel, require_channel
from bot.ui.digests.drafts import summary
from bot.ui.kit import notices, routes
from bot.ui.kit.card import Card, Colour
from bot.ui.kit.context import Interaction, Viewer, is_age_restricted
from bot.ui.kit.format import small
from bot.ui.kit.routes import SearchRoute, serialize_search
from bot.ui.search.cards import no_hits

MAX_TOPIC_ARTICLES = 5


async def listing(viewer: Viewer) -> Card:
    """All digests of the server."""
    schedules = await viewer.services.digests.schedules(viewer.moderated_guild())
    return cards.listing(schedules, viewer.mention_command("digest create"))


async def show(viewer: Viewer, number: int) -> Card:
    """One digest."""
    schedule = await managed_schedule(viewer, number)
    last = await viewer.services.digests.history(schedule.plan.guild, number, 1)
    return cards.show(schedule, last[0] if last else None)


async def confirm_deletion(viewer: Viewer, number: int) -> Card:
    """The question whether to delete a digest."""
    return cards.deletion(await managed_schedule(viewer, number))


async def pause_several(viewer: Viewer, numbers: Sequence[int]) -> Card:
    """Pauses digests, those that others have deleted or paused meanwhile excepted, and renders the list."""
    guild = viewer.moderated_guild()
    for number in numbers:
        with suppress(UserError):
            await viewer.services.digests.pause(guild, number)
    return await listing(viewer)


async def pause(viewer: Viewer, number: int) -> Card:
    """Pauses a digest."""
    schedule = await managed_schedule(viewer, number)
    await viewer.services.digests.pause(schedule.plan.guild, number)
    resume = viewer.mention_command("digest resume")
    return notices.text(msg("digest-paused", number=str(number), resume=resume))


async def resume(viewer: Viewer, interaction: Interaction, number: int, now: datetime) -> Card:
    """Resumes a digest. Raises what `require_channel` raises."""
    guild = await _require_channel_of(viewer, interaction, number)
    schedule = await viewer.services.digests.resume(guild, number, now)
    return Card(Colour.ABOUT, msg("digest-resumed", number=str(number)), strings.next_post(schedule.next_at))


async def delete(viewer: Viewer, number: int) -> Card:
    """Deletes a digest."""
    schedule = await managed_schedule(viewer, number)
    await viewer.services.digests.delete(schedule.plan.guild, number)
    return Card(Colour.ABOUT, msg("digest-deleted", number=str(number)), small(*summary(schedule)))


async def run_now(viewer: Viewer, interaction: Interaction, number: int, now: datetime) -> Card:
    """Posts a digest now. Raises what `require_channel` raises."""
    guild = await _require_channel_of(viewer, interaction, number)
    schedule = await viewer.services.digests.run_now(guild, number, now)
    if schedule.plan.direct:
        return notices.text(msg("digest-running-direct", number=str(number)))
    return notices.text(msg("digest-running", number=str(number), channel=str(schedule.plan.channel)))


async def _require_channel_of(viewer: Viewer, interaction: Interaction, number: int) -> int:
    """The id of the server of a digest that can be posted."""
    schedule = await managed_schedule(viewer, number)
    await require_channel(interaction, schedule.plan, BadInput("channel-gone", schedule=number))
    return schedule.plan.guild


async def history(viewer: Viewer, number: int, offset: int = 0) -> Card:
    """The deliveries of a digest from `offset` on, newest first."""
    schedule, size = await managed_schedule(viewer, number), cards.HISTORY_PAGE_SIZE
    deliveries = await viewer.services.digests.history(schedule.plan.guild, number, size + 1, offset)
    return cards.history(schedule, deliveries[:size], offset, more=len(deliveries) > size)


async def why(
    viewer: Viewer,
    interaction: Interaction,
    number: int,
    now: datetime,
    ref: str | None,
    at: datetime | None,
) -> Card:
    """Why an article (or the articles of the delivery nearest to `at`) was posted or not."""
    config = (await managed_schedule(viewer, number)).plan
    guild, channel = config.guild, await current_channel(interaction, config)
    adult = is_age_restricted(channel)
    article = None if ref is None else await viewer.services.archive.article(viewer.scope, ref)
    explanations = viewer.services.digest_explanations
    explanation = await explanations.explain(
        guild, number, now, article.id if article else None, at, adult=adult
    )
    return cards.why(explanation, article.title if article else None)


async def why_delivery(viewer: Viewer, number: int) -> Card:
    """Why a post contains its articles; for everybody who can see the post."""
    explanations, guild = viewer.services.digest_explanations, viewer.scope.guild
    if guild is None:
        guild = await explanations.guild_of_direct(number, viewer.member)
    if guild is None:
        raise NotAllowed("server-only")
    return cards.why(await explanations.explain_delivery(guild, number, viewer.member), None)


async def topic(viewer: Viewer, query: str) -> Card:
    """A digest of one topic, with a route to share it."""
    archive = viewer.services.archive
    page = await archive.search(viewer.scope, query, limit=MAX_TOPIC_ARTICLES)
    if not page.hits:
        stats = await archive.stats(viewer.scope)
        if not stats.articles:
            return notices.text(viewer.empty_notice(stats))
        return no_hits(page, SearchRoute(serialize_search(query[:60], Filters())), Filters(), stats)
    entries = []
    for hit in page.hits:
        article = await archive.article(viewer.scope, hit.article)
        summary = await archive.summary(viewer.scope, hit.article, 2)
        entries.append(DigestEntry(article, summary=summary, hit=hit))
    here = routes.topic(await viewer.services.key_value.store_text(query, viewer.scope.guild))
    return post_card.render_topic(page, entries, here, share=viewer.can_share)


async def topic_at(viewer: Viewer, name: str) -> Card:
    """The digest of a stored topic. Raises NotFound("stale-button")."""
    return await topic(viewer, await viewer.services.key_value.load_text(name))
