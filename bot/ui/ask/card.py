"""Answers as cards: the answer first, then where each quote stands, then the ways on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bot.domain.answers import Answer, Citation, Claim
from bot.ui.articles.cards import author_name
from bot.ui.ask import strings
from bot.ui.ask.question_state import QuestionState
from bot.ui.kit import format, llm_text, routes
from bot.ui.kit.card import Button, Card, Colour, Option
from bot.ui.kit.markdown import escape, time, web_address
from bot.ui.kit.truncate import label, truncate, truncate_marked

QUOTE = 600
"""The most that one quote may take, escaped."""
SHORT = 300
TITLE = 150
BRIEF = 50
_WHOLE = ("opinion", "yesno", "latest")
COPIES = 2
"""Other articles with the same words that are named."""


def answer(found: Answer, asked: QuestionState, *, share: bool) -> Card:
    """What the archive says, or that it does not."""
    card = Card(Colour.ANSWER)
    if found.refused is not None:
        _refusal(card, found, asked)
    else:
        _answered(card, found)
        lacking = strings.LACKING.format(words=_missing(found)) if found.missing_words else ""
        how = llm_text.provenance(found.written) or strings.QUOTED
        card.add_text(" · ".join(part for part in (f"-# {how}", lacking) if part))
    if found.refused != "no-question":
        whole = Button("Ask the whole archive", "", "askall") if found.refused and asked.articles else None
        more = Button("Ask more", "", "askmore") if shown(found) else None
        sharing = Button("Share", "", "askshare") if share and found.claims else None
        near = _RELATED if found.refused != "nothing-found" else None
        _ways(card, found, asked, [sharing, near, Button("Why this?", "", "askwhy"), more, whole])
    return card


def why(found: Answer, asked: QuestionState) -> Card:
    """How an answer came to be: the words that were found, and the passages that were considered."""
    card = Card(Colour.ANSWER)
    names = [("Found", found.matched_words), ("Not found", found.missing_words)]
    card.add_text(
        f"### Why this: {truncate(asked.question, 200)}",
        *(f"**{name}** {' · '.join(truncate(one, 40) for one in words)}" for name, words in names if words),
        strings.WANTS[found.question_type],
        strings.sure(found),
    )
    if found.passages:
        card.add_gap()
        card.add_text("**Considered, best first**")
    for one in found.passages:
        card.add_text(f"“{truncate(one.quote, SHORT)}”", source(one, limit=BRIEF))
    card.add_gap()
    card.add_text(f"-# {strings.considered(found)}")
    _ways(card, found, asked, [Button("Answer", "", "askshow"), _RELATED, Button("Ask more", "", "askmore")])
    return card


def shown(found: Answer) -> list[Citation]:
    """Every citation that the card of an answer shows, in its order."""
    quotes = [one for claim in found.claims for one in claim.citations]
    return [*quotes, *(one for one in llm_text.cited(found.written) if one not in quotes), *found.closest]


def source(one: Citation, *, title: bool = True, limit: int = TITLE) -> str:
    """Small, on one line: what it is from, whose it is, when; the title cut to `limit`, or without it."""
    if one.kind == "comment":
        when = time(one.posted_at, "f") if one.posted_at else ""
        whose = ", ".join(part for part in (f"*{author_name(one.author or '')}*", when) if part)
        return f"-# {whose} · on {_linked(one.title, one.link, limit)}" if title else f"-# {whose}"
    parts = []
    if title and one.kind == "article":
        parts.append(_linked(one.title, one.link, limit))
        parts.append(truncate(one.source, 60) if one.source else "")
    elif one.source:
        parts.append(_linked(one.source, one.link))
    parts.append(time(one.posted_at) if one.posted_at else "")
    return f"-# {' · '.join(part for part in parts if part)}" if any(parts) else ""


_RELATED = Button("Related", "", "askrelated")


def _ways(card: Card, found: Answer, asked: QuestionState, buttons: Sequence[Button | None]) -> None:
    """The buttons and the list to jump from, which carry the question between them."""
    ways = [_way(one) for one in _unique(shown(found) or found.passages)]
    wanted = [button for button in buttons if button is not None]
    parts = asked.parts(len(wanted) + bool(ways))
    if parts is None:
        wanted, parts = [], ("-",)
    card.add_buttons(
        *(Button(one.label, part, one.verb) for one, part in zip(wanted, parts, strict=False)),
    )
    card.add_select("Jump to…", ways, carries=parts[-1])


def _answered(card: Card, found: Answer) -> None:
    """What was written, if anything was, over what it rests on; then what is quoted: all of it where it is
    the sides of a question, else what nothing written rests on."""
    said, sources = llm_text.lines(found.written, lambda one: source(one, limit=BRIEF).removeprefix("-# "))
    if said:
        card.add_text(said, sources)
        card.add_gap()
        if found.question_type not in _WHOLE:
            rests_on = llm_text.cited(found.written)
            found = replace(
                found, claims=tuple(one for one in found.claims if one.citations[0] not in rests_on)
            )
    for block in _blocks(found) if found.claims else ():
        card.add_text(*block)
        card.add_gap()


def _blocks(found: Answer) -> Iterator[list[str]]:
    """The answer in pieces that stand apart."""
    match found.question_type:
        case "opinion":
            yield from _opinions(found)
        case "yesno":
            yield from _sides(found)
        case "latest":
            yield [strings.LATEST]
            yield from (_latest(claim) for claim in found.claims)
        case _:
            yield from _answers(found.claims)


def _answers(claims: Sequence[Claim]) -> Iterator[list[str]]:
    for number, claim in enumerate(claims):
        if number == 0 and claim.answer_span is not None:
            start, end = claim.answer_span
            yield [f"### {truncate(claim.citations[0].quote[start:end], 100)}"]
    for _, group in groupby(claims, key=_place):
        together = list(group)
        lines = [f"{_says(claim)} {quoted(claim.citations[0], claim.answer_span)}" for claim in together]
        last = together[-1].citations
        others = {one.article: one for one in reversed(last) if one.article != last[0].article}
        copies = [_linked(one.title, one.link) for one in list(others.values())[::-1][:COPIES]]
        also = f"-# also in {' · '.join(copies)}" if copies else ""
        yield [*lines, source(last[0]), also]


def _sides(found: Answer) -> Iterator[list[str]]:
    if any(claim.role == "answer" for claim in found.claims):
        yield [strings.SPEAKS_OF_IT]
        yield from _answers(found.claims)
        return
    there = [role for role in strings.SIDES if any(claim.role == role for claim in found.claims)]
    for role in there:
        yield [strings.SIDES[role]]
        yield from _answers([_plain(claim) for claim in found.claims if claim.role == role])
    yield [f"-# {strings.ONE_SIDE[there[0]] if len(there) == 1 else strings.UNDECIDED}"]


def _opinions(found: Answer) -> Iterator[list[str]]:
    first = found.claims[0]
    on = _linked(first.citations[0].title, first.citations[0].link)
    read = next((claim.commenters for claim in found.claims if claim.commenters), len(found.claims))
    yield [f"**{strings.people(read)}**", f"-# {on}"]
    for claim in found.claims:
        lines = []
        if claim.supporters is not None:
            lines.append(f"**{truncate(claim.text, 100)} · {claim.supporters:,} of {claim.commenters:,}**")
        for one in claim.citations:
            lines += [quoted(one, limit=SHORT), source(one, title=False)]
        yield lines


def _latest(claim: Claim) -> list[str]:
    one = claim.citations[0]
    when = f"**{time(one.posted_at)}** · " if one.posted_at else ""
    return [f"{when}{_says(claim)} {quoted(one)}", source(replace(one, posted_at=None))]


def _refusal(card: Card, found: Answer, asked: QuestionState) -> None:
    if found.refused == "no-question":
        card.add_text(strings.NO_QUESTION)
        return
    said = f"**{strings.NOT_SAID[min(2, len(asked.articles))]}**"
    nothing = strings.NO_WORD.format(words=_missing(found)) if found.missing_words else ""
    if not found.closest:
        card.add_text(said, nothing)
        return
    card.add_text(f"{said} {strings.CLOSEST}")
    for one in found.closest:
        card.add_text(f"> {quoted(one)}", source(one))
    card.add_gap()
    if nothing:
        card.add_text(f"-# {nothing}")


def _missing(found: Answer) -> str:
    return truncate(strings.words(found.missing_words[:8]), SHORT)


def quoted(one: Citation, lead: tuple[int, int] | None = None, limit: int = QUOTE) -> str:
    """“The council voted **7 to 4** on Tuesday.”; what only insults is hidden until it is pressed."""
    if one.masks:
        text = truncate_marked(one.quote, one.masks, limit, "||")
    elif lead is not None:
        text = truncate_marked(one.quote, [lead], limit)
    else:
        text = truncate(one.quote, limit)
    return f"“{text}”"


def _says(claim: Claim) -> str:
    kind = claim.citations[0].kind
    if claim.role == "differs":
        return {
            "article": strings.ARTICLE_DIFFERS,
            "title": strings.HEADLINE_DIFFERS,
            "comment": strings.COMMENTER_DIFFERS,
        }[kind]
    return {
        "article": strings.ARTICLE_SAYS,
        "title": strings.HEADLINE_SAYS,
        "comment": strings.COMMENTER_CLAIMS,
    }[kind]


def _place(claim: Claim) -> tuple[str, str, int, int | None]:
    one = claim.citations[0]
    return claim.role, one.kind, one.article, one.comment


def _plain(claim: Claim) -> Claim:
    return Claim(claim.role, claim.text, claim.citations)


def _linked(title: str, link: str | None, limit: int = TITLE) -> str:
    """A title that leads to where the article came from, if it has a link that can stand in one."""
    url = web_address(link)
    if url is None or any(sign in url for sign in "<>()\\"):
        return truncate(title, limit)
    return f"[{escape(label(title, limit), links=False)}](<{url}>)"


def _unique(citations: Sequence[Citation]) -> list[Citation]:
    return list({(one.article, one.comment): one for one in reversed(citations)}.values())[::-1]


def _way(one: Citation) -> Option:
    details = format.day(one.posted_at) if one.posted_at else ""
    if one.comment is not None:
        return Option(f"{one.author}: {one.quote}", routes.comment(one.comment), f"Comment · {details}")
    return Option(one.title, routes.article(one.article), f"Article · {details}")
