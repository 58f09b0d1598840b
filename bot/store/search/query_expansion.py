"""Expands the words of a query to words of the index, and estimates how many rows contain them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import NamedTuple

from bot.domain.plain_letters import MAX_SPELT_WORDS, shortest_beginning, spelt_beginnings
from bot.domain.search import Query, Term
from bot.store.engine import Connection
from bot.store.search import spelling_dictionary
from bot.store.search.ports import TextAnalyzer, WordCounts
from bot.store.search.scope_words import MAX_LOOKUPS, ScopeWords
from bot.store.search.word_statistics import UNACCENTED

MAX_FORMS = 24
"""Maximum number of forms of a word to search in each archive, commonest first."""
MAX_PREFIX_WORDS = 16
"""Number of words that a prefix is expanded to, commonest first, if it matches too many rows."""
MAX_OWN_PREFIX_WORDS = 200
"""The same if all texts of the scope are read for them: they are few."""
MAX_PREFIX_ROWS = 5_000
"""Up to this many rows with words of a prefix, the index is searched for the prefix itself."""
MAX_SPELT_PREFIXES = 16
"""The most other spellings of a prefix."""
MIN_SPELT_OUT = 5
"""Letters of the shortest word with oe that can be one with ø: doe is not dø."""
_STEM_PREFIX_LENGTH = 3


class _PrefixWords(NamedTuple):
    """The commonest words with a prefix, about how many rows of all archives have any, and whether these are
    all words."""

    words: Sequence[str]
    rows: int
    complete: bool


class QueryExpansion:
    """Expands the words of one search, in some languages, to words of its scope."""

    def __init__(
        self,
        db: Connection,
        analyzer: TextAnalyzer,
        counts: WordCounts,
        languages: Sequence[str],
        scope: ScopeWords,
    ) -> None:
        self._db = db
        self.scope = scope
        self._analyzer = analyzer
        self._counts = counts
        self._languages = languages
        self._forms: dict[str, Sequence[str]] = {}
        self._spellings: dict[str, Sequence[str]] = {}
        self._prefixes: dict[str, _PrefixWords] = {}
        self._spelt_prefixes: dict[str, Sequence[str]] = {}
        self._narrowed: dict[str, None] = {}
        self._row_counts: dict[Term, tuple[int, int]] = {}

    def in_languages(self, languages: Sequence[str]) -> QueryExpansion:
        """A new expansion in other languages."""
        return QueryExpansion(self._db, self._analyzer, self._counts, languages, self.scope)

    @property
    def narrowed(self) -> tuple[str, ...]:
        """The prefixes that were expanded to their commonest words only."""
        return tuple(self._narrowed)

    def forms(self, word: str) -> Sequence[str]:
        """Words with the same stem in any of the languages."""
        if word not in self._forms:
            forms: dict[str, None] = {}
            for spelt in (word, *self.spellings(word)):
                for language in self._languages:
                    forms.update(dict.fromkeys(self._words(language, self._analyzer.stem(spelt, language))))
                if spelt != word:
                    forms[spelt] = None
            self._forms[word] = list(forms)
        return self._forms[word]

    def spellings(self, word: str) -> Sequence[str]:
        """The word with and without letters such as ł, as the index has it."""
        if word not in self._spellings:
            plain = self._analyzer.unaccent(word)
            words = (plain, *self._words(UNACCENTED, plain), *self._spelt_out(word))
            self._spellings[word] = [spelt for spelt in dict.fromkeys(words) if spelt != word]
        return self._spellings[word]

    def _spelt_out(self, word: str) -> list[str]:
        """The word with ø in place of oe, or the other way round: oe is how ø is typed without the letter. It
        is not where more texts of the scope have the word with oe: Boeing."""
        unaccent = self._analyzer.unaccent
        spelt_out = word.replace("ø", "oe")
        if "oe" not in spelt_out or len(spelt_out) < MIN_SPELT_OUT:
            return []
        if "ø" in word:
            return [unaccent(spelt_out)]
        others = [
            other
            for other in self._words(UNACCENTED, unaccent(word.replace("oe", "o")))
            if unaccent(other.replace("ø", "oe")) == unaccent(word)
        ]
        return self.scope.as_common(others, word) if others else []

    def _rows(self, word: str, language: str, stem: str) -> int:
        """About how many rows of all archives have the word, 0 if it is not one of the language."""
        row = self._db.execute(
            "SELECT rows FROM form WHERE language = ? AND stem = ? AND word = ?", (language, stem, word)
        ).fetchone()
        return 0 if row is None else int(row[0])

    def _words(self, language: str, stem: str) -> list[str]:
        rows = self._db.execute(
            "SELECT word FROM form WHERE language = ? AND stem = ? ORDER BY rows DESC, word LIMIT ?",
            (language, stem, MAX_LOOKUPS),
        )
        words = [word for (word,) in rows]
        if len(words) <= MAX_FORMS:
            return words
        if self.scope.covers_index:
            return words[:MAX_FORMS]
        return list(dict.fromkeys(chain.from_iterable(self.scope.present_by_archive(words, MAX_FORMS))))

    def words_with_prefix(self, prefix: str) -> tuple[Sequence[str], int]:
        """Words that start with the prefix, commonest first, and approximately how many rows contain any such
        word, counted up to a limit."""
        known = self._prefix_words(prefix)
        return known.words, known.rows

    def _prefix_words(self, prefix: str) -> _PrefixWords:
        if prefix not in self._prefixes:
            known = self._indexed_words(prefix, 1)
            if known.words and not self.scope.covers_index:
                known = self._own_words(prefix, known)
            self._prefixes[prefix] = known
        return self._prefixes[prefix]

    def _own_words(self, prefix: str, indexed: _PrefixWords) -> _PrefixWords:
        """The words with a prefix that the scope has: those of the texts that can be read, and those of the
        commonest that it has."""
        words: dict[str, None] = {}
        complete = True
        for part in self.scope.parts:
            own = part.with_prefix(prefix)
            most = MAX_OWN_PREFIX_WORDS if part.is_read else MAX_PREFIX_WORDS
            complete = complete and (len(own) <= most or not part.is_read)
            words.update(dict.fromkeys(own[:most]))
        if not self.scope.is_read:
            candidates = self._indexed_words(prefix, MAX_LOOKUPS // MAX_PREFIX_WORDS)
            complete = complete and candidates.complete
            for present, are_all in self.scope.commonest_by_archive(
                candidates.words, MAX_PREFIX_WORDS, MAX_PREFIX_ROWS
            ):
                complete = complete and are_all
                words.update(dict.fromkeys(present))
        return _PrefixWords(list(words), indexed.rows, complete)

    def _indexed_words(self, prefix: str, times: int) -> _PrefixWords:
        """The commonest words of all archives with a prefix, so many times MAX_PREFIX_WORDS."""
        most_words = times * MAX_PREFIX_WORDS
        rows_by_word: dict[str, int] = {}
        total = most = 0
        for language in self._counts.languages:
            # Stems start like their words, but may be shorter than the prefix.
            stem, end = prefix[:_STEM_PREFIX_LENGTH], "\U0010ffff"
            begun = "FROM form WHERE language = ? AND stem >= ? AND stem < ? AND word >= ? AND word < ?"
            values = (language, stem, stem + end, prefix, prefix + end)
            words, rows = self._db.execute(
                f"SELECT count(*), sum(rows) FROM (SELECT rows {begun} LIMIT ?) AS begun",
                (*values, MAX_PREFIX_ROWS + 1),
            ).fetchone()
            total, most = max(total, rows or 0), max(most, words)
            commonest = {} if words <= MAX_PREFIX_ROWS else self._commonest(prefix, language)
            rows_by_word.update(
                commonest
                or self._db.execute(
                    f"SELECT word, rows {begun} ORDER BY rows DESC, word LIMIT ?", (*values, most_words)
                )
            )
        words = sorted(rows_by_word, key=lambda word: (-rows_by_word[word], word))
        return _PrefixWords(words[:most_words], total, max(most, len(words)) <= most_words)

    def _commonest(self, prefix: str, language: str) -> dict[str, int]:
        """The commonest words with a prefix that many words have, and their rows; sorting all takes long."""
        known = {}
        for word in spelling_dictionary.commonest_with_prefix(self._db, prefix, MAX_PREFIX_WORDS):
            if rows := self._rows(word, language, self._analyzer.stem(word, language)):
                known[word] = rows
        return known

    def spellings_of_prefix(self, prefix: str) -> Sequence[str]:
        """What else words begin with that are spelt with or without letters such as ł: other prefixes, each
        with a star."""
        if prefix not in self._spelt_prefixes:
            plain = self._analyzer.unaccent(prefix)
            begun = "SELECT word FROM form WHERE language = ? AND stem >= ? AND stem < ? LIMIT ?"
            values = (UNACCENTED, plain, plain + "\U0010ffff")
            rows = self._db.execute(
                f"SELECT DISTINCT substr(word, 1, ?) FROM ({begun}) AS begun",
                (len(plain), *values, MAX_SPELT_WORDS),
            )
            (count,) = self._db.execute(
                f"SELECT count(*) FROM ({begun}) AS begun", (*values, MAX_SPELT_WORDS + 1)
            ).fetchone()
            words, incomplete = [word for (word,) in rows], count > MAX_SPELT_WORDS
            if words and not self.scope.covers_index:
                if self.scope.is_read:
                    words, incomplete = self._own_spellings(plain), False
                elif incomplete:  # others may have all that were read
                    words = [*islice(spelt_beginnings(plain), MAX_LOOKUPS + 1)]
                    incomplete = len(words) > MAX_LOOKUPS
            # The beginning of a word may spell more than the prefix does: straß is strass, for stras.
            others = dict.fromkeys(
                [plain, *(shortest_beginning(word, plain, self._analyzer.unaccent) for word in words)]
            )
            spelt = [other for other in others if not other.startswith(prefix)]
            if len(spelt) > MAX_SPELT_PREFIXES and not self.scope.covers_index:
                spelt = [other for other in spelt[:MAX_LOOKUPS] if self._is_begun(other)]
            if len(spelt) > MAX_SPELT_PREFIXES or incomplete:
                self._narrowed[prefix] = None
            self._spelt_prefixes[prefix] = [f"{other}*" for other in spelt[:MAX_SPELT_PREFIXES]]
        return self._spelt_prefixes[prefix]

    def _is_begun(self, prefix: str) -> bool:
        """Whether some text of the scope has a word with the prefix; by the commonest if many have."""
        known = self._prefix_words(prefix)
        if known.rows > MAX_PREFIX_ROWS:
            return bool(known.words)
        return self.scope.has_prefix(prefix)

    def _own_spellings(self, plain: str) -> list[str]:
        """The beginnings of words of the scope, whose texts are read, that have a plain spelling."""
        words = (word for word in self.scope.counts if not word.isascii())
        begun = (word[: len(plain)] for word in words if self._analyzer.unaccent(word).startswith(plain))
        return list(dict.fromkeys(begun))

    def _bounded(self, prefix: str) -> Sequence[str]:
        """A prefix with its star, or the commonest words that begin so where too many rows have any."""
        known = self._prefix_words(prefix)
        if known.rows <= MAX_PREFIX_ROWS:
            return (f"{prefix}*",)
        return known.words or (prefix,)  # a word that no text has

    def _begun(self, prefix: str) -> Sequence[str]:
        """The commonest words that begin with a prefix in one of its spellings."""
        spelt = (prefix, *(other.removesuffix("*") for other in self.spellings_of_prefix(prefix)))
        return list(dict.fromkeys(chain.from_iterable(self._prefix_words(other).words for other in spelt)))

    def other_words(self, terms: Sequence[Term]) -> dict[str, Sequence[str]]:
        """For each prefix among the terms the commonest words that start with it in one of its spellings, and
        for other words their other spellings."""
        words: dict[str, Sequence[str]] = {}
        for term in terms:
            last = term.words[-1]
            if term.prefix:
                words[last] = self._begun(last)
            if not term.exact:
                words.update((word, spelt) for word in term.words if (spelt := self.spellings(word)))
        return words

    def with_excluded_spellings(self, query: Query) -> Query:
        """The query that also excludes the other spellings of what it excludes, except of quoted words."""
        exclude = dict.fromkeys(query.exclude)
        for term in query.exclude:
            exclude.update(dict.fromkeys(self._spelt_otherwise(term)))
        exclusions = []
        for exclusion in query.exclusions:
            spellings = tuple(map(self._spelt_otherwise, exclusion.terms))
            lifting = [*exclusion.unless, *chain.from_iterable(map(self._spelt_otherwise, exclusion.unless))]
            exclusions.append(replace(exclusion, unless=tuple(lifting), spellings=spellings))
        return replace(query, exclude=tuple(exclude), exclusions=tuple(exclusions))

    def _spelt_otherwise(self, term: Term) -> tuple[Term, ...]:
        if term.joined is not None:
            return (Term((term.joined,), title=term.title),)
        if term.exact or len(term.words) > 1:
            return ()
        others = (self.spellings_of_prefix if term.prefix else self.spellings)(term.words[0])
        return tuple(
            Term((word.removesuffix("*"),), prefix=word.endswith("*"), title=term.title) for word in others
        )

    def expand(self, query: Query) -> dict[str, Sequence[str]]:
        """The `Forms` for `bot.store.search.match_query`. A prefix that too many rows contain maps to its
        commonest words, with a star appended to the key; other prefixes are matched by the index."""
        forms: dict[str, Sequence[str]] = {}
        for term in (term for group in query.groups for term in group):
            if term.prefix and len(term.words) == 1:
                if (matched := self._expand_prefix(term.words[0])) != [f"{term.words[0]}*"]:
                    forms[f"{term.words[0]}*"] = matched
            elif not term.exact:
                forms.update((word, self.forms(word)) for word in term.words)
        return forms

    def _expand_prefix(self, typed: str) -> list[str]:
        """What the index is searched for in place of a prefix: prefixes with stars, and words."""
        prefixes = [typed, *(other.removesuffix("*") for other in self.spellings_of_prefix(typed))]
        for prefix in prefixes:
            known = self._prefix_words(prefix)
            if known.rows > MAX_PREFIX_ROWS and not known.complete:
                self._narrowed[typed] = None
        return list(dict.fromkeys(word for prefix in prefixes for word in self._bounded(prefix)))

    def count_rows(self, term: Term) -> tuple[int, int]:
        """Approximate numbers of articles and of comments, over all archives, to read for the term."""
        if term in self._row_counts:
            return self._row_counts[term]
        articles = comments = 0
        for place, word in enumerate(term.words):
            begins = term.prefix and place == len(term.words) - 1
            words = self._begun(word) if begins else (word,)
            more_articles, more_comments = self._counts.rows(words, self._languages)
            articles, comments = articles + more_articles, comments + more_comments
        self._row_counts[term] = articles, comments
        return articles, comments
