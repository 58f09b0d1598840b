"""`newsdesk summary`."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import add_article_id, count
from bot.cli.commands.article import show_heading
from bot.cli.exit_codes import OK
from bot.cli.json_output import emit, summary_json
from bot.cli.llm_text import show_provenance, show_written
from bot.cli.session import Session, on_archive
from bot.cli.terminal import amount, dotted, line, show, show_dim
from bot.domain.answers import Summary
from bot.domain.articles import Article
from bot.text.language.slurs import mask_slurs
from bot.ui.articles import strings as article_strings

HELP = "show the sentences that carry an article"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--sentences", type=count, default=3, metavar="N", help="how many at most (3)")
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
        show_dim("\nThis article has no text to summarise.")
        return
    show("")
    if not show_written(summary.written):
        show(" ".join(line(mask_slurs(sentence.text)) for sentence in summary.sentences))
    about = article_strings.key_terms(summary.terms)
    if about:
        show_dim("\n" + dotted(*about))
    shown = f"{len(summary.sentences)} of {amount(summary.sentence_count, 'sentence')}"
    facts = dotted(shown, f"{summary.minutes} min read", amount(article.comment_count, "comment"))
    show_dim(facts if about else f"\n{facts}")
    show_provenance(summary.written)
