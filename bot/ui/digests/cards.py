"""Scheduled digests as cards: previews, lists, settings and delivery histories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import discord
from discord import ui

from bot.domain.digests import Decision, Delivery, DigestConfig, DigestPost, Explanation, PastRun, Schedule
from bot.domain.recurrence import Occurrence
from bot.i18n import ENGLISH, formats, msg, use_language
from bot.ui.digests import post_card, strings
from bot.ui.kit import notices, routes
from bot.ui.kit.card import Button, Card, Colour, RouteOption
from bot.ui.kit.format import dotted, small
from bot.ui.kit.limits import MAX_OPTION_TEXT, MAX_OPTIONS
from bot.ui.kit.markdown import line, time
from bot.ui.kit.truncate import label, truncate, utf16_length

PREVIEW_FOOTER_ROOM = 700
"""The UTF-16 units reserved below the longest post in a preview, for the lines about the digest."""
HISTORY_PAGE_SIZE = 10
"""The number of deliveries on one card of a history."""
MAX_PAST_RUNS = 7
"""The most past runs that a preview lists individually."""
MAX_LISTED_DECISIONS = 12


@dataclass(frozen=True, slots=True)
class DigestPreview:
    """An unsaved digest: its post if it ran now, its next runs, and its past runs: `past_run_count` in the
    last 7 days, and what the latest of them would have posted. `digest_id` is the digest that it changes,
    `language` that of the post."""

    post: DigestPost
    runs: Sequence[Occurrence]
    past_runs: Sequence[PastRun]
    past_run_count: int
    digest_id: int | None = None
    language: str = ENGLISH


def preview(content: DigestPreview, draft: str, page: int = 0, picture: bytes | None = None) -> Card:
    """The post as it would be now, the next and past runs, and the buttons to save; on two cards if one is
    too small."""
    config, number = content.post.plan, content.digest_id
    about = [
        small(msg("digest-preview-of-change", number=str(number)) if number else msg("digest-preview")),
        _where(config),
        small(strings.describe_options(config), strings.describe_posts(config)),
    ]
    runs = [_next_runs(content), _past_runs(content)]
    card = Card(Colour.ARTICLE)
    if page == 0:
        _add_post(card, content, picture)
        if card.remaining_text < utf16_length("\n".join(about)):
            card = Card(Colour.ARTICLE)
            card.remaining_text -= PREVIEW_FOOTER_ROOM
            _add_post(card, content, picture)
            card.remaining_text += PREVIEW_FOOTER_ROOM
        card.add_separator()
    needed = sum(utf16_length(text) + 1 for text in (*about, *runs))
    whole = page == 0 and card.remaining_text > needed
    card.add_text(*about)
    for block in runs if page or whole else ():
        card.add_text(block)
    card.add_buttons(
        Button(msg("digest-show-post"), routes.draft(draft)) if page else None,
        Button(msg("digest-show-times"), routes.draft(draft, 1)) if not page and not whole else None,
        Button(msg("button-save"), draft, "plan"),
        Button(msg("button-cancel"), "-", "plan"),
    )
    card.add_buttons(*_option_buttons(draft, config))
    return card


def _option_buttons(ref: str, config: DigestConfig) -> tuple[Button | None, ...]:
    """The buttons that open the forms of further settings, of a draft or a digest."""
    return (
        None if config.direct else Button(msg("digest-posts"), f"posts.{ref}", "options"),
        Button(msg("digest-template"), f"template.{ref}", "options"),
        Button(msg("leave-out-button"), f"filters.{ref}", "options"),
    )


def _add_post(card: Card, content: DigestPreview, picture: bytes | None) -> None:
    post = content.post
    more = len(post.entries) - 1 if post.each else 0
    with use_language(content.language):
        post_card.write(card, replace(post, entries=post.entries[:1]) if more else post, picture)
    if more:
        card.add_text(small(msg("digest-more-posts", count=more)))


def _next_runs(content: DigestPreview) -> str:
    """The next runs, each with the reason if it is moved."""
    timing = content.post.plan.timing
    at = strings.time_of_day(timing.minute)
    lines = [msg("digest-next-runs")]
    before: timedelta | None = None
    for run in content.runs:
        offset = run.at.astimezone(timing.zone_info()).utcoffset()
        changed = before is not None and offset != before and not run.moved
        before = offset
        notes = [
            msg("digest-run-moved", every=timing.every, time=at) if run.moved else "",
            msg("digest-run-held") if run.held else "",
            msg("digest-run-clocks-change", zone=line(timing.zone)) if changed else "",
        ]
        lines.append(dotted(time(run.at, "F"), *notes))
    return "\n".join(lines)


def _past_runs(content: DigestPreview) -> str:
    """What the digest would have posted in the last 7 days, with the last runs listed; without those that
    it would have skipped."""
    left_out = sum(run.left_out for run in content.past_runs)
    filtered = small(msg("digest-past-left-out", count=left_out)) if left_out else ""
    if not any(run.titles for run in content.past_runs):
        return "\n".join(filter(None, (small(msg("digest-no-past-runs")), filtered)))
    earlier, listed = content.past_runs[:-MAX_PAST_RUNS], content.past_runs[-MAX_PAST_RUNS:]
    lines = [msg("digest-past-runs")]
    if len(listed) < content.past_run_count:
        articles = sum(len(run.titles) for run in earlier)
        runs = content.past_run_count - len(listed)
        lines.append(small(msg("digest-earlier-past-runs", runs=runs, articles=articles)))
    posted = [run for run in listed if run.titles or not content.post.plan.skip_empty]
    for run in posted or listed:
        titles = [truncate(title, 70) for title in run.titles[:2]] or [msg("digest-past-run-empty")]
        more = len(run.titles) - 2
        lines.append(dotted(time(run.at, "f"), *titles, msg("digest-more", count=more) if more > 0 else ""))
    return "\n".join(filter(None, (*lines, filtered)))


def listing(schedules: Sequence[Schedule], create: str) -> Card:
    """All digests of a server, each with its next run and as many of its settings as fit."""
    new = Button(msg("digest-new"), "new.0", "schedule")
    if not schedules:
        card = notices.text(msg("digest-list-empty", create=create))
        card.add_buttons(new)
        return card
    card = notices.text(msg("digest-list", count=len(schedules)))
    room = (card.remaining_text - 100) // len(schedules)
    card.add_text("\n".join(_line(schedule, room) for schedule in schedules))
    names = {schedule.id: f"{schedule.id}. {strings.describe(schedule.plan)}" for schedule in schedules}
    card.add_select(
        msg("digest-open"), [RouteOption(name, routes.schedule(id_)) for id_, name in names.items()], "go"
    )
    running = [schedule.id for schedule in schedules if schedule.state == "active"][:MAX_OPTIONS]
    if len(running) > 1:
        options = [
            discord.SelectOption(label=label(names[id_], MAX_OPTION_TEXT), value=str(id_)) for id_ in running
        ]
        card.add_row(
            ui.Select[Any](
                custom_id="pausing1:-",
                placeholder=msg("digest-pause-several"),
                max_values=len(options),
                options=options,
            )
        )
    card.add_buttons(new)
    return card


def add_direct(card: Card, schedules: Sequence[Schedule]) -> None:
    """Adds the digests that a member gets by direct message, with a menu to open one."""
    if not schedules:
        return
    room = max(40, (card.remaining_text - 100) // len(schedules))
    card.add_text(msg("digest-list-direct"), *(_line(schedule, min(room, 300)) for schedule in schedules))
    options = [
        RouteOption(f"{schedule.id}. {strings.describe(schedule.plan)}", routes.schedule(schedule.id))
        for schedule in schedules
    ]
    card.add_select(msg("digest-open"), options, "go")


def show(schedule: Schedule, last: Delivery | None) -> Card:
    """A digest with all settings and its last delivery."""
    card = Card(Colour.ABOUT)
    card.add_text(
        _title(schedule),
        _where(schedule.plan),
        small(strings.describe_options(schedule.plan), strings.describe_posts(schedule.plan)),
        msg("digest-status", state=strings.state(schedule)),
    )
    card.add_text(
        strings.next_post(schedule.next_at) if schedule.state == "active" else "",
        msg("digest-last-run", run=_delivery_line(last)) if last else "",
        small(msg("digest-created-by", name=line(schedule.by.name), when=time(schedule.made_at, "f"))),
    )
    running = schedule.state == "active"
    card.add_buttons(
        Button(msg("digest-edit"), f"edit.{schedule.id}", "schedule"),
        Button(msg("button-pause"), f"pause.{schedule.id}", "schedule")
        if running
        else Button(msg("button-resume"), f"resume.{schedule.id}", "schedule"),
        Button(msg("digest-run"), f"run.{schedule.id}", "schedule"),
        Button(msg("digest-history"), routes.history(schedule.id)),
        Button(msg("digest-delete"), f"ask.{schedule.id}", "schedule", danger=True),
        None if schedule.plan.direct else Button(msg("digest-all"), routes.schedules()),
        *_option_buttons(f"n{schedule.id}", schedule.plan),
    )
    return card


def deletion(schedule: Schedule) -> Card:
    """The question whether to delete a digest."""
    card = Card(Colour.ABOUT, msg("digest-delete-question", number=str(schedule.id)), _where(schedule.plan))
    card.add_buttons(
        Button(msg("digest-delete-confirm"), f"delete.{schedule.id}", "schedule", danger=True),
        Button(msg("button-keep"), routes.schedule(schedule.id)),
    )
    return card


def history(schedule: Schedule, deliveries: Sequence[Delivery], offset: int, *, more: bool) -> Card:
    """A page of deliveries, newest first; `more` is whether there are older ones."""
    card = notices.text(_title(schedule))
    if not deliveries:
        card.add_text(msg("digest-not-run"), strings.next_post(schedule.next_at))
    card.add_text("\n".join(map(_delivery_line, deliveries)))
    newer = routes.history(schedule.id, max(0, offset - HISTORY_PAGE_SIZE)) if offset else None
    older = routes.history(schedule.id, offset + len(deliveries)) if more else None
    marked = any(strings.since(delivery) == "marked" for delivery in deliveries)
    card.add_buttons(
        *((Button("‹", newer), Button("›", older)) if newer or older else ()),
        Button(msg("button-redact-posts"), "-", "redact", danger=True) if marked else None,
    )
    options = [
        RouteOption(
            dotted(formats.minute(delivery.due_at), strings.outcome(delivery)),
            routes.why_delivery(delivery.id),
        )
        for delivery in deliveries
    ]
    card.add_select(msg("digest-explain-run"), options)
    return card


def why(explanation: Explanation, title: str | None) -> Card:
    """Why the article with this title (None: all articles of a delivery) was posted or not, and the next
    slot."""
    schedule = explanation.schedule
    card = _why_delivery(explanation) if title is None else _why_article(explanation, title)
    if explanation.next_at:
        card.add_text(small(strings.next_post(explanation.next_at)))
    else:
        card.add_text(small(msg("digest-status", state=strings.state(schedule))))
    if title is not None:
        card.add_text(small(strings.describe_next_chance(explanation.now, schedule.plan.choice)))
    return card


def _why_delivery(explanation: Explanation) -> Card:
    card = notices.text(_title(explanation.schedule))
    quiet = explanation.schedule.plan.quiet
    if explanation.quiet and quiet:
        start, end = map(strings.time_of_day, quiet)
        card.add_text(msg("digest-asked-quiet", start=start, end=end))
    delivery = explanation.delivery
    if delivery is None:
        card.add_text(msg("digest-asked-future" if explanation.to_come else "digest-not-run"))
        return card
    card.add_text(_delivery_line(delivery))
    links = delivery.links
    decisions = delivery.decisions[:MAX_LISTED_DECISIONS]
    card.add_text("\n".join(_decision_line(decision, links.get(decision.article)) for decision in decisions))
    more = len(delivery.decisions) - MAX_LISTED_DECISIONS
    card.add_text(small(msg("digest-more-skipped", count=more)) if more > 0 else "")
    return card


def _why_article(explanation: Explanation, title: str) -> Card:
    schedule, delivery, decision = explanation.schedule, explanation.delivery, explanation.decision
    card = notices.text(f"### {truncate(title, 300)}")
    if delivery is None:
        card.add_text(msg("digest-not-run"))
    elif decision is None:
        what = strings.describe_source(schedule.plan.choice)
        card.add_text(msg("digest-never-considered", what=what))
    else:
        name = msg("digest-name", number=str(schedule.id))
        card.add_text(dotted(name, strings.rule(decision)), _delivery_line(delivery))
    return card


def _title(schedule: Schedule) -> str:
    what = strings.describe_source(schedule.plan.choice)
    return msg("digest-title", number=str(schedule.id), what=what)


def _where(config: DigestConfig) -> str:
    where = msg("digest-where-direct") if config.direct else msg("digest-where", channel=str(config.channel))
    return dotted(where, strings.describe_timing(config.timing))


def _line(schedule: Schedule, room: int) -> str:
    if schedule.state == "active" and schedule.next_at:
        state = msg("digest-next", when=time(schedule.next_at, "R"))
    else:
        state = strings.state(schedule)
    short = truncate(state, room // 2) if schedule.reason else state
    where = "" if schedule.plan.direct else f"<#{schedule.plan.channel}> · "
    head = f"**{schedule.id}** {where}{short} · "
    return head + truncate(strings.describe(schedule.plan), room - utf16_length(head))


def _delivery_line(delivery: Delivery) -> str:
    requested = msg("digest-on-request") if delivery.manual else ""
    return dotted(time(delivery.due_at, "f"), strings.outcome(delivery), requested, delivery.link or "")


def _decision_line(decision: Decision, link: str | None) -> str:
    # The reader's channel may not be age-restricted.
    title = msg("digest-over-18") if decision.rule == "over-18" else truncate(decision.title, 120)
    return dotted(f"**{title}**" if decision.picked else title, strings.rule(decision), link or "")
