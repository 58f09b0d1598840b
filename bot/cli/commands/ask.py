"""`newsdesk ask`."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import add_period, add_source
from bot.cli.exit_codes import NOTHING_FOUND, OK
from bot.cli.json_output import answer_json, emit
from bot.cli.llm_text import show_written
from bot.cli.session import Session, date, on_archive
from bot.cli.terminal import amount, day, dotted, line, minute, show, show_bold, show_dim
from bot.domain.answers import Answer, Citation, Claim
from bot.text.language.slurs import mask_slurs
from bot.ui.kit.llm_text import provenance

HELP = "answer a question with quotes from the archive"
_ROLES = {
    "answer": "",
    "for": "For: ",
    "against": "Against: ",
    "differs": "Another source says otherwise: ",
    "latest": "",
    "opinion": "",
}


def add_arguments(parser: ArgumentParser) -> None:
    parser.epilog = "Exit code 1 where the archive does not say."
    parser.add_argument("question", metavar="QUESTION", nargs="+", help="in your own words")
    parser.add_argument("--article", metavar="ID", help="ask only this article and its comments")
    add_source(parser)
    add_period(parser, "as for search")


@on_archive
async def run(session: Session) -> int:
    """Prints the answer with its sources; returns 1 if the archive does not contain one."""
    arguments = session.arguments
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
        emit(answer_json(answer))
    else:
        _show(answer)
    return OK if answer.refused is None else NOTHING_FOUND


def _show(answer: Answer) -> None:
    if answer.refused == "no-question":
        show("There is no question in that. Ask about something, such as: when was the vote?")
        return
    if answer.refused is not None:
        show_bold("The archive does not say.")
        for citation in answer.closest:
            show("")
            show(f"Closest: “{line(mask_slurs(citation.quote))}”")
            _show_source(citation)
        if answer.missing_words:
            show_dim("\nNot found there: " + line(", ".join(answer.missing_words)))
        return
    written = show_written(answer.written)
    for number, claim in enumerate(answer.claims):
        if number or written:
            show("")
        _show_claim(claim)
    considered = amount(answer.articles_considered, "article")
    comments = amount(answer.comments_considered, "comment")
    how = line(provenance(answer.written, line)) or "quoted word for word"
    show_dim(f"\n{how} · {considered} and {comments} considered")


def _show_claim(claim: Claim) -> None:
    first, *others = claim.citations
    quote = mask_slurs(first.quote)
    if claim.supporters is not None:
        show_bold(line(claim.text), f" · {claim.supporters} of {claim.commenters}")
    if claim.answer_span is not None:
        start, end = claim.answer_span
        show(
            f"{_ROLES[claim.role]}“" + quote[:start].replace("\n", " "),
            (quote[start:end], "bold"),
            quote[end:].replace("\n", " ") + "”",
        )
    else:
        show(f"{_ROLES[claim.role]}“{line(quote)}”")
    _show_source(first)
    for citation in others:
        if mask_slurs(citation.quote) != quote:
            show(f"“{line(mask_slurs(citation.quote))}”")
        _show_source(citation)


def _show_source(citation: Citation) -> None:
    if citation.kind == "comment":
        time = minute(citation.posted_at) if citation.posted_at else None
        source = dotted(f"a commenter, {citation.author}", time, f"comment {citation.comment}")
    else:
        title = "the headline" if citation.kind == "title" else citation.title
        source = dotted(title, citation.source, day(citation.posted_at), f"article {citation.article}")
    show_dim(source, indent=2)
