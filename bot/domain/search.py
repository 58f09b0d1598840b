"""Search queries, filters and results."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from bot.errors import BadInput

SearchField = Literal["articles", "comments", "both"]


Order = Literal["relevance", "newest", "score"]


@dataclass(frozen=True, slots=True)
class Term:
    """A search term: a word, or several consecutive words; if `prefix`, the last one may be incomplete.
    `exact` is set for quoted terms, which match only these forms of the words; `title` for those that match
    only in headlines."""

    words: tuple[str, ...]
    prefix: bool = False
    exact: bool = False
    title: bool = False
    capitals: tuple[str, ...] = ()
    """The letters of the abbreviations in it, in lower case: a text in whose language these are also words
    has the term only if it has them in capitals."""
    is_spelling: bool = field(default=False, compare=False)
    """Whether it is another way to write the term before it in its group."""

    @property
    def joined(self) -> str | None:
        """The single word that a typed term also is, such as covid19 for covid-19, or 3100 for 3,100; but
        3.5 is not 35."""
        if len(self.words) < 2 or self.exact or self.prefix:
            return None
        word = "".join(self.words)
        if word.isdecimal():
            return word if _GROUPED.fullmatch(",".join(self.words)) else None
        return word if any(map(str.isdecimal, word)) else None


_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")
"""The groups of a large number: thousands, or lakhs and crores."""


ConditionField = Literal["author", "source", "subreddit", "flair", "score", "comments", "posted"]


@dataclass(frozen=True, slots=True)
class Condition:
    """What an operator such as `author:` or `score:>10` requires of a row: a text, ignoring case, or a number
    from `low` to `high`, both included; `posted` is in unix seconds. `negated` requires the opposite."""

    field: ConditionField
    text: str | None = None
    low: int | None = None
    high: int | None = None
    negated: bool = False


Conditions = tuple[tuple[Condition, ...], ...]
"""A row must meet at least one condition of every group."""


_AUTHOR = re.compile(r'author:(?:"([^"]*)"|([^\s"()]+))', re.IGNORECASE)


def named_authors(text: str) -> list[str]:
    """The names for which the operators of a query ask."""
    return [quoted or name for quoted, name in _AUTHOR.findall(text)]


def _names_author(conditions: Conditions) -> bool:
    return any(condition.field == "author" for group in conditions for condition in group)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Leaves out rows that have all of `terms`, but none of `unless`. `spellings` are the other spellings of
    each of `terms`, once they have been looked up."""

    terms: tuple[Term, ...]
    unless: tuple[Term, ...] = ()
    spellings: tuple[tuple[Term, ...], ...] = ()

    @property
    def ways(self) -> tuple[tuple[Term, ...], ...]:
        """Each of `terms` with its other spellings."""
        others = self.spellings or ((),) * len(self.terms)
        return tuple((term, *more) for term, more in zip(self.terms, others, strict=True))


_QUESTION_MARKS = ("?", "？", "؟", "\u037e")


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: a thread must match at least one term of every group, and no term of `exclude`. Its
    rows must also meet `conditions` and none of `exclusions`. `faults` are operators that cannot be used and
    were read as words. If there are `alternatives`, a thread must match one of these instead: OR has joined
    words and operators."""

    text: str
    groups: tuple[tuple[Term, ...], ...] = ()
    exclude: tuple[Term, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    conditions: Conditions = ()
    faults: tuple[BadInput, ...] = ()
    ignored: tuple[str, ...] = ()
    """The words beyond the maximum."""
    alternatives: tuple[Query, ...] = ()

    @property
    def names_author(self) -> bool:
        """Whether an operator asks for somebody's name."""
        return _names_author(self.conditions) or any(part.names_author for part in self.alternatives)

    @property
    def parts(self) -> tuple[Query, ...]:
        """The alternatives, or the query itself if it has none."""
        return self.alternatives or (self,)

    @property
    def is_question(self) -> bool:
        """Whether the text ends with a question mark of any script."""
        return self.text.rstrip().endswith(_QUESTION_MARKS)


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters of a search; names ignore case, `after` is inclusive, `before` exclusive (aware UTC)."""

    source: str | None = None
    author: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    adult: bool = True
    """Whether articles marked as over 18 are included."""

    @property
    def names_author(self) -> bool:
        """Whether they ask for somebody's name."""
        return self.author is not None

    def narrowed(self, query: Query) -> RowFilters:
        """These filters with the conditions of a query: the narrower time span of both."""
        after, before = self.after, self.before
        for group in query.conditions:
            [first, *others] = group
            if first.field == "posted" and not others and not first.negated:
                if first.low is not None:
                    start = datetime.fromtimestamp(first.low, UTC)
                    after = start if after is None else max(after, start)
                if first.high is not None:
                    end = datetime.fromtimestamp(first.high + 1, UTC)
                    before = end if before is None else min(before, end)
        conditions, named = query.conditions, query.names_author
        return RowFilters(self.source, self.author, after, before, self.adult, conditions, named)


@dataclass(frozen=True, slots=True)
class RowFilters(Filters):
    """Filters with the conditions of a query."""

    conditions: Conditions = ()
    query_names_author: bool = False
    """Whether an operator of the query asks for somebody's name, if only in one of its alternatives."""

    @property
    def names_author(self) -> bool:
        """Whether they ask for somebody's name."""
        return self.author is not None or self.query_names_author


@dataclass(frozen=True, slots=True)
class Hit:
    """A thread that matches. `comment` is set if the excerpt is from a comment; `matches` are the [start,
    end) character spans of `excerpt`, which is part of the stored text, `masks` those to hide until the
    reader reveals them (slurs and spoilers); `more` counts further matching comments. `author` and
    `posted_at` belong to the excerpt, `thread_at` is the article's time. The excerpt `explains` the match if
    it has a searched word that the title lacks."""

    article: int
    comment: int | None
    key: str | None
    title: str
    source: str | None
    author: str | None
    posted_at: datetime | None
    excerpt: str
    matches: tuple[tuple[int, int], ...]
    more: int = 0
    thread_at: datetime | None = None
    masks: tuple[tuple[int, int], ...] = ()
    explains: bool = False
    link: str | None = None
    """Where the comment stands at its source, if that is known."""
    threads: int = 1
    papers: int = 1
    """How many threads and different sources the story has, with the other reports of its event."""

    @property
    def is_title(self) -> bool:
        """Whether the excerpt is from the title, which has no markup."""
        return self.comment is None and self.excerpt in self.title


@dataclass(frozen=True, slots=True)
class WordCount:
    """A term as typed, and in how many articles and comments it occurs: at least, if `capped`."""

    word: str
    texts: int
    capped: bool = False


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of hits. `instead` is the corrected spelling that was searched because `query` had no hits;
    `total` counts hits, one for each story, and is a lower bound if `capped`. The first `full` of the `total`
    match every group; the others match only some. `full` is None for whole sentences, whose best matches may
    lack some words. `cut` is set if time ran out, so that matches may be missing. `narrowed` are
    beginnings of words of which only the commonest words were searched, `ignored` words that were not
    searched for, and `counts` says how often the others occur; if `listed`, there are none, and the
    newest come first by default. The hits with the numbers `near`, [start, end), have `near_words`, which are
    nearest in meaning, in place of words that hardly occur."""

    query: str
    instead: str | None
    hits: tuple[Hit, ...]
    offset: int
    total: int
    capped: bool = False
    full: int | None = 0
    cut: bool = False
    narrowed: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    counts: tuple[WordCount, ...] = ()
    listed: bool = False
    near: tuple[int, int] | None = None
    near_words: tuple[str, ...] = ()

    @property
    def near_count(self) -> int:
        """The number of threads that are only near in meaning."""
        return 0 if self.near is None else self.near[1] - self.near[0]
