"""Finds out what loading a dump would change, without writing: the loader's own rules are applied to a
scratch database that has copies of those rows of the archive that the dump can touch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType

from bot.domain.books import ReadCounts
from bot.domain.dump import ParsedThread, Rejection, SubmissionRow
from bot.domain.loads import Receipt
from bot.store.corpus import receipts
from bot.store.corpus.rows import BadKeyError, id_range, key_number
from bot.store.databases import Engine
from bot.store.engine import Connection
from bot.store.ingest.merge import Annotator, UnfitThreadError, incoming_thread
from bot.store.ingest.transactions import Added, TransactionWriter
from bot.store.ingest.upsert_comments import KeyedComment

LOAD = 1
_ROWS_AT_ONCE = 5000
_UNREADABLE = (UnfitThreadError, BadKeyError, UnicodeEncodeError, OverflowError)


class LoadTrial:
    """A load into a guild's archive (None: the shared one) of which nothing stays. Without a corpus, the
    archive is taken to be empty. Methods raise what `bot.store.engine.Connection.user_errors` raises."""

    def __init__(self, engine: Engine, guild: int | None, on_step: Callable[[], None]) -> None:
        self._corpus = engine.open_reader("corpus") if engine.exists("corpus") else None
        self._scratch = engine.open_scratch("corpus")
        try:
            with self._scratch.user_errors():
                self._archive, self._known = self._begin(guild)
                self._writer = TransactionWriter(self._scratch, LOAD, Annotator(), on_step)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> LoadTrial:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Deletes the scratch database."""
        self._scratch.close()
        if self._corpus is not None:
            self._corpus.close()

    def _begin(self, guild: int | None) -> tuple[int, bool]:
        """Begins the load; returns the number of the archive, and whether the corpus has it."""
        db = self._scratch
        db.text_index.drop()  # nothing is searched here, and indexing is most of the cost of a load
        sql = "SELECT no, guild, next_article, next_comment, top_key FROM archive WHERE guild = ?"
        row = None if self._corpus is None else self._corpus.execute(sql, (guild or 0,)).fetchone()
        if row is not None and self._corpus is not None:
            db.execute("DELETE FROM archive WHERE no = ?", row[:1])
            columns = "no, guild, next_article, next_comment, top_key"
            db.execute(f"INSERT INTO archive ({columns}) VALUES (?, ?, ?, ?, ?)", row)
        elif guild is not None:
            db.execute("INSERT INTO archive (guild) VALUES (?)", (guild,))
        for table in ("salt", "forgotten") if self._corpus is not None else ():
            db.execute(f"DELETE FROM {table}")
            self._copy(table, self._corpus.execute(f"SELECT * FROM {table}") if self._corpus else ())
        db.execute(
            "INSERT INTO load (id, archive, name, by_name, state, started_at)"
            " SELECT ?, no, '', '', 'running', 0 FROM archive WHERE guild = ?",
            (LOAD, guild or 0),
        )
        return receipts.archive_of_running(db, LOAD), row is not None

    def add(
        self,
        threads: Sequence[ParsedThread] = (),
        comments: Sequence[KeyedComment] = (),
        posts: Sequence[SubmissionRow] = (),
        rejections: Sequence[Rejection] = (),
        read: tuple[ReadCounts, ReadCounts] | None = None,
        omitted: Mapping[int, int] | None = None,
    ) -> Added:
        """Stores a batch of a dump in the scratch database, as `CorpusWriter.add` would in the corpus."""
        with self._scratch.user_errors():
            if self._known:
                self._copy_touched(threads, comments, posts)
            return self._writer.add(threads, comments, rejections, None, read, omitted, posts)

    def receipt(self) -> Receipt:
        """The receipt that the load would have."""
        with self._scratch.user_errors():
            self._writer.commit()
            receipts.close_books(self._scratch, LOAD)
            return receipts.receipt_of(self._scratch, LOAD)

    def _copy_touched(
        self,
        threads: Sequence[ParsedThread],
        comments: Sequence[KeyedComment],
        posts: Sequence[SubmissionRow],
    ) -> None:
        """Copies the stored articles and comments that these could be."""
        whole, keys, fingerprints, addresses = self._identities(threads)
        whole |= keys
        links = {comment[1] for comment in comments}
        articles = self._copy_articles("key", [*whole, *links, *(post.key for post in posts)])
        pages = self._copy_articles("fingerprint", fingerprints, " AND key IS NULL")
        pages |= self._copy_articles("address", addresses, " AND key IS NULL")
        pages |= {row: key for row, key in articles.items() if key in whole}
        self._copy_rows("comment", "article", list(pages))
        by_key = {key: row for row, key in articles.items() if key is not None}
        pairs = [(by_key[link], key) for key, link, *_ in comments if link in by_key]
        for start in range(0, len(pairs), _ROWS_AT_ONCE):
            part = self._stored.pairs_value(pairs[start : start + _ROWS_AT_ONCE])
            rows = self._read(
                f"SELECT c.* FROM {self._stored.pair_table} AS known {self._stored.ordered_join} comment AS c"
                " ON c.article = known.first AND c.key = known.second",
                part,
            )
            self._copy("comment", rows)

    def _identities(self, threads: Sequence[ParsedThread]) -> tuple[set[int], set[int], list[int], list[int]]:
        """The keys of threads, the keys at which their comments are known to stand or to wait, and what else
        identifies threads: fingerprints and addresses."""
        identities: dict[str, set[int]] = {"key": set(), "fingerprint": set(), "address": set()}
        placed: set[int] = set()
        for thread in threads:
            try:
                for name, value in incoming_thread(thread).identities:
                    identities[name].add(value)
                if thread.follows_parents:
                    keys = (key_number(comment.key, "t1") for comment in thread.comments)
                    placed |= {key for key in keys if key is not None}
                    placed |= {key_number(thread.key, "t3") or 0}
            except _UNREADABLE:
                continue
        order = sorted(placed)
        for start in range(0, len(order), _ROWS_AT_ONCE):
            part = self._stored.list_value(order[start : start + _ROWS_AT_ONCE])
            rows = self._read(
                f"SELECT * FROM reply_place WHERE comment {self._stored.in_list} AND archive = ?",
                *(part, self._archive),
            )
            self._copy("reply_place", rows)
            placed |= {thread for _, _, thread in rows}
        return identities["key"], placed, [*identities["fingerprint"]], [*identities["address"]]

    def _copy_articles(
        self, column: str, values: Sequence[int], condition: str = ""
    ) -> dict[int, int | None]:
        """Copies articles by a column; returns their ids with their keys."""
        condition = f" AND id BETWEEN ? AND ?{condition}"
        rows = self._copy_rows("article", column, values, condition, *id_range(self._archive))
        return {row[0]: row[1] for row in rows}

    def _copy_rows(
        self, table: str, column: str, values: Sequence[int], condition: str = "", *more: object
    ) -> list[tuple[int, int | None]]:
        ids: list[tuple[int, int | None]] = []
        for start in range(0, len(values), _ROWS_AT_ONCE):
            part = self._stored.list_value(values[start : start + _ROWS_AT_ONCE])
            sql = f"SELECT * FROM {table} WHERE {column} {self._stored.in_list}{condition}"
            rows = self._read(sql, part, *more)
            self._copy(table, rows)
            ids += [(row[0], row[1]) for row in rows]
        return ids

    @property
    def _stored(self) -> Connection:
        """The corpus, whose engine need not be that of the scratch database."""
        assert self._corpus is not None  # noqa: S101 - it has the archive
        return self._corpus

    def _read(self, sql: str, *values: object) -> list[tuple[int, ...]]:
        return self._stored.execute(sql, values).fetchall()

    def _copy(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Copies rows that are not in the scratch database yet; those that are may have changed there."""
        rows = list(rows)
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._scratch.executemany(f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT DO NOTHING", rows)
