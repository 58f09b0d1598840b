"""The words of the texts that a search is about. Counts of words are kept for all archives together, so that
what is chosen by them alone would leave out the words of a small archive, and show what others have."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice, pairwise
from typing import NamedTuple

from bot.store.corpus.rows import archive_of, id_range
from bot.store.engine import Connection, IdRange, Kind
from bot.store.search import spelling_dictionary
from bot.store.search.ports import TextAnalyzer
from bot.store.text_match import MatchWords

MAX_CHARACTERS = 400_000
"""Limit of the texts that are read for their words, newest first: a second for 40 million."""
MAX_LOOKUPS = 200
"""The most words that are looked up in the index, one by one."""
MAX_COUNTED = 1_000
"""Up to this many texts of a range with a word are counted."""
_KINDS: tuple[Kind, ...] = ("article", "comment")
_TEXTS: Mapping[Kind, str] = {
    "article": "SELECT title || ' ' || body FROM article WHERE id BETWEEN ? AND ? AND title IS NOT NULL"
    " ORDER BY id DESC",
    "comment": "SELECT text FROM comment WHERE id BETWEEN ? AND ? ORDER BY id DESC",
}
_MAX_ID = (1 << 62) - 1


class RangeWords(NamedTuple):
    """The words of the newest texts of a range of ids, with the number of texts that have each, and whether
    these are all its texts."""

    counts: Mapping[str, int]
    is_read: bool

    def with_prefix(self, prefix: str) -> list[str]:
        """The words that start so, commonest first."""
        words = [word for word in self.counts if word.startswith(prefix)]
        return sorted(words, key=lambda word: (-self.counts[word], word))


class ScopeWords:
    """The words of the articles and comments in some ranges of ids, in one state of the corpus."""

    def __init__(
        self, db: Connection, analyzer: TextAnalyzer, ranges: Mapping[Kind, Sequence[IdRange]]
    ) -> None:
        self._db = db
        self._analyzer = analyzer
        self._ranges = {kind: sorted(ranges.get(kind, ())) for kind in _KINDS}
        archives = {
            archive_of(first) for ranges_of_kind in self._ranges.values() for first, _ in ranges_of_kind
        }
        self._archives = sorted(archives)
        self._present: dict[tuple[int, str], bool] = {}

    @classmethod
    def of_archives(cls, db: Connection, analyzer: TextAnalyzer, archives: Iterable[int]) -> ScopeWords:
        """The words of whole archives."""
        ranges = [id_range(archive) for archive in archives]
        return cls(db, analyzer, dict.fromkeys(_KINDS, ranges))

    @cached_property
    def covers_index(self) -> bool:
        """Whether one archive has all texts, so that the counts of words are its own: what is chosen by the
        counts of several leaves out the words of the smallest."""
        for kind in _KINDS:
            if sum(self._has_rows(kind, ids) for ids in self._ranges[kind]) > 1:
                return False
            edges = [-1, *chain.from_iterable(self._ranges[kind]), _MAX_ID]
            for last, first in list(pairwise(edges))[::2]:
                if self._has_rows(kind, (last + 1, first - 1)):
                    return False
        return True

    def _has_rows(self, kind: Kind, ids: IdRange) -> bool:
        sql = f"SELECT 1 FROM {kind} WHERE id BETWEEN ? AND ? LIMIT 1"
        return self._db.execute(sql, ids).fetchone() is not None

    @cached_property
    def parts(self) -> Sequence[RangeWords]:
        """The words of each range; all have the same share of MAX_CHARACTERS."""
        ranges = [(kind, ids) for kind in _KINDS for ids in self._ranges[kind]]
        return [self._read(kind, ids, MAX_CHARACTERS // len(ranges)) for kind, ids in ranges]

    def _read(self, kind: Kind, ids: IdRange, left: int) -> RangeWords:
        counts: Counter[str] = Counter()
        for (text,) in self._db.execute(_TEXTS[kind], ids):
            counts.update(set(self._analyzer.words(text[:left])))
            left -= len(text)
            if left < 0:
                return RangeWords(counts, is_read=False)
        return RangeWords(counts, is_read=True)

    @property
    def is_read(self) -> bool:
        """Whether `parts` have the words of all texts."""
        return all(part.is_read for part in self.parts)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """The number of texts with each word, in all parts together."""
        return sum((Counter(part.counts) for part in self.parts), Counter())

    def present(self, words: Sequence[str], most: int) -> list[str]:
        """The first `most` of the words that some text has; only MAX_LOOKUPS are looked up."""
        known = words[:MAX_LOOKUPS]
        present = (word for word in known if any(self._is_in(archive, word) for archive in self._archives))
        return list(islice(present, most))

    def present_by_archive(self, words: Sequence[str], most: int) -> list[list[str]]:
        """For each archive the first `most` of the words that its texts have; only MAX_LOOKUPS are looked
        up."""
        known = words[:MAX_LOOKUPS]
        return [
            list(islice((word for word in known if self._is_in(archive, word)), most))
            for archive in self._archives
        ]

    def commonest_by_archive(
        self, words: Sequence[str], most: int, most_texts: int
    ) -> list[tuple[list[str], bool]]:
        """For each archive the first `most` of the words that its texts have, or more as long as at most
        `most_texts` of its texts have them, and whether these are all; only MAX_LOOKUPS are looked up."""
        return [self._commonest(archive, words[:MAX_LOOKUPS], most, most_texts) for archive in self._archives]

    def _commonest(self, archive: int, words: Sequence[str], most: int, left: int) -> tuple[list[str], bool]:
        present: list[str] = []
        for word in words:
            texts = self._count_in(archive, word, max(1, left + 1))
            left -= texts
            if texts and left < 0 and len(present) >= most:
                return present, False
            present += [word] * (texts > 0)
        return present, True

    def _is_in(self, archive: int, word: str) -> bool:
        if (archive, word) not in self._present:
            self._present[archive, word] = self._count_in(archive, word, 1) > 0
        return self._present[archive, word]

    def _count_in(self, archive: int, word: str, most: int) -> int:
        """The number of texts of an archive with the word, at most `most`."""
        match, index, count = MatchWords((word,)), self._db.text_index, 0
        for kind in _KINDS:
            for ids in self._ranges[kind]:
                if archive_of(ids[0]) == archive and count < most:
                    count += len(self._db.execute(*index.matching(kind, match, ids, most - count)).fetchall())
        return count

    def has_prefix(self, prefix: str) -> bool:
        """Whether some text has a word that starts so. All texts of the index with such a word are read."""
        match, index = MatchWords((prefix,), prefix=True), self._db.text_index
        statements = (index.matching(kind, match, ids, 1) for kind in _KINDS for ids in self._ranges[kind])
        return any(self._db.execute(*statement).fetchone() for statement in statements)

    def as_common(self, words: Sequence[str], other: str) -> list[str]:
        """Those of the words that texts have, and at least as many as have `other`: none of them if these are
        MAX_COUNTED or more, where counting ends."""
        least = max(1, self._count(other))
        return [word for word in words if least < MAX_COUNTED and self._count(word) >= least]

    def _count(self, word: str) -> int:
        """The number of texts with the word, of each range at most MAX_COUNTED."""
        match, index = MatchWords((word,)), self._db.text_index
        statements = (
            index.matching(kind, match, ids, MAX_COUNTED) for kind in _KINDS for ids in self._ranges[kind]
        )
        return sum(len(self._db.execute(*statement).fetchall()) for statement in statements)

    def dictionary(self, length: int, tolerance: int) -> Mapping[int, str]:
        """`spelling_dictionary.words_of_length` with the words of this scope; others are among them only if
        not all texts can be read."""
        if self.covers_index:
            return spelling_dictionary.words_of_length(self._db, length, tolerance)
        by_length: defaultdict[int, list[str]] = defaultdict(list)
        for word in sorted(self.counts, key=lambda word: (-self.counts[word], word)):
            if abs(len(word) - length) <= tolerance:
                by_length[len(word)].append(word)
        own = {size: "".join(words) for size, words in by_length.items()}
        if self.is_read:
            return own
        known = spelling_dictionary.words_of_length(self._db, length, tolerance)
        return {size: own.get(size, "") + known.get(size, "") for size in {*own, *known}}
