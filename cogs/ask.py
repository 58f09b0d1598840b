"""Questions by command, by button and form, about a message, and by mention."""

from __future__ import annotations

from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import NotFound
from bot.ui.ask import views
from bot.ui.ask.mentions import on_message
from bot.ui.ask.modal import AskModal, submitted_question
from bot.ui.ask.question_state import QuestionState, question_of
from bot.ui.kit import autocomplete
from bot.ui.kit.autocomplete import DATES_HELP, SEARCH_HELP, TITLE, When
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.context import Interaction, NewsdeskClient, viewer_of
from bot.ui.kit.discussion_threads import erase_thread
from bot.ui.kit.error_reply import reply_error
from bot.ui.kit.language import localized, speak_members_language
from bot.ui.kit.responses import respond, update
from bot.ui.kit.routes import custom_id_pattern
from bot.ui.posting import post_article


class AskCommands(commands.Cog):
    """Answers questions with quotes as evidence, or says that the archive has no answer."""

    def __init__(self, bot: NewsdeskClient) -> None:
        self.bot = bot
        self.about = app_commands.ContextMenu(
            name=localized("menu-ask"),
            callback=self.ask_about,
            extras={"name": "menu-ask", "help": "menu-ask-help"},
        )

    async def cog_load(self) -> None:
        self.bot.tree.add_command(self.about)

    async def cog_unload(self) -> None:
        self.bot.tree.remove_command(self.about.name, type=self.about.type)

    @app_commands.command(description=localized("command-ask"))
    @app_commands.describe(
        question=localized("option-question"),
        article=localized("option-article-to-ask"),
        source=SEARCH_HELP["source"],
        **DATES_HELP,
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
        articles = []
        if article is not None:
            viewer = await viewer_of(interaction)
            articles = [(await viewer.services.archive.article(viewer.scope, article)).id]
        state = QuestionState.parse(question, articles, source=source, after=after, before=before)
        await views.answer_question(interaction, state)

    async def ask_about(self, interaction: Interaction, message: discord.Message) -> None:
        viewer = await viewer_of(interaction)
        articles = await views.articles_of(viewer, message, interaction.client.user)
        await interaction.response.send_modal(AskModal(articles))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        speak_members_language(interaction)
        try:
            question = await submitted_question(interaction)
            if question is not None:
                await views.answer_question(interaction, question)
        except Exception as error:
            await reply_error(interaction, error)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        await on_message(self.bot, message)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        await erase_thread(self.bot, thread.thread_id)


class AnswerButton(DynamicComponent, template=r"ask(?P<verb>why|show|all|related|share|more)\d+:\..*"):
    """The buttons of an answer; together their custom_ids carry the question."""

    async def on_press(self, interaction: Interaction) -> None:
        message = interaction.message
        question = question_of(message) if message is not None else None
        if message is None or question is None:
            raise NotFound("stale-button")
        match self.match["verb"]:
            case "why":
                await update(interaction, lambda viewer: views.why(viewer, question))
            case "show":
                await update(interaction, lambda viewer: views.again(viewer, question))
            case "related":
                await respond(interaction, lambda viewer: views.related(viewer, question))
            case "share":
                await views.share(interaction, question)
            case "all":
                await interaction.client.cooldown.count(interaction.user.id, interaction.channel_id or 0)
                await update(interaction, lambda viewer: views.first(viewer, question.everywhere()))
            case _:
                articles = await views.linked_articles(await viewer_of(interaction), message)
                await interaction.response.send_modal(AskModal(articles))


class ArticleButton(DynamicComponent, template=custom_id_pattern(("about", "discuss"), r"(?P<article>\d+)")):
    """The buttons on an article's card that ask about it or open a thread for it."""

    async def on_press(self, interaction: Interaction) -> None:
        article = self.match["article"]
        if self.match["verb"] == "discuss":
            await post_article(interaction, article, None, thread=True)
        else:
            await interaction.response.send_modal(AskModal([int(article)]))


async def setup(bot: NewsdeskClient) -> None:
    bot.add_dynamic_items(AnswerButton, ArticleButton)
    await bot.add_cog(AskCommands(bot))
