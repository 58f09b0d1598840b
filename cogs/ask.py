"""Questions: by command, by button and form, about a message, and by mention."""

from __future__ import annotations

from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import NotFound
from bot.ui.ask import views
from bot.ui.ask.mentions import hear
from bot.ui.ask.modal import AskModal, asked_in
from bot.ui.ask.question_state import Asked, carried
from bot.ui.kit import autocomplete
from bot.ui.kit.autocomplete import TITLE, When
from bot.ui.kit.context import Desk, Interaction, reader
from bot.ui.kit.responses import answer, fail, turn
from bot.ui.navigation import Pressed
from bot.ui.posting import post_article


class Ask(commands.Cog):
    """Answers with proof, or an honest no."""

    def __init__(self, bot: Desk) -> None:
        self.bot = bot
        self.about = app_commands.ContextMenu(name="Ask about this", callback=self.ask_about)

    async def cog_load(self) -> None:
        self.bot.tree.add_command(self.about)

    async def cog_unload(self) -> None:
        self.bot.tree.remove_command(self.about.name, type=self.about.type)

    @app_commands.command()
    @app_commands.describe(
        question="In your own words",
        article="Ask this article and its comments only; pick one from the list",
        source="Only articles of this site",
        after="Not older than: 2024, 2024-03-12, 3 days ago",
        before="Older than: 2024, 2024-03-12, 3 days ago",
    )
    @app_commands.autocomplete(article=autocomplete.titles, source=autocomplete.sources)
    async def ask(
        self,
        interaction: Interaction,
        question: app_commands.Range[str, 1, 300],
        article: TITLE | None = None,
        source: app_commands.Range[str, 1, 100] | None = None,
        after: app_commands.Transform[datetime, When] | None = None,
        before: app_commands.Transform[datetime, When] | None = None,
    ) -> None:
        """Ask the archive: it answers with quotes, or says that it does not say"""
        articles = []
        if article is not None:
            asker = await reader(interaction)
            articles = [(await asker.library.article(asker.scope, article)).id]
        asked = Asked.of(question, articles, source=source, after=after, before=before)
        await views.respond(interaction, asked)

    async def ask_about(self, interaction: Interaction, message: discord.Message) -> None:
        asker = await reader(interaction)
        articles = await views.articles_of(asker, message, interaction.client.user)
        await interaction.response.send_modal(AskModal(articles))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        try:
            asked = asked_in(interaction)
            if asked is not None:
                await views.respond(interaction, asked)
        except Exception as error:
            await fail(interaction, error)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        await hear(self.bot, message)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        if await views.article_of_thread(self.bot, thread.thread_id) is not None:
            await views.forget_thread(self.bot, thread.thread_id)


class AnswerButton(Pressed, template=r"ask(?P<verb>why|show|all|related|share|more)\d+:\..*"):
    """The buttons of an answer, which carry the question between them."""

    async def pressed(self, interaction: Interaction) -> None:
        message = interaction.message
        asked = carried(message) if message is not None else None
        if message is None or asked is None:
            raise NotFound("stale-button")
        match self.found["verb"]:
            case "why":
                await turn(interaction, lambda asker: views.why(asker, asked))
            case "show":
                await turn(interaction, lambda asker: views.again(asker, asked))
            case "related":
                await answer(interaction, lambda asker: views.related(asker, asked))
            case "share":
                await views.share(interaction, asked)
            case "all":
                interaction.client.cooldown.take(interaction.user.id, interaction.channel_id or 0)
                await turn(interaction, lambda asker: views.first(asker, asked.everywhere()))
            case _:
                shown = await views.led_to(await reader(interaction), message)
                await interaction.response.send_modal(AskModal(shown))


class ArticleButton(Pressed, template=r"(?P<verb>about|discuss)\d+:(?P<article>\d+)"):
    """The ways from an article's card to questions about it, and to a thread for it."""

    async def pressed(self, interaction: Interaction) -> None:
        article = int(self.found["article"])
        if self.found["verb"] == "discuss":
            await post_article(interaction, str(article), None, thread=True)
        else:
            await interaction.response.send_modal(AskModal([article]))


async def setup(bot: Desk) -> None:
    bot.add_dynamic_items(AnswerButton, ArticleButton)
    await bot.add_cog(Ask(bot))
