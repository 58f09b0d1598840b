"""From what `/digest` asks for to the card that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.domain.digests import Entry, Plan
from bot.domain.loads import Person
from bot.domain.search import Filters
from bot.errors import NotAllowed, NotFound
from bot.services import Services
from bot.ui.digests import cards as schedule_cards
from bot.ui.digests import post_card, strings
from bot.ui.kit import notices, routes
from bot.ui.kit.card import Card
from bot.ui.kit.context import Viewer
from bot.ui.kit.markdown import time
from bot.ui.kit.routes import SearchRoute, serialize_search
from bot.ui.search import cards

MAX_TOPIC_ARTICLES = 5
"""Articles in a digest of a topic."""


@dataclass(frozen=True, slots=True)
class DigestDraft:
    """A plan that is shown and may be saved; `asked` tells it from the same plan of another time. `changes`
    is the number of the digest that it changes, and `was` the plan that this has."""

    plan: Plan
    asked: str
    at: datetime
    adult: bool
    changes: int | None = None
    was: Plan | None = None


async def preview(services: Services, draft: DigestDraft, page: int = 0) -> Card:
    """What the plan would post, when, what it would have posted, and the choice to save it."""
    digests, plan = services.digests, draft.plan
    runs = digests.runs(plan, draft.at)
    post = await digests.preview(plan, draft.at, adult=draft.adult)
    replayed, slots = await digests.replay(plan, draft.at, adult=draft.adult)
    name = await services.key_value.store_text(msgspec.json.encode(draft).decode())
    content = schedule_cards.DigestPreview(post, runs, replayed, slots, draft.changes)
    return schedule_cards.preview(content, name, page, await post_card.draw_chart(post))


async def draft_page(viewer: Viewer, name: str, page: int) -> Card:
    """A page of the preview of a kept draft. Raises NotFound("stale-button")."""
    guild = viewer.moderated_guild()
    return await preview(viewer.services, await load_draft(viewer.services, name, guild), page)


async def load_draft(services: Services, name: str, guild: int) -> DigestDraft:
    """The draft of this name, of this server. Raises NotFound("stale-button")."""
    draft = msgspec.json.decode(await services.key_value.load_text(name), type=DigestDraft)
    if draft.plan.guild != guild:
        raise NotFound("stale-button")
    return draft


async def save(viewer: Viewer, draft: DigestDraft, name: str, by: Person, now: datetime) -> Card:
    """Stores the plan of a kept draft, and tells when it is due."""
    guild = viewer.moderated_guild()
    digests = viewer.services.digests
    text = strings.SAVED
    if draft.changes is None or draft.was is None:
        schedule = await digests.create(draft.plan, by, now, name)
    else:
        schedule = await digests.edit(guild, draft.changes, draft.was, draft.plan, now)
        text = strings.CHANGED if schedule.state == "active" else strings.STILL_PAUSED
    return notices.text(
        text.format(
            number=schedule.id,
            what=strings.describe_source(schedule.plan.choice),
            when=strings.describe_timing(schedule.plan.timing),
            channel=schedule.plan.channel,
            next=time(schedule.next_at, "F") if schedule.next_at else "never",
            resume=viewer.mention_command("digest resume"),
        )
    )


async def listing(viewer: Viewer) -> Card:
    """All schedules of the server."""
    schedules = await viewer.services.digests.schedules(viewer.moderated_guild())
    return schedule_cards.listing(schedules, viewer.mention_command("digest create"))


async def show(viewer: Viewer, number: int) -> Card:
    """One schedule."""
    guild = viewer.moderated_guild()
    schedule = await viewer.services.digests.schedule(guild, number)
    past = await viewer.services.digests.history(guild, number, 1)
    return schedule_cards.show(schedule, past[0] if past else None)


async def resume(viewer: Viewer, number: int, now: datetime) -> Card:
    """Goes on with a schedule."""
    schedule = await viewer.services.digests.resume(viewer.moderated_guild(), number, now)
    next_at = time(schedule.next_at, "F") if schedule.next_at else "never"
    return notices.text(strings.RESUMED.format(number=number, next=next_at))


async def delete(viewer: Viewer, number: int) -> Card:
    """Deletes a schedule."""
    schedule = await viewer.services.digests.delete(viewer.moderated_guild(), number)
    what = strings.describe_source(schedule.plan.choice)
    return notices.text(strings.DELETED.format(number=number, what=what, channel=schedule.plan.channel))


async def run_now(viewer: Viewer, number: int, now: datetime) -> Card:
    """Asks for a post now."""
    schedule = await viewer.services.digests.run_now(viewer.moderated_guild(), number, now)
    return notices.text(strings.RUNNING.format(number=number, channel=schedule.plan.channel))


async def history(viewer: Viewer, number: int, offset: int = 0) -> Card:
    """What became of the slots from `offset` on, the last ones first."""
    guild = viewer.moderated_guild()
    schedule = await viewer.services.digests.schedule(guild, number)
    # One more tells whether there are any before.
    past = await viewer.services.digests.history(guild, number, schedule_cards.HISTORY_PAGE_SIZE + 1, offset)
    return schedule_cards.history(
        schedule,
        past[: schedule_cards.HISTORY_PAGE_SIZE],
        offset,
        more=len(past) > schedule_cards.HISTORY_PAGE_SIZE,
    )


async def why(
    viewer: Viewer, number: int, now: datetime, ref: str | None, at: datetime | None, *, adult: bool
) -> Card:
    """Why an article or a slot's articles were posted or not; `adult` is a channel for adults."""
    guild = viewer.moderated_guild()
    article = await viewer.services.archive.article(viewer.scope, ref) if ref is not None else None
    explanation = await viewer.services.digests.why(
        guild, number, now, article.id if article else None, at, adult=adult
    )
    return schedule_cards.why(explanation, article.title if article else None)


async def why_delivery(viewer: Viewer, number: int) -> Card:
    """Why a post shows what it shows; for everybody who can see the post."""
    if viewer.scope.guild is None:
        raise NotAllowed("server-only")
    return schedule_cards.why(await viewer.services.digests.account(viewer.scope.guild, number), None)


async def topic(viewer: Viewer, query: str) -> Card:
    """A digest of one topic, with an address under which it can be shared."""
    services = viewer.services
    page = await services.archive.search(viewer.scope, query, limit=MAX_TOPIC_ARTICLES)
    if not page.hits:
        stats = await services.archive.stats(viewer.scope)
        if not stats.articles:
            return notices.text(viewer.empty_notice())
        return cards.no_hits(page, SearchRoute(serialize_search(query[:60], Filters())), Filters(), stats)
    entries = []
    for hit in page.hits:
        article = await services.archive.article(viewer.scope, hit.article)
        entries.append(Entry(article, summary=await services.archive.summary(viewer.scope, hit.article, 2)))
    here = routes.topic(await services.key_value.store_text(query))
    return post_card.render_topic(query, page.instead, entries, here, share=viewer.can_share)


async def topic_at(viewer: Viewer, name: str) -> Card:
    """The digest of a kept topic. Raises NotFound("stale-button")."""
    return await topic(viewer, await viewer.services.key_value.load_text(name))
