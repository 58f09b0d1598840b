"""Checks the form of a generated sentence: links, mentions, markup, hidden characters and quotations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_MARKUP = re.compile(
    r"[<>@`*|~\\{}\[\]^#]|__|(?<!\w)_|_(?!\w)|://|\bwww\.|\bmailto:|\bdiscord\.gg", re.IGNORECASE
)
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_HOST = re.compile(r"\b(?:[a-z0-9-]+\.)+[a-z]{2,24}\b(?:/\S*)?", re.IGNORECASE)
_ABBREVIATED = re.compile(r"(?:[a-z]\.)+[a-z]?", re.IGNORECASE)
_PAIRS = {"“": "”", "„": "“”", "«": "»", "‹": "›", "「": "」", "『": "』", "»": "«"}
_OPENING = re.compile(f"[{''.join(_PAIRS)}”›]")
_STRAIGHT = re.compile(r'"([^"]*)"')
_SINGLE = re.compile(r"(?<!\w)[‘']([^‘’']{2,}(?:['’]\w[^‘’']*)*)['’](?!\w)")


def has_forbidden_form(sentence: str, sources: Sequence[str]) -> bool:
    """Whether the sentence has markup, a mention, a link, an address or a pictogram that no source has, or
    characters invisible to readers."""
    if not sentence.strip() or "\n" in sentence or _MARKUP.search(sentence):
        return True
    categories = {char: unicodedata.category(char) for char in sentence}
    if not _INVISIBLE.isdisjoint(categories.values()):
        return True
    pictograms = {char for char, category in categories.items() if category == "So"}
    if not pictograms <= {char for source in sources for char in source}:
        return True
    hosts = [match[0] for match in _HOST.finditer(sentence) if not _ABBREVIATED.fullmatch(match[0])]
    return any("/" in host or not any(host in source for source in sources) for host in hosts)


def quotations(sentence: str) -> list[str] | None:
    """Returns the texts between quotation marks, or None if a quotation is not closed."""
    if sentence.count('"') % 2:
        return None
    quotes = _STRAIGHT.findall(sentence)
    rest = _STRAIGHT.sub(" ", sentence)
    while opening := _OPENING.search(rest):
        start = opening.end()
        ends = [end for end in range(start, len(rest)) if rest[end] in _PAIRS.get(opening[0], "")]
        if not ends:
            return None
        quotes.append(rest[start : ends[0]])
        rest = rest[: start - 1] + " " + rest[ends[0] + 1 :]
    return [quote.strip().rstrip(".,;:!?… ") for quote in [*quotes, *_SINGLE.findall(rest)]]
