"""The rule by which two articles are one story.

Links to the same page, or a link to the other's thread, decide. Otherwise both have the same headline, apart
from the name of the site in it, and nearly the same text: most of the shorter one occurs in the longer one.
Where one has no text, as a submission of a link, the headline has to be a telling one, both must be from the
same source as far as is known, and published within some days. The daily threads of a forum have one headline
and one text, and are different threads."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple, Protocol

from bot.store.corpus.deduplication import normalize_title, page_hash, reddit_submission_number

MAX_HEADLINE_DAYS = 3
"""Two captures of one report, at least one without a text, are published this many days apart at most."""
MAX_LINK_DAYS = 1
"""Two different links with one headline and no text are."""
MAX_EDITION_DAYS = 0.8
"""What one source publishes under one headline further apart can be two editions of a series."""
MIN_HEADLINE_WORDS, MIN_HEADLINE_LETTERS = 4, 18
"""A shorter headline ("Live updates") is not enough without a text."""
MIN_TEXT_WORDS = 20
MIN_SHARED_TEXT = 0.8
"""The share of the shorter text's runs of words that the longer one has, in two captures of one text."""
MIN_SHARED_BY_EDITIONS = 0.95
"""The same for what one source published under one headline on two days: programmes, briefings and forecasts
repeat most of their words."""
MAX_TEXT_WORDS = 3_000
_RUN = 3
_DAY = 86_400
_WORD = re.compile(r"\w+")
_COMMENT_LINK = re.compile(r"/comments/[0-9a-z]+/[^/?#]+/[0-9a-z]+", re.IGNORECASE)
_SEPARATORS = (" - ", " \u2013 ", " \u2014 ", " | ", " \u00b7 ")
MAX_SITE_NAME = 40
"""The most characters of a site's name in a headline."""


class StoryIdentity(NamedTuple):
    """What decides whether an article is the same story as another."""

    id: int
    key: int | None
    title: str
    source: str | None
    posted_at: int | None
    link: str | None
    body: str


STORY_IDENTITY = ", ".join(StoryIdentity._fields)


class Publication(Protocol):
    """Where and when an article was published; its time is in unix seconds."""

    @property
    def source(self) -> str | None: ...
    @property
    def posted_at(self) -> int | None: ...
    @property
    def link(self) -> str | None: ...


def same_story(article: StoryIdentity, other: StoryIdentity) -> bool:
    """Whether both are one story; see the module."""
    links = page_hash(article.link), page_hash(other.link)
    if links[0] is not None and links[0] == links[1]:
        return True
    if _leads_to(article, other) or _leads_to(other, article):
        return True
    sources = [source for source in (article.source, other.source) if source]
    headline = bare_headline(article.title, sources)
    if headline != bare_headline(other.title, sources) or _is_series(article, other):
        return False
    texts = words_of(article.body), words_of(other.body)
    if min(map(len, texts)) >= MIN_TEXT_WORDS:
        return shared_text(*texts) >= _min_shared_text(article, other)
    return is_telling(headline) and published_together(article, other, texts=int(any(texts)))


def published_together(article: Publication, other: Publication, *, texts: int) -> bool:
    """Whether two articles with one headline were published as captures of one report are: by one source, as
    far as is known, and soon after each other. `texts` is how many of them have a text that is not
    compared."""
    sources = [source for source in (article.source, other.source) if source]
    if len({_site(source) for source in sources}) > 1 or _is_series(article, other):
        return False
    days: float = MAX_HEADLINE_DAYS
    if texts > 1:
        days = MAX_EDITION_DAYS
    elif not texts and None not in (page_hash(article.link), page_hash(other.link)):
        days = MAX_LINK_DAYS
    return _within(article, other, days, same_source=len(sources) == 2)


def are_editions(article: StoryIdentity, other: StoryIdentity) -> bool:
    """Whether both are editions of a series: one headline and source, and different texts, or a forum's."""
    sources = [source for source in (article.source, other.source) if source]
    if bare_headline(article.title, sources) != bare_headline(other.title, sources):
        return False
    if _is_series(article, other):
        return True
    if len({_site(source) for source in sources}) > 1 or not article.body or not other.body:
        return False
    return shared_text(words_of(article.body), words_of(other.body)) < _min_shared_text(article, other)


def bare_headline(title: str, sources: Collection[str] = ()) -> str:
    """The normalised headline without the name of a site ("Headline - BBC News") that is one of `sources`."""
    for text, name in _without_site_names(title):
        if any(_names(name, source) for source in sources):
            title = text
            break
    return normalize_title(title)


def _without_site_names(title: str) -> Iterator[tuple[str, str]]:
    """The headline without what can be the name of a site before or after it, and that name."""
    if title.startswith("[") and "]" in title[: MAX_SITE_NAME + 2]:
        name, _, text = title[1:].partition("]")
        yield text, name
    for separator in _SEPARATORS:
        text, _, name = title.rpartition(separator)
        if text and len(name) <= MAX_SITE_NAME:
            yield text, name
        name, _, text = title.partition(separator)
        if text and len(name) <= MAX_SITE_NAME:
            yield text, name


def is_telling(headline: str) -> bool:
    """Whether a normalised headline is unlikely to be that of two different stories of a few days."""
    words = [word for word in headline.split() if not word.isdigit()]
    letters = sum(map(len, words))
    if letters and ord(max(headline)) > 0x2E80:  # scripts without blanks
        return letters >= MIN_HEADLINE_LETTERS // 2
    return len(words) >= MIN_HEADLINE_WORDS and letters >= MIN_HEADLINE_LETTERS


def words_of(text: str) -> list[str]:
    """The words of a text, or its letters in scripts without blanks."""
    words = _WORD.findall(text[: MAX_TEXT_WORDS * 12].casefold())[:MAX_TEXT_WORDS]
    return list("".join(words)[:MAX_TEXT_WORDS]) if words and len("".join(words)) > 15 * len(words) else words


def shared_text(words: list[str], others: list[str]) -> float:
    """The share of the shorter text's runs of words that the longer one has."""
    shorter, longer = sorted((_runs(words), _runs(others)), key=len)
    return len(shorter & longer) / len(shorter) if shorter else 0.0


def _min_shared_text(article: StoryIdentity, other: StoryIdentity) -> float:
    sites = {_site(source) for source in (article.source, other.source) if source}
    if len(sites) == 1 and not _within(article, other, MAX_EDITION_DAYS, same_source=True):
        return MIN_SHARED_BY_EDITIONS
    return MIN_SHARED_TEXT


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return set(zip(*(words[start:] for start in range(_RUN)), strict=False))


def linked_thread(link: str | None) -> int | None:
    """The number of the thread on Reddit that a link leads to; None for one to a comment there."""
    return None if link is None or _COMMENT_LINK.search(link) else reddit_submission_number(link)


def _leads_to(article: StoryIdentity, other: StoryIdentity) -> bool:
    return other.key is not None and linked_thread(article.link) == other.key


def _is_series(article: Publication, other: Publication) -> bool:
    """Whether both were written for the same forum on different days."""
    source = (article.source or "").casefold()
    if not source.startswith("self.") or source != (other.source or "").casefold():
        return False
    return not _within(article, other, 0.5, same_source=False)


def _within(article: Publication, other: Publication, days: float, *, same_source: bool) -> bool:
    if article.posted_at is None or other.posted_at is None:
        return same_source
    return abs(article.posted_at - other.posted_at) <= days * _DAY


def _site(source: str) -> str:
    """The host without what captures of one site differ in."""
    host = source.strip().casefold()
    for prefix in ("www.", "m.", "amp.", "mobile."):
        host = host.removeprefix(prefix)
    return host


def _names(name: str, source: str) -> bool:
    """Whether this is the name of the site with this host."""
    letters = "".join(_WORD.findall(name.casefold()))
    labels = [label for label in _site(source).split(".")[:-1] if len(label) > 2]
    return len(letters) > 1 and any(letters in label or label in letters for label in labels)
