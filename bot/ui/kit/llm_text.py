"""Text written by a language model, on cards: its sentences, with numbered citations below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.answers import Citation, Spending, Unwritten, Written
from bot.i18n import msg
from bot.ui.kit import source_text
from bot.ui.kit.markdown import escape, one_line, time
from bot.ui.kit.truncate import truncate, utf16_length

MAX_SENTENCE = 600
"""The maximum length of a sentence, escaped."""
MAX_QUOTE = 140
"""The maximum length of a quote in a line of citations."""
MAX_SOURCES = 1_400
_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

QUOTED: dict[Unwritten, str] = {
    "server-budget": "llm-server-budget",
    "member-budget": "llm-member-budget",
    "unreachable": "llm-unreachable",
    "unusable": "llm-unusable",
    "unproven": "llm-unproven",
    "repeated": "llm-repeated",
}
"""Why the quotes stand without a written text."""


def lines(
    written: Written | None, name: Callable[[Citation], str], max_sources: int = MAX_SOURCES
) -> tuple[str, str]:
    """The sentences, and the lines of their citations in numerical order, at most `max_sources` long; `name`
    returns the attribution of a citation. Both are empty if nothing was written."""
    numbers: dict[Citation, int] = {}
    sentences = []
    for sentence in written.sentences if written is not None else ():
        marks = [numbers.setdefault(citation, len(numbers) + 1) for citation in sentence.citations]
        text = escape(one_line(sentence.text[: MAX_SENTENCE + 1]), links=False)
        if len(sentence.text) > MAX_SENTENCE or utf16_length(text) > MAX_SENTENCE:
            text = truncate(sentence.text, MAX_SENTENCE)
        sentences.append(text + " ".join(map(str, marks)).translate(_DIGITS))
    sources = []
    for citation, number in numbers.items():
        mark = str(number).translate(_DIGITS)
        quote = source_text.excerpt(citation.quote, MAX_QUOTE, one_line=True, literal=citation.is_title)
        row = f"-# {mark} {msg('quoted', text=quote)} {name(citation)}".rstrip()
        max_sources -= utf16_length(row) + 1
        if max_sources < 0:
            break
        sources.append(row)
    return " ".join(sentences), "\n".join(sources)


def cited(written: Written | None) -> list[Citation]:
    """The distinct citations of the sentences, in numerical order."""
    sentences = written.sentences if written is not None else ()
    return list(dict.fromkeys(citation for sentence in sentences for citation in sentence.citations))


def provenance(written: Written | None, clean: Callable[[str], str] = lambda name: truncate(name, 60)) -> str:
    """How a text was made, if a language model was asked; else empty. `clean` escapes the model's name."""
    if written is None:
        return ""
    if written.unwritten is not None:
        return msg(QUOTED[written.unwritten])
    model = clean(written.model)
    if written.dropped:
        return msg("llm-written-in-part", model=model, dropped=written.dropped)
    return msg("llm-written", model=model)


def about(spending: Spending) -> Sequence[str]:
    """What the model is used for, and its usage today."""
    model = truncate(f"{spending.model}, {spending.host}", 160)
    server = {"spent": spending.server, "limit": spending.server_most, "until": time(spending.until, "R")}
    if spending.member_most < spending.server_most or spending.member:
        mine = {"own": spending.member, "own_limit": spending.member_most}
        spent = msg("llm-spent-by-member", **server, **mine)
    else:
        spent = msg("llm-spent", **server)
    return msg("about-llm", model=model), spent
