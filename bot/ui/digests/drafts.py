"""Unsaved digests: previews of new and changed ones, and saving them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

import discord
import msgspec

from bot.domain.digests import ContentSource, DigestConfig, Schedule, Timing
from bot.errors import BadInput, NotAllowed, NotFound
from bot.i18n import msg
from bot.ui.digests import cards, post_card, strings
from bot.ui.digests.access import check_manages, managed_schedule
from bot.ui.digests.channel_choice import check_plan, choose_channel, current_channel, require_channel
from bot.ui.digests.form import DigestForm
from bot.ui.digests.option_forms import Change, FormKind, OptionForm
from bot.ui.digests.options import DigestOptions
from bot.ui.kit.card import Card, Colour
from bot.ui.kit.context import Interaction, Viewer, is_age_restricted, person
from bot.ui.kit.format import small
from bot.ui.kit.leave_out import LeaveOutForm
from bot.ui.kit.routes import number as parse_number


@dataclass(frozen=True, slots=True)
class DigestDraft:
    """Unsaved settings of a digest, stored as JSON with these field names. `asked` makes each draft unique,
    even if another has the same settings. `changes` is the id of the digest to change, and `was` are its
    current settings."""

    plan: DigestConfig
    asked: str
    at: datetime
    adult: bool
    changes: int | None = None
    was: DigestConfig | None = None


async def create(viewer: Viewer, interaction: Interaction, options: DigestOptions, now: datetime) -> Card:
    """The preview of a new digest. Raises what `choose_channel`, `DigestOptions.apply` and `check_plan`
    raise."""
    guild = viewer.moderated_guild()
    settings = await viewer.services.settings.get(guild)
    default = settings.digest_channel
    channel = await choose_channel(interaction, options.channel, default, thread=bool(options.thread))
    initial = DigestConfig(guild, channel.id, Timing("daily", zone=settings.zone), ContentSource("newest"))
    config = replace(options.apply(initial, channel), planned_in=interaction.channel_id)
    check_plan(interaction, channel, config)
    draft = DigestDraft(config, str(interaction.id), now, is_age_restricted(channel))
    return await _preview(viewer, draft)


async def create_direct(
    viewer: Viewer, interaction: Interaction, options: DigestOptions, now: datetime
) -> Card:
    """The preview of a digest that the member gets by direct message. Raises NotAllowed("server-only"), and
    what `DigestOptions.apply` raises."""
    guild = viewer.scope.guild
    if guild is None:
        raise NotAllowed("server-only")
    zone = (await viewer.services.settings.get(guild)).zone
    member = interaction.user.id
    initial = DigestConfig(
        guild, member, Timing("daily", zone=zone), ContentSource("newest"), target="direct"
    )
    config = replace(options.apply(initial, None), planned_in=interaction.channel_id)
    return await _preview(viewer, DigestDraft(config, str(interaction.id), now, adult=False))


async def edit(
    viewer: Viewer, interaction: Interaction, number: int, options: DigestOptions, now: datetime
) -> Card:
    """The preview of a changed digest. Raises what `create` raises, and NotFound("no-such-digest")."""
    old = (await managed_schedule(viewer, number)).plan
    if options.channel is None:
        channel = await current_channel(interaction, old)
    else:
        thread = options.opens_thread(old)
        channel = await choose_channel(interaction, options.channel, thread=thread)
    config = options.apply(old, channel)
    if channel is not None:
        check_plan(interaction, channel, config)
    adult = is_age_restricted(channel)
    return await _preview(viewer, DigestDraft(config, str(interaction.id), now, adult, number, old))


async def preview_form(
    viewer: Viewer, interaction: Interaction, number: int, options: DigestOptions, now: datetime
) -> Card:
    """The preview of what a form plans: changes to a digest, or a new one for 0."""
    if number:
        return await edit(viewer, interaction, number, options, now)
    return await create(viewer, interaction, options, now)


async def form(viewer: Viewer, number: int) -> DigestForm:
    """The form of a digest's settings, or of a new one for 0. Raises NotFound("no-such-digest")."""
    if number:
        return DigestForm(await managed_schedule(viewer, number))
    viewer.moderated_guild()
    return DigestForm(None)


async def option_form(viewer: Viewer, kind: str, ref: str) -> discord.ui.Modal:
    """A form of the further settings of a digest or a draft: `posts`, `template` or `filters`. Raises
    NotFound("no-such-digest" | "stale-button")."""
    config = (await _draft_of(viewer, ref)).plan
    if kind == "filters":
        return LeaveOutForm(ref, config.leave_out)
    return OptionForm(cast(FormKind, kind), ref, config)


async def preview_options(
    viewer: Viewer, interaction: Interaction, ref: str, change: Change, now: datetime
) -> Card:
    """The preview of a digest or a draft with the changes of a form. Raises what `option_form` and
    `check_plan` raise."""
    draft = await _draft_of(viewer, ref)
    config = change(draft.plan)
    config.check()
    channel = await current_channel(interaction, config)
    if channel is not None:
        check_plan(interaction, channel, config)
    adult = is_age_restricted(channel)
    return await _preview(viewer, replace(draft, plan=config, asked=str(interaction.id), at=now, adult=adult))


async def _draft_of(viewer: Viewer, ref: str) -> DigestDraft:
    """The draft with this name, or one that changes nothing yet of a digest."""
    if not ref.startswith("n"):
        return await _load(viewer, ref)
    try:
        number = parse_number(ref[1:])
    except ValueError:  # forged
        raise NotFound("stale-button") from None
    schedule = await managed_schedule(viewer, number)
    return DigestDraft(schedule.plan, "", schedule.made_at, False, schedule.id, schedule.plan)


async def _preview(viewer: Viewer, draft: DigestDraft, page: int = 0) -> Card:
    services, config = viewer.services, draft.plan
    digests = services.digests
    post = await digests.preview(config, draft.at, adult=draft.adult)
    past_runs, count = await digests.replay(config, draft.at, adult=draft.adult)
    name = await services.key_value.store_text(msgspec.json.encode(draft).decode(), config.guild)
    runs = digests.runs(config, draft.at)
    content = cards.DigestPreview(post, runs, past_runs, count, draft.changes, viewer.public_language)
    return cards.preview(content, name, page, await post_card.draw_chart(post))


async def draft_page(viewer: Viewer, name: str, page: int = 0) -> Card:
    """A page of the preview of a stored draft. Raises NotFound("stale-button")."""
    return await _preview(viewer, await _load(viewer, name), page)


async def _load(viewer: Viewer, name: str) -> DigestDraft:
    """A draft of this server. Raises NotFound("stale-button")."""
    text = await viewer.services.key_value.load_text(name)
    try:
        draft = msgspec.json.decode(text, type=DigestDraft)
    except msgspec.DecodeError:  # the key of another text
        raise NotFound("stale-button") from None
    if check_manages(viewer, draft.plan) != draft.plan.guild:
        raise NotFound("stale-button")
    return draft


async def save(viewer: Viewer, interaction: Interaction, name: str, now: datetime) -> Card:
    """Saves a stored draft. Raises NotFound("stale-button"), and what `check_plan` raises, except that a
    changed digest may be in a deleted channel."""
    digests = viewer.services.digests
    draft = await _load(viewer, name)
    gone = BadInput("not-a-place-to-post") if draft.changes is None else None
    await require_channel(interaction, draft.plan, gone, planning=True)
    if draft.changes is None or draft.was is None:
        schedule = await digests.create(draft.plan, person(interaction), now, name)
        saved = msg("digest-saved", number=str(schedule.id))
    else:
        guild = draft.plan.guild
        schedule = await digests.edit(guild, draft.changes, draft.was, draft.plan, now)
        saved = msg("digest-changed", number=str(schedule.id))
    if schedule.state == "active":
        then = strings.next_post(schedule.next_at)
    else:
        resume = viewer.mention_command("follow list" if schedule.plan.direct else "digest resume")
        then = msg("digest-still-paused", resume=resume)
    return Card(Colour.ABOUT, saved, small(*summary(schedule)), then)


def summary(schedule: Schedule) -> tuple[str, str, str]:
    """What a digest posts, when and where."""
    config = schedule.plan
    return (
        strings.describe_source(config.choice),
        strings.describe_timing(config.timing),
        msg("digest-direct") if config.direct else f"<#{config.channel}>",
    )
