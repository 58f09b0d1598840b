"""`newsdesk ask`."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence

from bot.cli.arguments import add_period, add_source
from bot.cli.exit_codes import NOTHING_FOUND, OK
from bot.cli.json_output import answer_json
from bot.cli.llm_text import show_written
from bot.cli.session import Session, date, on_archive
from bot.cli.terminal import (
    day,
    dotted,
    empty_archive,
    line,
    minute,
    quoted,
    replying_to,
    show,
    show_bold,
    show_dim,
    source_line,
)
from bot.domain.answers import Answer, Citation, Claim
from bot.i18n import msg
from bot.ui.ask.refusals import refusal
from bot.ui.kit.llm_text import provenance

HELP = "cli-ask"
_ROLES = {"for": "answer-for", "against": "answer-against", "differs": "cli-ask-differs"}


def add_arguments(parser: ArgumentParser) -> None:
    parser.epilog = "cli-ask-exit-code"
    parser.add_argument("question", metavar="QUESTION", nargs="+", help="cli-ask-question")
    parser.add_argument("--article", metavar="ID", help="cli-ask-article")
    add_source(parser)
    add_period(parser)


async def ask(session: Session) -> int:
    """Prints the answer with its sources; returns 1 if the archive does not contain one."""
    arguments, archive = session.arguments, session.services.archive
    answer = await session.services.answers.ask(
        session.scope,
        " ".join(arguments.question),
        article=arguments.article,
        source=arguments.source,
        after=date(arguments.after),
        before=date(arguments.before),
        payer=session.payer,
    )
    if arguments.json:
        session.emit(answer_json(answer))
    elif answer.refused == "nothing-found" and not (stats := await archive.stats(session.scope)).articles:
        show(empty_archive(stats))
    else:
        _show(answer, articles=0 if arguments.article is None else 1)
    return OK if answer.refused is None else NOTHING_FOUND


run = on_archive(ask)


def _show(answer: Answer, articles: int) -> None:
    """Prints an answer from so many articles, 0 for the whole archive."""
    if answer.refused == "no-question":
        show(msg("answer-no-question"))
        return
    if answer.respelled:
        show_dim(msg("answer-asked-as", question=line(answer.question)) + "\n")
    if answer.refused is not None:
        text = refusal(answer, articles, lambda word: msg("quoted", text=line(word)))
        show_bold(text.replace("**", ""))
        for citation in answer.closest:
            _show_quote(citation)
            _show_source(citation)
        return
    written = show_written(answer.written)
    for number, claim in enumerate(answer.claims):
        if number or written:
            show("")
        if claim.role in _ROLES and (number == 0 or answer.claims[number - 1].role != claim.role):
            show_bold(msg(_ROLES[claim.role]).strip("*"))
        _show_claim(claim)
    considered = msg(
        "answer-considered", articles=answer.articles_considered, comments=answer.comments_considered
    )
    show_dim("\n" + dotted(provenance(answer.written, line) or msg("answer-quoted"), considered))


def _show_claim(claim: Claim) -> None:
    first, *others = claim.citations
    if claim.supporters is not None:
        share = msg("cli-ask-supporters", count=claim.supporters, read=claim.commenters or 0)
        show_bold(line(claim.text), f" · {share}")
    _show_quote(first, [] if claim.answer_span is None else [claim.answer_span])
    _show_source(first)
    for citation in others:
        if citation.quote != first.quote:
            _show_quote(citation)
        _show_source(citation)


def _show_quote(citation: Citation, marks: Sequence[tuple[int, int]] = ()) -> None:
    show(*quoted(*source_line(citation.quote, marks, literal=citation.is_title)))


def _show_source(citation: Citation) -> None:
    if citation.kind == "comment":
        time = minute(citation.posted_at) if citation.posted_at else None
        author = msg("cli-commenter", author=citation.author or "")
        source = dotted(
            author,
            replying_to(citation.replies_to),
            time,
            msg("cli-comment-number", id=str(citation.comment)),
            citation.link,
        )
    else:
        title = msg("cli-headline") if citation.kind == "title" else citation.title
        article = msg("cli-article-number", id=str(citation.article))
        source = dotted(title, citation.source, day(citation.posted_at), article)
    show_dim(source, indent=2)
