"""Completes titles from what has been typed of them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from sqlite3 import Connection
from typing import TypeAlias

from bot.domain.articles import TitleMatch
from bot.store.corpus import rows
from bot.store.sqlite.time_limit import StatementBudget

_Row: TypeAlias = tuple[int, str, str | None, int | None]
_WORD = re.compile(r"\w+")

MAX_CANDIDATES = 200
"""Candidates of one archive: `ORDER BY rank` would read every match of a short prefix."""
STATEMENT_SECONDS = 0.003
"""Seconds that are spent on finding them: beginnings that many titles have, and few together, take long."""
MAX_SOURCE_ARTICLES = 2000
"""Articles of one archive whose sources are completed: there is no index of sources, nor need of one."""
MAX_WORDS = 16
MAX_PREFIXES, MAX_PREFIX_LENGTH = 4, 6
"""Of this many words at most each may be a prefix, if it is short enough for the index of prefixes. Otherwise
only the last may, which bounds the time, unless nothing is found so."""


def complete_titles(
    db: Connection, archives: Sequence[int], text: str, limit: int, *, adult: bool = True
) -> tuple[TitleMatch, ...]:
    """Of the newest titles in which every word of `text` begins a word: those that begin with the text first,
    then those that have its words near the beginning and in a row, then the newest. Without a word in the
    text, the newest articles. What is marked as over 18 is left out unless `adult`."""
    words = typed_words(text)[:MAX_WORDS]
    titles = _matching(db, archives, words, adult) if words else _newest(db, archives, limit, adult)
    plain = [_plain(word) for word in words]
    titles.sort(key=lambda row: (_distance(row[1], plain), -_time(row), -row[0]))
    return tuple(map(rows.match, titles[:limit]))


def complete_sources(db: Connection, archives: Sequence[int], text: str, limit: int) -> tuple[str, ...]:
    """The sources of the newest articles that begin with the text, the most frequent first, then those that
    hold it."""
    counts: Counter[str] = Counter()
    for archive in archives:
        counts.update(
            source
            for (source,) in db.execute(
                "SELECT source FROM article WHERE id BETWEEN ? AND ? AND title IS NOT NULL"
                " ORDER BY id DESC LIMIT ?",
                (*rows.id_range(archive), MAX_SOURCE_ARTICLES),
            )
            if source
        )
    typed = text.strip().casefold()
    fitting = [(source, source.casefold()) for source, _ in counts.most_common()]
    begin = [source for source, folded in fitting if folded.startswith(typed)]
    hold = [source for source, folded in fitting if typed in folded and not folded.startswith(typed)]
    return tuple([*begin, *hold][:limit])


def typed_words(text: str) -> list[str]:
    """The words of a text as FTS5's unicode61 parts them, so that none of them is two words to it."""
    kept = []
    for char in text:
        kind = unicodedata.category(char)
        if kind[0] in "LN" or kind == "Co":
            kept.append(char)
        elif not 0x300 <= ord(char) <= 0x331:  # diacritics, which it leaves out
            kept.append(" ")
    return "".join(kept).split()


def _matching(db: Connection, archives: Sequence[int], words: Sequence[str], adult: bool) -> list[_Row]:
    prefixes = [f'"{word}"*' for word in words]
    terms = [
        prefix if len(words) <= MAX_PREFIXES and len(word) <= MAX_PREFIX_LENGTH else f'"{word}"'
        for word, prefix in zip(words, prefixes, strict=True)
    ]
    terms[-1] = prefixes[-1]
    ids = _ids(db, archives, terms)
    if not ids and terms != prefixes:
        ids = _ids(db, archives, prefixes)
    marks = ", ".join("?" * len(ids))
    return db.execute(
        f"SELECT {rows.MATCH} FROM article WHERE id IN ({marks}) AND (? OR over_18 = 0)", (*ids, adult)
    ).fetchall()


def _ids(db: Connection, archives: Sequence[int], terms: Sequence[str]) -> list[int]:
    sql = (
        "SELECT rowid FROM title_fts WHERE title_fts MATCH ? AND rowid BETWEEN ? AND ?"
        " ORDER BY rowid DESC LIMIT ?"
    )
    ids: list[int] = []
    match = " AND ".join(terms)
    budget = StatementBudget(db, STATEMENT_SECONDS)
    budget.begin()
    try:
        for archive in archives:
            matches, _ = budget.rows(sql, (match, *rows.id_range(archive), MAX_CANDIDATES))
            ids += [row for (row,) in matches]
    finally:
        budget.end()
    return ids


def _newest(db: Connection, archives: Sequence[int], limit: int, adult: bool) -> list[_Row]:
    return [
        row
        for archive in archives
        for row in db.execute(
            f"SELECT {rows.MATCH} FROM article WHERE id BETWEEN ? AND ? AND title IS NOT NULL"
            " AND (? OR over_18 = 0) ORDER BY id DESC LIMIT ?",
            (*rows.id_range(archive), adult, limit),
        )
    ]


def _time(row: _Row) -> int:
    return row[3] if row[3] is not None else -(1 << 62)


def _distance(title: str, words: Sequence[str]) -> tuple[int, ...]:
    """How far the title is from what was typed: 0 is a title that begins with it."""
    title_words = _WORD.findall(_plain(title))
    size = len(title_words)
    positions: list[int] = []
    for word in words:
        start = positions[-1] + 1 if positions else 0
        order = (*range(start, size), *range(min(start, size)))
        positions.append(next((n for n in order if title_words[n].startswith(word)), size))
    gaps = sum(second - first != 1 for first, second in pairwise(positions))
    return (gaps, min(positions, default=0))


def _plain(text: str) -> str:
    if text.isascii():
        return text.casefold()
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in folded if not unicodedata.combining(char))
