"""Words that only insult a group of people, so that a quotation can hide them until a reader asks.

The list is short on purpose: swearing is not hidden, nor is a word that has an everyday meaning. It is kept
in rot13, so that nobody meets these words who only reads or searches the code, and anybody can check them.
"""

from __future__ import annotations

import codecs
import re

_HIDDEN = """
avttre avttref avttn avttnf avttnm snttbg snttbgf xvxr xvxrf fcvp fcvpf jrgonpx jrgonpxf tbbx tbbxf puvax
puvaxf enturnq enturnqf gbjryurnq gbjryurnqf genaal genaavrf ergneq ergneqf ergneqrq jbt jbtf ornare
ornaref cnxv cnxvf qnexvr qnexvrf wvtnobb wvtnobbf tlccb tlccbf fnaqavttre fnaqavttref
"""
_SLUR = re.compile(rf"\b(?:{'|'.join(codecs.decode(_HIDDEN, 'rot13').split())})\b", re.IGNORECASE)


def slurs(text: str) -> tuple[tuple[int, int], ...]:
    """The [start, end) spans of slurs in `text`."""
    return tuple(match.span() for match in _SLUR.finditer(text))


def hidden(text: str) -> str:
    """The text with asterisks for all letters of slurs but the first, for places that cannot hide a word
    until it is asked for; as long as it was, so that spans stay right."""
    return _SLUR.sub(lambda match: match[0][0] + "*" * (len(match[0]) - 1), text)
