"""Buttons and select menus that open other cards."""

from __future__ import annotations

from bot.i18n import msg
from bot.ui import router
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.context import Interaction
from bot.ui.kit.posted_cards import share
from bot.ui.kit.responses import respond, update
from bot.ui.kit.routes import NAVIGATION_VERBS, SELECT_VERBS, custom_id_pattern


class NavigationButton(DynamicComponent, template=custom_id_pattern(NAVIGATION_VERBS, "(?P<route>.+)")):
    """A button that shows another card, or shares this one."""

    async def on_press(self, interaction: Interaction) -> None:
        route = self.match["route"]
        if self.match["verb"] == "share":
            who = interaction.user.mention
            await share(interaction, router.opener(route), route, lambda: msg("shared-by", who=who))
        else:
            await update(interaction, router.opener(route))


class NavigationSelect(DynamicComponent, template=custom_id_pattern(SELECT_VERBS, r"(?:-|\..*)")):
    """A select menu of cards; the chosen card is opened as a new message or in place."""

    async def on_press(self, interaction: Interaction) -> None:
        show = update if self.match["verb"] == "go" else respond
        await show(interaction, router.opener(self.chosen))
