"""Tells front pages and lists of links from articles with links around them, on pages that do not say."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
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
_SECTION: Final = re.compile(r"[^#]*+#[^/!=]++")
"""A link to a section of a page; with other signs it is the address of a script, or counts visitors."""


@dataclass(slots=True)
class _Post:
    """A linked headline, and the number of characters that are below it."""

    headline: Element
    size: int = 0


def is_list_of_links(lines: Sequence[Line], text: str, url: str | None = None) -> bool:
    """Whether a page with these lines has many linked headlines and no story of its own, or several stories
    below linked headlines. `text` is what was extracted from it: its lines are teasers if a headline follows
    each, and a story if they follow one another, or a heading that leads to no other page than `url`."""
    if len(text) > _MAX_TEXT:
        return False
    compact = "".join(text.split())
    links = _Links(url)
    count = run = known = 0
    heading = is_story = is_titled = has_intro = False
    posts: list[_Post] = []
    for line, element in lines:
        start = _start(line)
        is_extracted = bool(start) and start in compact
        known += is_extracted * len(line)
        headline = _around(element, _HEADINGS)
        link = links.link_around(element, line)
        is_own = link is not None and headline is not None and links.is_own(link)
        if link is not None and not is_own:
            if len(line) >= _MIN_HEADLINE and not _READ_ALSO.match(line):
                count, run, heading = count + 1, 0, False
                posts += [] if headline is None else [_Post(headline)]
        elif line and (is_own or element.tag in _HEADINGS):
            heading = len(line) >= _MIN_HEADLINE
            is_titled = is_titled or (heading and headline is not None and headline.tag == "h1")
        elif is_extracted and len(line) >= _PREFIX:
            run += len(line)
            is_story = is_story or heading or run >= _MIN_STORY
            if posts:
                posts[-1].size += len(line)
            has_intro = has_intro or (is_titled and not posts)
    if is_story:
        return _are_several(posts, known) and not (has_intro and _are_together(posts))
    return count >= _MIN_LINKS and known >= len(compact) / 2


def _are_several(posts: Sequence[_Post], known: int) -> bool:
    """Whether most of a page's text is that of several posts, none of which has most of it."""
    long = [post.size for post in posts if post.size >= _PREFIX]
    return len(long) >= _MIN_POSTS and sum(long) > _POSTS_SHARE * known and 2 * max(long) <= known


def _are_together(posts: Sequence[_Post]) -> bool:
    """Whether all headlines stand in one article, or side by side, each perhaps in its own section: below a
    title and an introduction, they are those of its parts."""
    sections = [next(post.headline.iterancestors("section"), post.headline) for post in posts]
    has_own = len(set(sections)) == len(posts)
    tops = sections if has_own else [post.headline for post in posts]
    parents = [top.getparent() for top in tops]
    articles = [next(post.headline.iterancestors("article"), None) for post in posts]
    parts = parents if None in articles else articles
    return all(part is parts[0] for part in parts)


def _around(element: Element, tags: Collection[str]) -> Element | None:
    """The nearest element with one of these tags that contains the element, or it."""
    above = islice(element.iterancestors(), _MAX_LEVELS)
    return next((each for each in (element, *above) if each.tag in tags), None)


def _start(line: str) -> str:
    return "".join(line.split())[:_PREFIX]


class _Links:
    """The links of a page in which lines begin. The characters of each are counted once, as it may have many
    lines."""

    def __init__(self, url: str | None) -> None:
        address = _without_section(url or "")
        path = address.partition("//")[2].partition("/")[2]
        self._own = {address, f"/{path}"} if path else set()
        self._sizes: dict[Element, int] = {}

    def link_around(self, element: Element, line: str) -> Element | None:
        """The link that contains the element in which the line begins, if most of the line is in it."""
        link = _around(element, ("a",))
        if link is None or not link.get("href"):
            return None
        if link not in self._sizes:
            self._sizes[link] = sum(map(len, link.itertext()))
        return link if 2 * self._sizes[link] > len(line) else None

    def is_own(self, link: Element) -> bool:
        """Whether a link leads to a section of a page, or to the page that it is on."""
        href = link.get("href", "").strip()
        return _SECTION.fullmatch(href) is not None or _without_section(href) in self._own


def _without_section(address: str) -> str:
    return address.partition("#")[0].rstrip("/")
