"""Tells front pages and lists of links from articles with links around them, on pages that do not say."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

from bot.dumps.formats.html_tree import Element, Line

_MIN_LINKS: Final = 5
_MIN_HEADLINE: Final = 15
"""Characters of the shortest link that can be a headline; those of menus are shorter."""
_MIN_STORY: Final = 400
"""Characters between two headlines that are more than teasers."""
_MAX_TEXT: Final = 40_000
"""Characters of headlines and teasers on the longest front pages."""
_PREFIX: Final = 40
"""Characters by which a line is found again in the extracted text, where blanks and line breaks differ."""
_MAX_LEVELS: Final = 6
"""Of elements between a link and its text."""
_HEADINGS: Final = frozenset(["h1", "h2", "h3"])


def is_list_of_links(lines: Sequence[Line], text: str) -> bool:
    """Whether a page with these lines has many linked headlines and no story of its own. `text` is what was
    extracted from it: its lines are teasers if a headline follows each, and a story if they follow one
    another, or a heading that is no link."""
    if len(text) > _MAX_TEXT:
        return False
    compact = "".join(text.split())
    sizes = _LinkSizes()
    links = run = known = 0
    heading = False
    for line, element in lines:
        start = _start(line)
        is_extracted = bool(start) and start in compact
        known += is_extracted * len(line)
        if 2 * sizes.around(element) > len(line):
            if len(line) >= _MIN_HEADLINE:
                links, run, heading = links + 1, 0, False
        elif element.tag in _HEADINGS and line:
            heading = len(line) >= _MIN_HEADLINE
        elif is_extracted and len(line) >= _PREFIX:
            run += len(line)
            if heading or run >= _MIN_STORY:
                return False
    return links >= _MIN_LINKS and known >= len(compact) / 2


def _start(line: str) -> str:
    return "".join(line.split())[:_PREFIX]


class _LinkSizes:
    """The characters of the links in which lines begin, each counted once, as it may have many lines."""

    def __init__(self) -> None:
        self._sizes: dict[Element, int] = {}

    def around(self, element: Element) -> int:
        """Those of the link that contains the element, 0 if none does."""
        above = islice(element.iterancestors(), _MAX_LEVELS)
        link = next((each for each in (element, *above) if each.tag == "a" and each.get("href")), None)
        if link is None:
            return 0
        if link not in self._sizes:
            self._sizes[link] = sum(map(len, link.itertext()))
        return self._sizes[link]
