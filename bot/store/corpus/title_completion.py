"""Completes partially typed titles."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import TypeAlias

from bot.domain.articles import TitleMatch, ValueField
from bot.domain.plain_letters import MAX_SPELT_WORDS, PLAIN_LETTERS, shortest_beginning, spelt_beginnings
from bot.store.corpus import rows
from bot.store.engine import Connection
from bot.store.text_match import MatchWords, TextMatch, all_of, any_of

_Row: TypeAlias = tuple[int, str, str | None, int | None]
_WORD = re.compile(r"[^\W_]+")

MAX_CANDIDATES = 200
"""Maximum candidates of one archive: `ORDER BY rank` would read every match of a short prefix."""
STATEMENT_SECONDS = 0.003
"""Time limit of one search for candidates: prefixes that are common each but rare together are slow."""
MAX_SOURCE_ARTICLES = 2000
"""Number of newest articles of an archive whose sources are completed: sources need no index."""
MAX_WORDS = 16
MIN_SPELT = 2
"""A shorter beginning is only searched as typed: it has many matches."""
MAX_SPELLINGS = 8
"""The most words, or beginnings of words, with letters such as ł that a plain one stands for."""
MAX_LOOKUPS = 64
"""The most of these that are looked up in the titles."""
MAX_PREFIXES, MAX_PREFIX_LENGTH = 4, 6
"""In a text of at most MAX_PREFIXES words, each word no longer than MAX_PREFIX_LENGTH matches as a prefix.
Otherwise only the last word does, which bounds the time, unless nothing matches."""
INDEXED_LENGTH = 4
"""The longest prefix that has an index. SQLite reads all titles with a longer one before it returns any, so
the newest by the indexed beginnings of the words are looked through for the rest, and if these are too few,
all within the time limit."""


def complete_titles(
    db: Connection, archives: Sequence[int], text: str, limit: int, *, adult: bool = True
) -> tuple[TitleMatch, ...]:
    """Returns titles among the newest in which every word of `text` is a prefix of a word: those that start
    with the text first, then those with its words early and adjacent, then the newest. If the text has no
    words, returns the newest articles. Leaves out articles marked as over 18 unless `adult`."""
    words = typed_words(text)[:MAX_WORDS]
    titles = _matching(db, archives, words, limit, adult) if words else _newest(db, archives, limit, adult)
    plain = [_plain(word) for word in words]
    titles.sort(key=lambda row: (_distance(row[1], plain), -_time(row), -row[0]))
    return tuple(map(rows.match, titles[:limit]))


def complete_values(
    db: Connection, archives: Sequence[int], field: ValueField, text: str, limit: int, *, adult: bool
) -> tuple[str, ...]:
    """Sources, subreddits or flairs of the newest articles that start with the text, the most frequent first,
    then those that contain it."""
    counts: Counter[str] = Counter()
    for archive in archives:
        counts.update(
            value
            for (value,) in db.execute(
                f"SELECT {field} FROM article WHERE id BETWEEN ? AND ? AND title IS NOT NULL"
                " AND (? = 1 OR over_18 = 0) ORDER BY id DESC LIMIT ?",
                (*rows.id_range(archive), adult, MAX_SOURCE_ARTICLES),
            )
            if value
        )
    typed = text.strip().casefold()
    fitting = [(value, value.casefold()) for value, _ in counts.most_common()]
    begin = [value for value, folded in fitting if folded.startswith(typed)]
    hold = [value for value, folded in fitting if typed in folded and not folded.startswith(typed)]
    return tuple([*begin, *hold][:limit])


def typed_words(text: str) -> list[str]:
    """The words of a text as the index splits them: SQLite's tokenizer unicode61."""
    kept = []
    for char in text:
        kind = unicodedata.category(char)
        if kind[0] in "LN" or kind == "Co":
            kept.append(char)
        elif not 0x300 <= ord(char) <= 0x331:  # diacritics, which it removes
            kept.append(" ")
    return "".join(kept).split()


def _matching(
    db: Connection, archives: Sequence[int], words: Sequence[str], limit: int, adult: bool
) -> list[_Row]:
    beginnings = [len(words) <= MAX_PREFIXES and len(word) <= MAX_PREFIX_LENGTH for word in words[:-1]] + [
        True
    ]
    titles, in_time = _beginning(db, archives, words, beginnings, limit, adult)
    if not titles and in_time and not all(beginnings):
        titles, _ = _beginning(db, archives, words, [True] * len(words), limit, adult)
    return titles


def _beginning(
    db: Connection,
    archives: Sequence[int],
    words: Sequence[str],
    beginnings: Sequence[bool],
    limit: int,
    adult: bool,
) -> tuple[list[_Row], bool]:
    """The newest titles with all these words, of which some are only the beginnings of words, and whether all
    that was searched was read in time."""
    pairs = list(zip(words, beginnings, strict=True))
    ids, in_time = _ids(
        db,
        archives,
        [
            _term(db, archives, word[:INDEXED_LENGTH] if begins else word, begins=begins)
            for word, begins in pairs
        ],
    )
    titles = _read(db, ids, adult)
    long = [word for word, begins in pairs if begins and len(word) > INDEXED_LENGTH]
    if long:
        titles = [row for row in titles if _has_words(row[1], long)]
        if len(titles) < limit and len(ids) >= MAX_CANDIDATES:
            # Among the newest with the indexed beginnings are too few: the others may be among all.
            others, _ = _ids(
                db, archives, [_term(db, archives, word, begins=begins) for word, begins in pairs]
            )
            titles = _read(db, others, adult) if len(others) > len(titles) else titles
    return titles, in_time


def _term(db: Connection, archives: Sequence[int], word: str, *, begins: bool) -> TextMatch:
    """Matches a word, or what begins with it, with and without letters such as ł."""
    plain = _plain(word)
    if len(plain) < MIN_SPELT:
        return MatchWords((word,), prefix=begins)
    spellings = (word, word.lower().translate(PLAIN_LETTERS))  # each is one word of the index
    others = [
        MatchWords((spelt,), prefix=begins)
        for spelt in _other_spellings(db, plain, begins=begins)
        if not (begins and spelt.startswith(spellings))
    ]
    if len(others) > MAX_SPELLINGS:  # those that these archives have, and not what others have
        present = (match for match in others[:MAX_LOOKUPS] if _is_in_title(db, archives, match))
        others = list(islice(present, MAX_SPELLINGS))
    return any_of(dict.fromkeys([*(MatchWords((spelt,), prefix=begins) for spelt in spellings), *others]))


def _other_spellings(db: Connection, plain: str, *, begins: bool) -> Sequence[str]:
    """What has letters such as ł and this plain spelling: words, or what words begin with."""
    begun = "SELECT word FROM form WHERE language = '' AND stem >= ? AND stem < ?"
    values = (plain, plain + ("\U0010ffff" if begins else "\0"))
    if begins and db.execute(f"{begun} LIMIT 1 OFFSET ?", (*values, MAX_SPELT_WORDS)).fetchone():
        # The first of them may all be words of other archives.
        return list(islice(spelt_beginnings(plain), MAX_LOOKUPS))
    known = db.execute(
        f"SELECT DISTINCT substr(word, 1, ?) FROM ({begun} LIMIT ?) AS begun",
        (len(plain), *values, MAX_SPELT_WORDS),
    )
    words = [word for (word,) in known]  # which are no longer than their plain spelling
    return list(dict.fromkeys(shortest_beginning(word, plain, _plain) for word in words)) if begins else words


def _is_in_title(db: Connection, archives: Sequence[int], match: TextMatch) -> bool:
    statements = (db.text_index.matching("title", match, rows.id_range(archive), 1) for archive in archives)
    return any(db.execute(*statement).fetchone() for statement in statements)


def _read(db: Connection, ids: Sequence[int], adult: bool) -> list[_Row]:
    if not ids:
        return []
    marks = ", ".join("?" * len(ids))
    sql = f"SELECT {rows.MATCH} FROM article WHERE id IN ({marks}) AND (? = 1 OR over_18 = 0)"
    return db.execute(sql, (*ids, adult)).fetchall()


def _has_words(title: str, words: Sequence[str]) -> bool:
    title_words = _title_words(title)
    return all(any(known.startswith(word) for known in title_words) for word in map(_plain, words))


@lru_cache(maxsize=1_000)  # what is typed letter by letter finds the same titles again and again
def _title_words(title: str) -> list[str]:
    return _WORD.findall(_plain(title))


def _ids(db: Connection, archives: Sequence[int], words: Sequence[TextMatch]) -> tuple[list[int], bool]:
    """The ids of the newest titles with all these words, and whether these were all read in time."""
    ids: list[int] = []
    in_time = True
    match = all_of(words)
    budget = db.budget(STATEMENT_SECONDS)
    budget.begin()
    try:
        for archive in archives:
            statement = db.text_index.newest("title", match, rows.id_range(archive), MAX_CANDIDATES)
            matches, is_whole = budget.rows(*statement)
            ids += [row for (row,) in matches]
            in_time = in_time and is_whole
    finally:
        budget.end()
    return ids, in_time


def _newest(db: Connection, archives: Sequence[int], limit: int, adult: bool) -> list[_Row]:
    return [
        row
        for archive in archives
        for row in db.execute(
            f"SELECT {rows.MATCH} FROM article WHERE id BETWEEN ? AND ? AND title IS NOT NULL"
            " AND (? = 1 OR over_18 = 0) ORDER BY id DESC LIMIT ?",
            (*rows.id_range(archive), adult, limit),
        )
    ]


def _time(row: _Row) -> int:
    return row[3] if row[3] is not None else -(1 << 62)


def _distance(title: str, words: Sequence[str]) -> tuple[int, ...]:
    """The distance of the title from the typed words: 0 if it starts with them."""
    title_words = _title_words(title)
    size = len(title_words)
    positions: list[int] = []
    for word in words:
        start = positions[-1] + 1 if positions else 0
        for place in (*range(start, size), *range(min(start, size))):
            if title_words[place].startswith(word):
                break
        else:
            place = size
        positions.append(place)
    gaps = sum(second - first != 1 for first, second in pairwise(positions))
    return (gaps, min(positions, default=0))


def _plain(text: str) -> str:
    if text.isascii():
        return text.casefold()
    folded = unicodedata.normalize("NFKD", text.casefold()).translate(PLAIN_LETTERS)
    return "".join(char for char in folded if not unicodedata.combining(char))
