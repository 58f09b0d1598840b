"""`newsdesk ask`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from bot.cli.json_output import answer_json, emit
from bot.cli.llm_text import show_written
from bot.cli.session import scope, when, with_library
from bot.cli.terminal import amount, day, line, minute, show, styled
from bot.domain.answers import Answer, Citation, Claim, Payer
from bot.services import Library
from bot.text.language.slurs import hidden
from bot.ui.kit.llm_text import provenance

_ROLES = {
    "answer": "",
    "for": "For: ",
    "against": "Against: ",
    "differs": "Another source says otherwise: ",
    "latest": "",
    "opinion": "",
}


def ask(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """The answer with its sources; 1 where the archive does not say."""

    async def use(library: Library) -> int:
        answer = await library.ask(
            scope(given),
            " ".join(given.question),
            article=given.article,
            source=given.source,
            after=when(given.after),
            before=when(given.before),
            payer=Payer(given.guild),
        )
        if given.json:
            emit(answer_json(answer))
        else:
            _show(answer)
        return 0 if answer.refused is None else 1

    return with_library(given, env, use)


def _show(answer: Answer) -> None:
    if answer.refused == "no-question":
        show("There is no question in that. Ask about something, such as: when was the vote?")
        return
    if answer.refused is not None:
        show(styled(("The archive does not say.", "bold")))
        for citation in answer.closest:
            show("")
            show(f"Closest: “{line(hidden(citation.quote))}”")
            _source(citation)
        if answer.missing:
            show(styled(("\nNot found there: " + line(", ".join(answer.missing)), "dim")))
        return
    written = show_written(answer.written)
    for number, claim in enumerate(answer.claims):
        if number or written:
            show("")
        _claim(claim)
    considered = amount(answer.articles_considered, "article")
    comments = amount(answer.comments_considered, "comment")
    how = line(provenance(answer.written, line)) or "quoted word for word"
    show(styled((f"\n{how} · {considered} and {comments} considered", "dim")))


def _claim(claim: Claim) -> None:
    quote = hidden(claim.citations[0].quote)
    if claim.said is not None:
        show(styled((line(claim.text), "bold"), f" · {claim.said} of {claim.of}"))
    if claim.lead is not None:
        start, end = claim.lead
        show(
            styled(
                _ROLES[claim.role],
                "“" + quote[:start].replace("\n", " "),
                (quote[start:end], "bold"),
                quote[end:].replace("\n", " ") + "”",
            )
        )
    else:
        show(f"{_ROLES[claim.role]}“{line(quote)}”")
    _source(claim.citations[0])
    for citation in claim.citations[1:]:
        if hidden(citation.quote) != quote:
            show(f"“{line(hidden(citation.quote))}”")
        _source(citation)


def _source(citation: Citation) -> None:
    if citation.kind == "comment":
        at = minute(citation.posted_at) if citation.posted_at else None
        parts = [f"a commenter, {citation.author}", at, f"comment {citation.comment}"]
    else:
        title = "the headline" if citation.kind == "title" else citation.title
        parts = [title, citation.source, day(citation.posted_at), f"article {citation.article}"]
    show(styled((line(" · ".join(part for part in parts if part)), "dim")), indent=2)
