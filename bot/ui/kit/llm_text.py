"""Text written by a language model, on cards: its sentences, with numbered citations below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.answers import Citation, Spending, Unwritten, Written
from bot.ui.kit import format
from bot.ui.kit.markdown import escape, one_line, time
from bot.ui.kit.truncate import truncate, utf16_length

MAX_SENTENCE = 600
"""The maximum length of a sentence, escaped."""
MAX_QUOTE = 140
"""The maximum length of a quote in a line of citations."""
MAX_SOURCES = 1_400
_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

WRITTEN = "written by {model} from what is quoted here, each sentence checked against it"
DROPPED = "{count} that it does not prove left out"
QUOTED: dict[Unwritten, str] = {
    "server-budget": "quoted word for word: this server's tokens for the language model are spent for today",
    "member-budget": "quoted word for word: your tokens for the language model are spent for today",
    "unreachable": "quoted word for word: the language model did not answer in time",
    "unusable": "quoted word for word: what the language model answered could not be used",
    "unproven": "quoted word for word: too little of what the language model wrote is proven by the quotes",
}
ABOUT_MODEL = (
    "A language model ({model}) may put what was found into fewer words: it is sent the question "
    "and the quotes, without the commenters' names. Each of its sentences is checked against the quotes and "
    "shown with them, or left out. Cards say which way they were made."
)
SPENT = "Its tokens today: {server} of {server_most} here{member}. A new day begins {until}."
SPENT_MEMBER = ", {member} of {member_most} yours"


def lines(
    written: Written | None, name: Callable[[Citation], str], max_sources: int = MAX_SOURCES
) -> tuple[str, str]:
    """The sentences, and the lines of their citations in numerical order, at most `max_sources` long; `name`
    returns the attribution of a citation. Both are empty if nothing was written."""
    numbers: dict[Citation, int] = {}
    sentences = []
    for sentence in written.sentences if written is not None else ():
        marks = [numbers.setdefault(citation, len(numbers) + 1) for citation in sentence.citations]
        text = escape(one_line(sentence.text), links=False)
        if utf16_length(text) > MAX_SENTENCE:
            text = truncate(sentence.text, MAX_SENTENCE)
        sentences.append(text + " ".join(map(str, marks)).translate(_DIGITS))
    sources = []
    for citation, number in numbers.items():
        mark = str(number).translate(_DIGITS)
        row = f"-# {mark} “{truncate(citation.quote, MAX_QUOTE)}” {name(citation)}".rstrip()
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
        return QUOTED[written.unwritten]
    text = WRITTEN.format(model=clean(written.model))
    if written.dropped:
        text += ", " + DROPPED.format(count=format.counted(written.dropped, "sentence"))
    return text


def about(spending: Spending | None) -> Sequence[str]:
    """What the model is used for, and its usage today."""
    if spending is None:
        return ()
    member = ""
    if spending.member_most < spending.server_most or spending.member:
        member = SPENT_MEMBER.format(
            member=format.thousands(spending.member), member_most=format.thousands(spending.member_most)
        )
    spent = SPENT.format(
        server=format.thousands(spending.server),
        server_most=format.thousands(spending.server_most),
        member=member,
        until=time(spending.until, "R"),
    )
    return ABOUT_MODEL.format(model=truncate(f"{spending.model} at {spending.host}", 160)), spent
