"""What a word is, before any language is known: the patterns on which all ways to cut text into words
rest."""

from __future__ import annotations

import re

LETTERS = re.compile(r"[^\W\d_]+")
"""A run of letters of any script."""
ALPHANUMERICS = re.compile(r"[^\W_]+")
"""A run of letters and digits."""
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
"""Letters and digits with apostrophes inside: "rock'n'roll" is one word."""
ELIDED = "[cdjlmnst]|qu|jusqu|lorsqu|puisqu"
"""French words that are written together with the next one, up to their apostrophe."""
