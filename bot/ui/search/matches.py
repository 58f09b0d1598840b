"""Why a search found a thread: the excerpt with the words that its headline lacks."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.articles import DELETED
from bot.domain.search import Hit
from bot.i18n import formats, msg
from bot.text.language.markup import whole_links
from bot.ui.articles.cards import author_name, comment_option, with_source
from bot.ui.kit import source_text
from bot.ui.kit.card import RouteOption
from bot.ui.kit.format import dotted
from bot.ui.kit.truncate import utf16_length
from bot.ui.search import strings

MAX_EXPLANATION = 300
"""The UTF-16 units of an explanation."""
MIN_EXPLANATION = 60
"""The UTF-16 units below which an excerpt is useless."""
MAX_SHORTENED = 1_000
"""The most characters of an excerpt, which may end in a long link, that is shortened at its beginning."""
_BEFORE = 40
"""The characters to keep before the first match where the excerpt is too long for the room."""


def explanation(hit: Hit, room: int) -> str:
    """One line: the excerpt as a quote with the matches in bold and, if it is a comment's, its author; empty
    if the headline has the words, or if they do not fit into `room`."""
    if not hit.explains or room < MIN_EXPLANATION:
        return ""
    author = author_name((hit.author or "")[:40])
    frame = msg("quoted", text="") if hit.comment is None else msg("digest-quote", quote="", author=author)
    for start in _starts(hit):
        text = hit.excerpt[start:]
        before, after = strings.clipped(text)
        before = "…" if start else before
        marks = [(first - start, last - start) for first, last in hit.matches if first >= start]
        rest = room - utf16_length(frame + before + after)
        shown = source_text.excerpt(text, rest, marks, one_line=True)
        cut = shown.endswith("…")
        if "**" in shown or not cut:  # what the text itself has is escaped; nothing is bold in spoilers
            shown = f"{before}{shown}{'' if cut else after}"
            if hit.comment is None:
                return msg("quoted", text=shown)
            return with_source(msg("digest-quote", quote=shown, author=author), hit.link, room)
    return ""


def _starts(hit: Hit) -> Iterator[int]:
    """Where the excerpt can start: at its beginning or, if nothing in it has to stay hidden, a little before
    the first match, within no link."""
    yield 0
    if hit.masks or len(hit.excerpt) > MAX_SHORTENED:
        return
    first = hit.matches[0][0]
    start = hit.excerpt.rfind(" ", 0, max(0, first - _BEFORE)) + 1
    [(start, _)] = whole_links(hit.excerpt, [(start, len(hit.excerpt))])
    if start:
        yield start


def comment_choice(prefix: str, hit: Hit) -> RouteOption | None:
    """The option of a select menu that opens the comment of an explanation."""
    if hit.comment is None or not hit.explains:
        return None
    day = formats.day(hit.posted_at) if hit.posted_at else ""
    description = dotted(msg("search-hit-comment"), day)
    return comment_option(hit.comment, f"{prefix}{hit.author or DELETED}", hit.excerpt, description)
