"""Finds the articles and comments that may answer a question."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product, zip_longest

from bot.domain.answers import Evidence
from bot.domain.articles import Article, Comment
from bot.domain.search import Filters
from bot.store.corpus import rows
from bot.store.corpus.corpus_store import CorpusStore, corpus_pool
from bot.store.corpus.rows import ARTICLE, COMMENT_SELECT, ArticleRow, id_range
from bot.store.databases import CorpusEngine
from bot.store.engine import Connection, Kind, Statement
from bot.store.pool import Pool
from bot.store.search.candidates import filter_conditions
from bot.store.search.match_query import match_word
from bot.store.search.ports import TextAnalyzer
from bot.store.search.scope_words import MAX_LOOKUPS, ScopeWords
from bot.store.text_match import MatchWords, TextMatch, all_of, any_of

CONNECTIONS = 2
SEARCH_TIMEOUT_SECONDS = 1.0
"""Time limit of a question's search."""
MAX_FORMS = 12
"""Maximum number of forms of a word to search, commonest first."""
MAX_RANKED_ROWS = 3_000
"""Words are searched, rarest first, while at most this many rows contain them: ranking takes one to two
microseconds per row."""
MAX_NEWEST_ROWS = 500
"""Number of last stored matches to read if all words are common, or if the newest are requested."""
MIN_FULL_MATCHES = 5
"""If fewer rows contain all words, rows with some of them are added."""
MAX_WORDS_TOGETHER = 8
"""The most words, rarest first, that an article can be required to have all."""
MAX_ROWS_ALONE = 300
"""If more rows have the rarest word, those with it alone are only found among those with any rare word."""
MAX_WEIGHED_ROWS = 20_000
"""Commoner words contribute to the ranking while at most this many rows contain them."""
MAX_PASSAGES = 24
MAX_CHARACTERS = 40_000
"""Limits of the articles and comments that are read, as they have to be split and scored; of long articles
fewer are read."""
MIN_RESPELLED = 5
"""Minimum length of a misspelt word: shorter ones are as often other words."""
MIN_MAIN_SHARE = 0.5
"""Share of the articles in a language from which on a word's rows are not counted by languages."""
MIN_SHARE = 0.02
"""Share of the articles from which on it is known how many are in a language."""
MIN_COMMON_SHARE = 0.1
"""Share of a language's documents from which on a word's rows are counted by languages."""
MAX_ROWS_BY_LANGUAGE = 1_000
"""Articles of an archive, with a word or the newest, whose languages are read."""
MAX_COMMENTS_OF_ARTICLE = 2_000
"""Maximum comments of each article in `PassageQuery.articles`."""
_KINDS: tuple[Kind, ...] = ("article", "comment")
_ALIAS = {"article": "a", "comment": "c"}


@dataclass(frozen=True, slots=True)
class PassageQuery:
    """A search for evidence: content words as in the index, and their language; in the archives, or in the
    `articles` that the question is about."""

    archives: tuple[int, ...]
    words: tuple[str, ...]
    language: str
    filters: Filters = Filters()  # noqa: RUF009 - frozen
    articles: tuple[int, ...] = ()
    newest: bool = False
    """Prefer the newest rows that contain all words, if there are any, to the best."""


@dataclass(frozen=True, slots=True)
class _Term:
    word: str
    stem: str
    match: TextMatch
    rows: int


class PassageIndex(CorpusStore):
    """Finds the evidence for answers in one corpus file."""

    def __init__(self, pool: Pool[Connection], analyzer: TextAnalyzer, timeout: float) -> None:
        super().__init__(pool)
        self.read_timeout = timeout
        self._analyzer = analyzer

    @classmethod
    def open(
        cls, engine: CorpusEngine, analyzer: TextAnalyzer, *, timeout: float = SEARCH_TIMEOUT_SECONDS
    ) -> PassageIndex:
        """Opens a file that `prepare` has checked."""
        return cls(corpus_pool(engine, CONNECTIONS), analyzer, timeout)

    async def find(self, query: PassageQuery) -> Evidence:
        """Returns articles and comments that contain some of the words in any form, the best by BM25 first.
        Common words only contribute to the ranking. Leaves out articles without a title, and their comments.
        Raises what `user_errors` raises."""
        if not query.archives or not query.words:
            return Evidence((), (), (), {}, 0)
        return await self._run(lambda db: _PassageSearch(db, self._analyzer, query).run())


class _PassageSearch:
    """One search in one state of the corpus."""

    def __init__(self, db: Connection, analyzer: TextAnalyzer, query: PassageQuery) -> None:
        self._db = db
        self._index = db.text_index
        self._analyzer = analyzer
        self._query = query
        self._scope = ScopeWords.of_archives(db, analyzer, query.archives)
        self._has_filters = bool(filter_conditions(db, query.filters, "a")[0])

    def run(self) -> Evidence:
        total, _ = self._totals
        terms = sorted(self._terms(), key=lambda term: term.rows)
        known = [term for term in terms if term.rows]
        if self._query.articles:
            articles = self._articles(self._query.articles)
            comments = tuple(chain.from_iterable(self._own_comments(article.id) for article in articles))
        else:
            articles = self._articles(self._ids(known, "article"), MAX_CHARACTERS)
            comments = self._comments(self._ids(known, "comment"))
        there = {article.id for article in articles}
        parents = dict.fromkeys(comment.article for comment in comments if comment.article not in there)
        threads = self._articles(list(parents))
        there |= {article.id for article in threads}
        share = self._share_of_language()
        return Evidence(
            articles,
            tuple(comment for comment in comments if comment.article in there),
            threads,
            {term.stem: self._rows_in_language(term, share, total) for term in terms},
            max(round(total * share), 1),
            self._absent(terms, len(comments)),
            {term.word: near for term in terms if not term.rows and (near := self._respelled(term.word))},
        )

    @cached_property
    def _totals(self) -> tuple[int, int]:
        """About how many articles and comments these archives have, and all together."""
        rows = self._db.execute("SELECT no, next_article + next_comment - 2 FROM archive").fetchall()
        own = sum(count for archive, count in rows if archive in self._query.archives)
        return own, sum(count for _, count in rows)

    def _share_of_language(self) -> float:
        """The share of the articles that are in the query's language; 1 if that is none of the main ones.
        What is rare among all articles need not be rare among these."""
        if not self._scope.covers_index:
            own = [language for language in self._newest_languages() if language is not None]
            share = own.count(self._query.language) / max(1, len(own))
            return share if share >= MIN_SHARE else 1.0
        (languages,) = self._db.execute("SELECT languages FROM knowledge").fetchone()
        articles = json.loads(languages)
        if not isinstance(articles, dict):  # written by an earlier version
            return 1.0
        return articles.get(self._query.language, 0) / max(1, sum(articles.values())) or 1.0

    def _rows_in_language(self, term: _Term, share: float, total: int) -> int:
        """About how many rows in the query's language have the term, if so many rows of any language are not
        few among them: names and numbers are in all languages."""
        if share >= MIN_MAIN_SHARE or term.rows <= MIN_COMMON_SHARE * share * total:
            return term.rows
        languages: list[str | None] = []
        for archive in self._query.archives:
            matching, values = self._index.matching(
                "article", term.match, id_range(archive), MAX_ROWS_BY_LANGUAGE
            )
            sql = (
                f"SELECT a.language FROM ({matching}) AS matching {self._db.ordered_join} article a"
                " ON a.id = matching.id"
            )
            languages += [language for (language,) in self._db.execute(sql, values)]
        own = languages.count(self._query.language) / max(1, len(languages))
        # Rows are read in the order of loading: another language may have come first.
        return round(term.rows * max(own, share))

    def _newest_languages(self) -> list[str | None]:
        sql = "SELECT language FROM article WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?"
        return [
            language
            for archive in self._query.archives
            for (language,) in self._db.execute(sql, (*id_range(archive), MAX_ROWS_BY_LANGUAGE))
        ]

    def _terms(self) -> list[_Term]:
        """Each distinct stem with its forms, and the approximate number of rows that contain any of them."""
        terms: dict[str, _Term] = {}
        for word in self._query.words:
            stem = self._analyzer.stem(word, self._query.language)
            if stem in terms:
                continue
            forms = self._forms(stem)
            match = match_word(word, {word: list(forms)})
            rows = sum(forms.values()) if forms else self._count(match)
            terms[stem] = _Term(word, stem, match, rows)
        return list(terms.values())

    def _forms(self, stem: str) -> Mapping[str, int]:
        """The commonest words of these archives with the stem, and about how many of their rows have each."""
        known = dict(
            self._db.execute(
                "SELECT word, rows FROM form WHERE language = ? AND stem = ?"
                " ORDER BY rows DESC, word LIMIT ?",
                (self._query.language, stem, MAX_LOOKUPS),
            )
        )
        words = list(known)[:MAX_FORMS]
        if self._scope.covers_index:
            return {word: known[word] for word in words}
        if len(known) > MAX_FORMS:
            present = self._scope.present_by_archive(list(known), MAX_FORMS)
            words = list(dict.fromkeys(chain.from_iterable(present)))
        counts = {word: self._own_rows(word, known[word]) for word in words}
        return {word: count for word, count in counts.items() if count}

    def _own_rows(self, word: str, rows: int) -> int:
        """The rows of these archives with a word, out of so many of all archives. They are counted up to
        MAX_RANKED_ROWS, and more are estimated: that many are common, whatever others have."""
        counted = self._count(MatchWords((word,)))
        if counted < MAX_RANKED_ROWS:
            return counted
        own, everything = self._totals
        return max(counted, round(rows * own / max(1, everything)))

    def _absent(self, terms: Sequence[_Term], comments: int) -> frozenset[str] | None:
        """The stems that no row of the archives contains; None if all that was asked about is read. The
        forms' numbers of rows count the archives of others too."""
        if self._query.articles:
            return None if comments < MAX_COMMENTS_OF_ARTICLE else frozenset()
        return frozenset(term.stem for term in terms if not self._is_found(term.match))

    def _respelled(self, word: str) -> str | None:
        """The nearest spelling that the archives contain, if the word is English: in other languages many
        forms of words are in no text. A longer or shorter form of the word is no other spelling."""
        if self._query.language != "en" or len(word) < MIN_RESPELLED or not word.isalpha():
            return None
        near = dict.fromkeys(self._analyzer.nearest(word, self._scope.dictionary(len(word), 1), 1))
        others = [other for other in near if not (other.startswith(word) or word.startswith(other))]
        return next(iter(self._scope.present(others, 1)), None)

    def _is_found(self, match: TextMatch) -> bool:
        return any(
            self._db.execute(*self._index.matching(kind, match, id_range(archive), 1)).fetchone()
            for kind in _KINDS
            for archive in self._query.archives
        )

    def _count(self, match: TextMatch) -> int:
        """Number of matching rows, of each kind in each archive at most MAX_RANKED_ROWS."""
        count = 0
        for kind, archive in product(_KINDS, self._query.archives):
            sql, values = self._index.matching(kind, match, id_range(archive), MAX_RANKED_ROWS)
            count += self._db.execute(f"SELECT count(*) FROM ({sql}) AS matches", values).fetchone()[0]
        return count

    def _ids(self, terms: Sequence[_Term], kind: Kind) -> list[int]:
        """The best rows of all archives. `terms` are sorted by ascending number of rows."""
        if not terms:
            return []
        rare = _match_rare(terms)
        everything = all_of(term.match for term in terms)
        best: list[tuple[float, int]] = []
        if self._query.newest:
            best = self._newest(everything, kind)
        if not best and rare is not None:
            ranked = [row for _, row in sorted(self._ranked(rare, kind))]
            fullest = self._fullest(terms) if kind == "article" else []
            turns = chain.from_iterable(zip_longest(fullest, ranked))
            return list(dict.fromkeys(row for row in turns if row is not None))[:MAX_PASSAGES]
        if not best:
            # Words that are each in thousands of rows are most significant together.
            best = self._newest(everything, kind)
            if len(best) < MIN_FULL_MATCHES and len(terms) > 2:
                best += self._newest(all_of(term.match for term in terms[:2]), kind)
        ids = dict.fromkeys(row for _, row in sorted(best))
        return list(ids)[:MAX_PASSAGES]

    def _fullest(self, terms: Sequence[_Term]) -> list[int]:
        """The articles that contain all words or, while these are few, all but the commonest. By BM25 a long
        article that has them once is behind short ones that have some of them."""
        together = [term for term in terms[:MAX_WORDS_TOGETHER] if term.rows <= MAX_WEIGHED_ROWS]
        matches = [term.match for term in together]
        least = 1 if together and together[0].rows <= MAX_ROWS_ALONE else 2
        most = count = len(matches)
        ranked: dict[int, list[tuple[float, int]]] = {}
        # Fewer words are in more articles: each statement halves how many may be in enough.
        while least <= most:
            ranked[count] = self._ranked(all_of(matches[:count]), "article")
            if len(ranked[count]) >= MIN_FULL_MATCHES:
                least = count + 1
            else:
                most = count - 1
            count = (least + most + 1) // 2
        fullest = sorted((number for number in ranked if number >= most), reverse=True)
        return list(dict.fromkeys(row for number in fullest for _, row in sorted(ranked[number])))

    def _ranked(self, match: TextMatch, kind: Kind) -> list[tuple[float, int]]:
        """The best rows by BM25 as (rank, id); a lower rank is better."""
        weights = (2.0, 1.0, 1.0) if kind == "article" else (1.0, 1.0)
        joins, where = "", Statement("", ())
        if self._has_filters:
            joins, where = self._filtered(kind, self._index.row)
        best: list[tuple[float, int]] = []
        for archive in self._query.archives:
            ids = id_range(archive)
            best += self._db.execute(
                *self._index.ranked(kind, match, ids, weights, MAX_PASSAGES, joins, where)
            )
        return best

    def _newest(self, match: TextMatch, kind: Kind) -> list[tuple[float, int]]:
        """The newest of the last MAX_NEWEST_ROWS stored matches, as (negated time, id)."""
        joins, where = self._filtered(kind, "newest.id")
        newest: list[tuple[float, int]] = []
        for archive in self._query.archives:
            rows, values = self._index.newest(kind, match, id_range(archive), MAX_NEWEST_ROWS)
            sql = (
                f"SELECT coalesce(-{_ALIAS[kind]}.posted_at, 0), newest.id FROM ({rows}) AS newest{joins}"
                f" WHERE true{where.sql} ORDER BY -{_ALIAS[kind]}.posted_at NULLS FIRST LIMIT {MAX_PASSAGES}"
            )
            newest += self._db.execute(sql, (*values, *where.values))
        return newest

    def _filtered(self, kind: Kind, row: str) -> tuple[str, Statement]:
        """The joins of the filtered columns to a column of ids, and the filters as conditions."""
        alias = _ALIAS[kind]
        where, values = filter_conditions(self._db, self._query.filters, alias)
        join = self._db.ordered_join
        joins = f" {join} {kind} {alias} ON {alias}.id = {row}"
        if kind == "comment":
            joins += f" {join} article a ON a.id = c.article"
        return joins, Statement("".join(f" AND {condition}" for condition in where), tuple(values))

    # Reads.

    def _articles(self, ids: Sequence[int], characters: int | None = None) -> tuple[Article, ...]:
        articles: list[Article] = []
        read = 0
        for number in ids:
            row = None
            if rows.archive_of(number) in self._query.archives:
                row = self._db.execute(
                    f"SELECT {ARTICLE} FROM article WHERE id = ? AND title IS NOT NULL"
                    " AND (? = 1 OR over_18 = 0)",
                    (number, self._query.filters.adult),
                ).fetchone()
            if row is None:
                continue
            articles.append(rows.article(ArticleRow(*row)))
            read += len(articles[-1].body)
            if characters is not None and read > characters:
                break
        return tuple(articles)

    def _comments(self, ids: Sequence[int]) -> tuple[Comment, ...]:
        comments = {
            row[0]: rows.comment(row)
            for row in self._db.execute(
                f"{COMMENT_SELECT} WHERE c.id {self._db.in_list}", (self._db.list_value(ids),)
            )
        }
        return tuple(comments[number] for number in ids if number in comments)

    def _own_comments(self, article: int) -> tuple[Comment, ...]:
        comments = self._db.execute(
            f"{COMMENT_SELECT} WHERE c.article = ? ORDER BY c.posted_at DESC, c.id LIMIT ?",
            (article, MAX_COMMENTS_OF_ARTICLE),
        )
        return tuple(map(rows.comment, comments))


def _match_rare(terms: Sequence[_Term]) -> TextMatch | None:
    """Matches rows with any of the rarer words; commoner words contribute to the ranking. None if even the
    rarest word is common. `terms` are sorted by ascending number of rows."""
    rare, some, total = [], [], 0
    for term in terms:
        total += term.rows
        if total <= MAX_RANKED_ROWS:
            rare.append(term.match)
        if total <= MAX_WEIGHED_ROWS:
            some.append(term.match)
    if not rare:
        return None
    if len(some) == len(rare):
        return any_of(rare)
    return all_of((any_of(rare), any_of(some)))
