"""Tells front pages and lists of links from articles with links around them, on pages that do not say."""

from __future__ import annotations

import re
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
_MIN_POSTS: Final = 3
_POSTS_SHARE: Final = 0.6
"""Of the text of a front page with whole posts; of an article, fewer is in the teasers around it."""
_READ_ALSO: Final = re.compile(
    r"(?:(?:also|please) read|(?:read|see|watch) (?:also|more|next)|more on|related|don.t miss"
    r"|lire aussi|à lire|voir aussi|lesen sie|lies auch|mehr (?:zum|dazu)|siehe auch|le[ae] también|lea más"
    r"|ver también|leia (?:também|mais)|veja (?:também|mais)|читайте|смотрите также|ayrıca|bunu da oku"
    r"|関連|あわせて読|相关|延伸阅读|推荐阅读)",
    re.IGNORECASE,
)
"""How a link within a story to another begins, which is no headline of a front page."""
_HEADINGS: Final = frozenset(["h1", "h2", "h3"])


def is_list_of_links(lines: Sequence[Line], text: str) -> bool:
    """Whether a page with these lines has many linked headlines and no story of its own, or several stories
    below linked headlines. `text` is what was extracted from it: its lines are teasers if a headline follows
    each, and a story if they follow one another, or a heading that is no link."""
    if len(text) > _MAX_TEXT:
        return False
    compact = "".join(text.split())
    sizes = _LinkSizes()
    links = run = known = 0
    heading = is_story = False
    posts: list[int] = []
    for line, element in lines:
        start = _start(line)
        is_extracted = bool(start) and start in compact
        known += is_extracted * len(line)
        if 2 * sizes.around(element) > len(line):
            if len(line) >= _MIN_HEADLINE and not _READ_ALSO.match(line):
                links, run, heading = links + 1, 0, False
                posts += [0] * _is_heading(element)
        elif element.tag in _HEADINGS and line:
            heading = len(line) >= _MIN_HEADLINE
        elif is_extracted and len(line) >= _PREFIX:
            run += len(line)
            is_story = is_story or heading or run >= _MIN_STORY
            if posts:
                posts[-1] += len(line)
    if is_story:
        return _are_several(posts, known)
    return links >= _MIN_LINKS and known >= len(compact) / 2


def _are_several(posts: Sequence[int], known: int) -> bool:
    """Whether most of a page's text is that of several posts, none of which has most of it."""
    long = [size for size in posts if size >= _PREFIX]
    return len(long) >= _MIN_POSTS and sum(long) > _POSTS_SHARE * known and 2 * max(long) <= known


def _is_heading(element: Element) -> bool:
    return any(each.tag in _HEADINGS for each in (element, *islice(element.iterancestors(), _MAX_LEVELS)))


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
