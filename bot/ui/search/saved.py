"""Saved searches: a list to run them from, and the form that names one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import discord
from discord import ui

from bot.domain.saved_searches import MAX_SAVED, MAX_SEARCH_NAME, SavedSearch, SearchSpec
from bot.errors import NotFound
from bot.i18n import msg
from bot.ui.kit import notices, routes
from bot.ui.kit.card import Card, Colour, RouteOption
from bot.ui.kit.component_tree import field_value
from bot.ui.kit.context import Interaction, Viewer
from bot.ui.kit.format import dotted, small
from bot.ui.kit.markdown import line
from bot.ui.kit.stored_searches import load_search, search_route
from bot.ui.kit.truncate import truncate
from bot.ui.search import strings, views

_FORM = re.compile(r"savesearch:(?P<route>.+)")


class SaveSearchForm(ui.Modal):
    """A form for the name of the search at a route; `submitted_name` reads it, also after a restart."""

    def __init__(self, route: str) -> None:
        super().__init__(title=msg("saved-form-title"), custom_id=f"savesearch:{route}", timeout=None)
        text: ui.TextInput[SaveSearchForm] = ui.TextInput(custom_id="name", max_length=MAX_SEARCH_NAME)
        self.add_item(ui.Label(text=msg("saved-form-label"), component=text))

    def is_finished(self) -> bool:
        """Always true: a submission is self-contained, so discord.py need not keep the form."""
        return True


def submitted_name(interaction: Interaction) -> tuple[str, str] | None:
    """The route and the name of a submitted form; None for other interactions."""
    data: Mapping[str, Any] = interaction.data or {}
    match = _FORM.fullmatch(str(data.get("custom_id", "")))
    if interaction.type is not discord.InteractionType.modal_submit or match is None:
        return None
    return match["route"], field_value(data, "name")


async def save_route(viewer: Viewer, route: str, name: str) -> Card:
    """Saves the search at a route. Raises NotFound("stale-button") for another route."""
    try:
        kind, values = routes.parse(route)
    except ValueError:
        raise NotFound("stale-button") from None
    if kind is not routes.search:
        raise NotFound("stale-button")
    where, query, filters = await load_search(viewer.services.key_value, values[1], values[2])
    return await save(viewer, name, SearchSpec(query, filters, where.place, where.order), shared=False)


async def save(viewer: Viewer, name: str, search: SearchSpec, *, shared: bool) -> Card:
    """Saves a search under a name."""
    saved = await viewer.services.saved_searches.save(
        viewer.scope, _member(viewer), name, search, shared=shared
    )
    shown = msg("quoted", text=line(saved))
    return notices.text(msg("saved-saved", name=shown, command=viewer.mention_command("searches run")))


async def listing(viewer: Viewer) -> Card:
    """The member's saved searches, and those that others share."""
    member = _member(viewer)
    searches = await viewer.services.saved_searches.searches(viewer.scope, member)
    if not searches:
        return notices.text(msg("saved-none", command=viewer.mention_command("searches save")))
    own = [search for search in searches if search.member == member]
    others = [search for search in searches if search.member != member]
    card = Card(Colour.SEARCH, msg("saved-heading", count=len(own), most=MAX_SAVED))
    card.add_text(*map(_described, own))
    if others:
        card.add_text(msg("saved-shared-heading"), *map(_described, others[:MAX_SAVED]))
    card.add_text(small(msg("saved-hint", command=viewer.mention_command("searches delete"))))
    options = []
    for search in [*own, *others]:
        spec = search.search
        route = await search_route(
            viewer.services.key_value,
            spec.query,
            spec.filters,
            spec.place,
            spec.order,
            guild=viewer.scope.guild,
        )
        options.append(RouteOption(search.name, route.route(0), spec.query))
    card.add_select(msg("saved-run"), options)
    return card


async def run(viewer: Viewer, name: str) -> Card:
    """The hits of a saved search."""
    saved = await viewer.services.saved_searches.named(viewer.scope, _member(viewer), name)
    spec = saved.search
    return await views.search(viewer, spec.query, spec.filters, spec.place, spec.order)


async def delete(viewer: Viewer, name: str) -> Card:
    """Deletes a saved search."""
    saved = await viewer.services.saved_searches.delete(
        viewer.scope, _member(viewer), name, moderator=viewer.moderator
    )
    return notices.text(msg("saved-deleted", name=msg("quoted", text=line(saved.name))))


def _described(saved: SavedSearch) -> str:
    spec = saved.search
    query = msg("quoted", text=truncate(spec.query, 100)) if spec.query else ""
    narrowed = [line(part) for part in strings.search_scope(spec.filters, spec.place)]
    shared = msg("saved-is-shared") if saved.shared else ""
    return dotted(f"**{line(saved.name)}**", query, *narrowed, shared)


def _member(viewer: Viewer) -> int:
    """The one who saves. Raises NotFound("stale-button") for a card that several people see."""
    if viewer.member is None:
        raise NotFound("stale-button")
    return viewer.member
