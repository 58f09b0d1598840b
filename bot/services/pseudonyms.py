"""Letters in place of commenters' names, for servers with hidden names."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from bot.domain.answers import Citation, Quote
from bot.domain.articles import DELETED, Article, Comment, Scope
from bot.domain.search import Filters, Hit
from bot.errors import BadInput
from bot.i18n import msg
from bot.store.corpus.reader import CorpusReader

Names = Mapping[int, Mapping[str, str]]
"""The commenters' displayed names for each article."""
T = TypeVar("T")


class Pseudonymizer:
    """Renames people according to their server's setting. A letter identifies one person within one thread,
    in the order in which they were added to the archive, so that readers can follow a discussion, but nobody
    across threads. It traverses the fields of any model, so that it also covers new models with comments or
    quotes."""

    def __init__(self, reader: CorpusReader) -> None:
        self._reader = reader

    async def rename(self, scope: Scope, value: T) -> T:
        """Returns the same model or tuple of models with the names that the scope's readers see."""
        if not scope.pseudonyms:
            return value
        threads = sorted(set(_threads(value)))
        commenters = await self._reader.commenters(scope, threads)
        names = {
            article: {
                author: msg("commenter-letter", letter=letters(place)) for place, author in enumerate(authors)
            }
            for article, authors in commenters.items()
        }
        renamed: T = _renamed(value, names, None)
        return renamed

    @staticmethod
    def check_filters(scope: Scope, filters: Filters) -> None:
        """Raises BadInput("names-hidden") for a search by a name that the scope's readers do not see."""
        if scope.pseudonyms and filters.names_author:
            raise BadInput("names-hidden")


def letters(place: int) -> str:
    """Returns A, B, ... Z, AA, AB ... for 0, 1, ..."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _threads(value: Any) -> Iterator[int]:
    if isinstance(value, tuple | list):
        for item in value:
            yield from _threads(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        article = _article_of(value)
        if article is not None:
            yield article
        for part in dataclasses.fields(value):
            yield from _threads(getattr(value, part.name))


def _renamed(value: Any, names: Names, article: int | None) -> Any:
    """`article` is the thread of the value, for values without an article of their own."""
    if isinstance(value, tuple | list):
        return type(value)(_renamed(item, names, article) for item in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    article = _article_of(value) or article
    changes = {
        part.name: _renamed(getattr(value, part.name), names, article)
        for part in dataclasses.fields(value)
        if isinstance(getattr(value, part.name), tuple | list)
        or dataclasses.is_dataclass(getattr(value, part.name))
    }
    if isinstance(value, Article):
        changes |= {"submitter": None, "thread_link": None}  # the source has the names
    elif isinstance(value, Comment | Quote):
        changes["author"] = _name(value.author, names, article)
    elif isinstance(value, Hit | Citation):
        written = value.comment is not None and value.author is not None
        changes["author"] = _name(value.author or "", names, article) if written else None
    if isinstance(value, Comment | Quote | Citation) and value.replies_to:
        changes["replies_to"] = _name(value.replies_to, names, article)
    is_comment = isinstance(value, Comment | Quote) or getattr(value, "comment", None) is not None
    if isinstance(value, Comment | Quote | Citation | Hit) and is_comment:
        changes["link"] = None
    return dataclasses.replace(value, **changes)


def _name(author: str, names: Names, article: int | None) -> str:
    return displayed_name(author, names.get(article or 0, {}))


def displayed_name(author: str, names: Mapping[str, str]) -> str:
    """The name that readers see, of the displayed names of one thread."""
    return DELETED if author == DELETED else names.get(author) or msg("commenter-unknown")


def _article_of(value: Any) -> int | None:
    if isinstance(value, Article):
        return value.id
    article = getattr(value, "article", None)
    if isinstance(article, Article):
        return article.id
    return article if isinstance(article, int) else None
