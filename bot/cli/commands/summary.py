"""`newsdesk summary`."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import add_article_id, count
from bot.cli.commands.article import show_heading
from bot.cli.exit_codes import OK
from bot.cli.json_output import emit, summary_json
from bot.cli.llm_text import show_provenance, show_written
from bot.cli.session import Session, on_archive
from bot.cli.terminal import dotted, show, show_dim, source_line
from bot.domain.answers import Summary
from bot.domain.articles import Article
from bot.i18n import msg
from bot.ui.articles import strings as article_strings
from bot.ui.kit.format import comment_count

HELP = "cli-summary"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--sentences", type=count, default=3, metavar="N", help="cli-limit")
    add_article_id(parser)


@on_archive
async def run(session: Session) -> int:
    """Prints the most important sentences, in reading order."""
    arguments = session.arguments
    article = await session.services.archive.article(session.scope, arguments.id)
    summary = await session.services.archive.summary(
        session.scope, article.id, arguments.sentences, payer=session.payer
    )
    if arguments.json:
        emit(summary_json(summary))
    else:
        _show(article, summary)
    return OK


def _show(article: Article, summary: Summary) -> None:
    show_heading(article)
    if not summary.sentences:
        show_dim("\n" + msg("article-headline-only"))
        return
    show("")
    if not show_written(summary.written):
        show(*(part for sentence in summary.sentences for part in (*source_line(sentence.text), " ")))
    about = article_strings.key_terms(summary.terms)
    if about:
        show_dim("\n" + dotted(*about))
    facts = dotted(
        msg("cli-summary-sentences", shown=len(summary.sentences), count=summary.sentence_count),
        msg("article-reading-time", minutes=summary.minutes),
        comment_count(article),
    )
    show_dim(facts if about else f"\n{facts}")
    show_provenance(summary.written)
