"""What no written sentence may hold: links, mentions, markup and signs that hide; and what it quotes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_MARKUP = re.compile(
    r"[<>@`*|~\\{}\[\]^#]|__|(?<!\w)_|_(?!\w)|://|\bwww\.|\bmailto:|\bdiscord\.gg", re.IGNORECASE
)
_HOST = re.compile(r"\b(?:[a-z0-9-]+\.)+[a-z]{2,24}\b(?:/\S*)?", re.IGNORECASE)
_ABBREVIATED = re.compile(r"(?:[a-z]\.)+[a-z]?", re.IGNORECASE)
_PAIRS = {"“": "”", "„": "“”", "«": "»", "‹": "›", "「": "」", "『": "』", "»": "«"}
_STRAIGHT = re.compile(r'"([^"]*)"')
_SINGLE = re.compile(r"(?<!\w)[‘']([^‘’']{2,}(?:['’]\w[^‘’']*)*)['’](?!\w)")


def has_forbidden_form(sentence: str, passages: Sequence[str]) -> bool:
    """Whether it holds markup, a mention, a link, an address or a picture sign that no passage has, or signs
    that a reader does not see."""
    if not sentence.strip() or "\n" in sentence or _MARKUP.search(sentence):
        return True
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for sign in sentence):
        return True
    pictures = {sign for sign in sentence if unicodedata.category(sign) == "So"}
    if not pictures <= {sign for text in passages for sign in text}:
        return True
    hosts = [match[0] for match in _HOST.finditer(sentence) if not _ABBREVIATED.fullmatch(match[0])]
    return any("/" in host or not any(host in text for text in passages) for host in hosts)


def quotations(sentence: str) -> list[str] | None:
    """What stands between quotation marks, or None where one is not closed."""
    found = []
    rest = sentence
    if rest.count('"') % 2:
        return None
    found += _STRAIGHT.findall(rest)
    rest = _STRAIGHT.sub(" ", rest)
    while True:
        opened = next(((at, sign) for at, sign in enumerate(rest) if sign in _PAIRS or sign in "”›"), None)
        if opened is None:
            break
        at, sign = opened
        ends = [end for end in range(at + 1, len(rest)) if rest[end] in _PAIRS.get(sign, "")]
        if not ends:
            return None
        found.append(rest[at + 1 : ends[0]])
        rest = rest[:at] + " " + rest[ends[0] + 1 :]
    return [one.strip().rstrip(".,;:!?… ") for one in [*found, *_SINGLE.findall(rest)]]
