"""What rows have to contain, in the syntax of PostgreSQL's tsquery."""

from __future__ import annotations

from collections.abc import Iterator

from bot.store.postgres.word_vector import index_words
from bot.store.text_match import MatchAll, MatchAny, MatchWords, TextMatch


def text(match: TextMatch, title_weight: str, *, in_title: bool) -> str:
    """The match as a tsquery, of which nothing can be read as syntax; an empty one, which no row matches, if
    it has no words. `title_weight` is the weight of the words of headlines; with `in_title` no others
    count."""
    return _text(match, title_weight, in_title=in_title) or ""


def _text(match: TextMatch, title_weight: str, *, in_title: bool) -> str | None:
    if isinstance(match, MatchWords):
        weight = title_weight if in_title or match.in_title else ""
        sought = words(match)
        return " <-> ".join(word_text(word, weight, prefix=prefix) for word, prefix in sought) or None
    if isinstance(match, MatchAny | MatchAll):
        parts = (_text(part, title_weight, in_title=in_title) for part in match.parts)
        given = [f"({part})" for part in parts if part is not None]
        return (" | " if isinstance(match, MatchAny) else " & ").join(given) or None
    required = _text(match.match, title_weight, in_title=in_title)
    unwanted = _text(match.unwanted, title_weight, in_title=in_title)
    return required if required is None or unwanted is None else f"({required}) & !({unwanted})"


def word_text(word: str, weight: str = "", *, prefix: bool = False) -> str:
    """A word of the index, or with `prefix` the beginning of one."""
    suffix = weight + "*" * prefix
    return f"'{word}'" + (f":{suffix}" if suffix else "")


def words(match: TextMatch) -> Iterator[tuple[str, bool]]:
    """The words of the index that a match looks for, each with whether it is only the beginning of one."""
    if isinstance(match, MatchWords):
        sought = index_words(" ".join(match.words))
        yield from ((word, match.prefix and place == len(sought)) for place, word in enumerate(sought, 1))
        return
    for part in match.parts if isinstance(match, MatchAny | MatchAll) else (match.match,):
        yield from words(part)
