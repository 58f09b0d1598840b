"""Answers as cards: the answer first, then the sources of the quotes, then the buttons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bot.domain.answers import Answer, Citation, Claim, Role
from bot.i18n import formats, msg
from bot.ui.articles.cards import attribution, comment_option
from bot.ui.ask.question_state import QuestionState
from bot.ui.ask.refusals import refusal
from bot.ui.kit import llm_text, routes, source_text
from bot.ui.kit.card import Button, Card, Colour, RouteOption
from bot.ui.kit.format import dotted, small
from bot.ui.kit.markdown import link, time
from bot.ui.kit.truncate import label, truncate

MAX_QUOTE = 600
"""The maximum length of a quote, escaped."""
MAX_SHORT_QUOTE = 300
MAX_TITLE = 150
MAX_SHORT_TITLE = 50
MAX_COPIES = 2
"""The most copies of an article that are named."""
_WHOLE = ("opinion", "yesno", "latest")
"""Types of questions whose answers always quote every side, even if text was written."""
_SAYS = {
    "article": "answer-article-says",
    "title": "answer-headline-says",
    "comment": "answer-commenter-says",
}
_DIFFERS = {
    "article": "answer-article-differs",
    "title": "answer-headline-differs",
    "comment": "answer-commenter-differs",
}
_SIDES: dict[Role, str] = {"for": "answer-for", "against": "answer-against"}
_ONE_SIDE: dict[Role, str] = {"for": "answer-none-against", "against": "answer-none-for"}


def answer(answer: Answer, question: QuestionState, *, share: bool) -> Card:
    """The answer, or that the archive does not contain one."""
    card = Card(Colour.ANSWER)
    if question.is_completed or answer.respelled:
        asked = answer.question if answer.respelled else question.question
        card.add_text(small(msg("answer-asked-as", question=truncate(asked, 400))))
    if answer.refused is not None:
        _add_refusal(card, answer, question)
    else:
        _add_claims(card, answer)
        card.add_text(small(llm_text.provenance(answer.written) or msg("answer-quoted")))
    if answer.refused != "no-question":
        narrowed = answer.refused and question.articles
        buttons = [
            Button(msg("button-share"), "", "askshare") if share and answer.claims else None,
            _related_button() if answer.refused != "nothing-found" else None,
            Button(msg("answer-why"), "", "askwhy"),
            _ask_more_button() if shown(answer) else None,
            Button(msg("answer-ask-everything"), "", "askall") if narrowed else None,
        ]
        _add_buttons(card, answer, question, buttons)
    return card


def why(answer: Answer, question: QuestionState) -> Card:
    """How an answer was found: the matched words and the passages that were considered."""
    matched, missing = (_words(words) for words in (answer.matched_words, answer.missing_words))
    articles, comments = answer.articles_considered, answer.comments_considered
    confidence, minimum = formats.percent(answer.confidence), formats.percent(answer.min_confidence)
    card = Card(
        Colour.ANSWER,
        msg("answer-why-heading", question=truncate(question.question, 200)),
        msg("answer-words-found", words=formats.joined(matched)) if matched else "",
        msg("answer-words-missing", words=formats.joined(missing)) if missing else "",
        msg("answer-wanted", type=answer.question_type) if articles or comments else "",
        msg("answer-confidence", confidence=confidence, minimum=minimum) if answer.min_confidence else "",
    )
    if answer.passages:
        card.add_gap()
        card.add_text(msg("answer-passages"))
    for passage in answer.passages:
        quote = _quote(passage, limit=MAX_SHORT_QUOTE)
        card.add_text(msg("quoted", text=quote), source(passage, max_title=MAX_SHORT_TITLE))
    if articles or comments:
        card.add_gap()
        card.add_text(small(msg("answer-considered", articles=articles, comments=comments)))
    back = Button(msg("answer-show"), "", "askshow")
    _add_buttons(card, answer, question, [back, _related_button(), _ask_more_button()])
    return card


def shown(answer: Answer) -> list[Citation]:
    """All citations on an answer's card, in order."""
    quotes = [citation for claim in answer.claims for citation in claim.citations]
    written = [citation for citation in llm_text.cited(answer.written) if citation not in quotes]
    return [*quotes, *written, *answer.closest]


def source(citation: Citation, *, title: bool = True, max_title: int = MAX_TITLE) -> str:
    """One line in small print: the title, the author and the time; the title is truncated, or omitted unless
    `title`."""
    if citation.kind == "comment":
        address = None if title else citation.link
        author = attribution(citation.author, citation.posted_at, citation.replies_to, address)
        thread = _linked(citation.title, citation.link, max_title)
        return small(author, msg("comment-on", title=thread) if title else "")
    if title and citation.kind == "article":
        origin = [_linked(citation.title, citation.link, max_title), truncate(citation.source or "", 60)]
    else:
        origin = [_linked(citation.source, citation.link)] if citation.source else []
    return small(*origin, time(citation.posted_at) if citation.posted_at else "")


def _add_buttons(
    card: Card, answer: Answer, question: QuestionState, buttons: Sequence[Button | None]
) -> None:
    """Adds the buttons and the select menu of citations; together their custom_ids carry the question."""
    citations = reversed(shown(answer) or answer.passages)
    unique = {(citation.article, citation.comment): citation for citation in citations}
    options = [_option(citation) for citation in reversed(unique.values())]
    offered = [button for button in buttons if button is not None]
    parts = question.parts(len(offered) + bool(options))
    if parts is None:
        offered, parts = [], ("-",)
    card.add_buttons(*(replace(button, route=part) for button, part in zip(offered, parts, strict=False)))
    card.add_select(msg("search-jump"), options, carries=parts[-1])


def _add_claims(card: Card, answer: Answer) -> None:
    """Adds the written text, if any, with its citations; then the quotes: all of them for types of questions
    with several sides, else those that the text does not cite."""
    text, sources = llm_text.lines(
        answer.written,
        lambda citation: source(citation, max_title=MAX_SHORT_TITLE).removeprefix("-# "),
    )
    if text:
        card.add_text(text, sources)
        card.add_gap()
        if answer.question_type not in _WHOLE:
            cited = llm_text.cited(answer.written)
            rest = tuple(claim for claim in answer.claims if claim.citations[0] not in cited)
            answer = replace(answer, claims=rest)
    for block in _blocks(answer) if answer.claims else ():
        card.add_text(*block)
        card.add_gap()


def _blocks(answer: Answer) -> Iterator[list[str]]:
    """The answer as separate blocks of lines."""
    match answer.question_type:
        case "opinion":
            yield from _opinions(answer)
        case "yesno":
            yield from _sides(answer)
        case "latest":
            yield [msg("answer-latest")]
            yield from (_latest(claim) for claim in answer.claims)
        case _:
            yield from _answers(answer.claims)


def _answers(claims: Sequence[Claim]) -> Iterator[list[str]]:
    if claims and claims[0].answer_span is not None:
        start, end = claims[0].answer_span
        yield [f"### {truncate(claims[0].citations[0].quote[start:end], 100)}"]
    for _, group in groupby(claims, key=_place):
        together = list(group)
        lines = [_says(claim, claim.answer_span) for claim in together]
        first, *others = together[-1].citations
        copies = {other.article: other for other in reversed(others) if other.article != first.article}
        named = [_linked(copy.title, copy.link) for copy in list(copies.values())[::-1][:MAX_COPIES]]
        also_in = msg("answer-also-in", titles=formats.joined(named)) if named else ""
        yield [*lines, source(first), small(also_in)]


def _sides(answer: Answer) -> Iterator[list[str]]:
    if any(claim.role == "answer" for claim in answer.claims):
        yield [msg("answer-undecided")]
        yield from _answers(answer.claims)
        return
    sides = [role for role in _SIDES if any(claim.role == role for claim in answer.claims)]
    for role in sides:
        yield [msg(_SIDES[role])]
        claims = [replace(claim, answer_span=None) for claim in answer.claims if claim.role == role]
        yield from _answers(claims)
    yield [small(msg(_ONE_SIDE[sides[0]] if len(sides) == 1 else "answer-both-sides"))]


def _opinions(answer: Answer) -> Iterator[list[str]]:
    first = answer.claims[0].citations[0]
    yield [msg("answer-opinions", count=answer.claims[0].commenters), small(_linked(first.title, first.link))]
    for claim in answer.claims:
        lines = []
        if claim.supporters is not None:
            opinion = truncate(claim.text, 100)
            share = {"count": claim.supporters, "total": claim.commenters}
            lines.append(msg("answer-opinion", opinion=opinion, **share))
        for citation in claim.citations:
            quote = msg("quoted", text=_quote(citation, limit=MAX_SHORT_QUOTE))
            lines += [quote, source(citation, title=False)]
        yield lines


def _latest(claim: Claim) -> list[str]:
    citation = claim.citations[0]
    when = f"**{time(citation.posted_at)}**" if citation.posted_at else ""
    return [dotted(when, _says(claim)), source(replace(citation, posted_at=None))]


def _add_refusal(card: Card, answer: Answer, question: QuestionState) -> None:
    if answer.refused == "no-question":
        card.add_text(msg("answer-no-question"))
        return
    card.add_text(
        refusal(answer, len(question.articles), lambda word: msg("quoted", text=truncate(word, 40)))
    )
    for citation in answer.closest:
        card.add_text(_block(msg("quoted", text=_quote(citation))), source(citation))


def _block(text: str) -> str:
    """The text as a block quote."""
    return "> " + text.replace("\n", "\n> ")


def _words(words: Sequence[str]) -> list[str]:
    return [truncate(word, 40) for word in words[:8]]


def _quote(citation: Citation, span: tuple[int, int] | None = None, limit: int = MAX_QUOTE) -> str:
    """The council voted **7 to 4** on Tuesday.; slurs and spoilers are behind spoilers."""
    marks = [] if span is None else [span]
    return source_text.excerpt(citation.quote, limit, marks, literal=citation.is_title)


def _says(claim: Claim, span: tuple[int, int] | None = None) -> str:
    """The article says: “The council voted **7 to 4** on Tuesday.”"""
    ids = _DIFFERS if claim.role == "differs" else _SAYS
    return msg(ids[claim.citations[0].kind], quote=_quote(claim.citations[0], span))


def _related_button() -> Button:
    return Button(msg("answer-related"), "", "askrelated")


def _ask_more_button() -> Button:
    return Button(msg("answer-ask-more"), "", "askmore")


def _place(claim: Claim) -> tuple[str, str, int, int | None]:
    citation = claim.citations[0]
    return claim.role, citation.kind, citation.article, citation.comment


def _linked(title: str, address: str | None, limit: int = MAX_TITLE) -> str:
    """The title, linked to the article's original address if that can be linked."""
    return link(label(title, limit), address) or truncate(title, limit)


def _option(citation: Citation) -> RouteOption:
    day = formats.day(citation.posted_at) if citation.posted_at else ""
    if citation.comment is not None:
        description = dotted(msg("search-hit-comment"), day)
        return comment_option(citation.comment, citation.author or "", citation.quote, description)
    return RouteOption(
        citation.title, routes.article(citation.article), dotted(msg("search-hit-article"), day)
    )
