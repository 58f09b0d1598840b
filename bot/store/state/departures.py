"""Stores which servers have removed the bot, and deletes what the state has of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.clock import to_unix
from bot.domain.shards import ALL, Shards
from bot.store.engine import StateConnection
from bot.store.state.shard_filter import on_shards
from bot.store.state.store import StateStore, value

_PARTS = (
    ("delivery_article", "schedule", "schedule"),
    ("delivery_article", "delivery", "delivery"),
    ("followed_article", "follow", "follow"),
    ("followed_article", "notice", "notice"),
    ("post_article", "post", "post"),
)
"""Tables without a server of their own, their columns, and the tables to which these refer."""


class DepartureStore(StateStore):
    """The servers in which an application was seen, and since when it is not there any more."""

    async def record(
        self, application: int, guilds: Collection[int], now: datetime, shards: Shards = ALL
    ) -> tuple[frozenset[int], frozenset[int]]:
        """Records the servers on these shards that an application is in now. Returns those that it has left
        since the last record, and those that it has returned to. Servers that only another application was in
        stay as they are."""

        def job(db: StateConnection) -> tuple[frozenset[int], frozenset[int]]:
            here = db.list_value(guilds)
            known = f"guild {db.in_list}"
            back = db.execute(f"SELECT guild FROM presence WHERE {known} AND left_at IS NOT NULL", (here,))
            returned = frozenset(map(value, back.fetchall()))
            db.execute(
                f"INSERT INTO presence (guild, application) SELECT value, ? FROM {db.list_table} AS list"
                " WHERE true ON CONFLICT (guild) DO UPDATE"
                " SET application = excluded.application, left_at = NULL",
                (application, here),
            )
            left = db.execute(
                "UPDATE presence SET left_at = ?, application = ? WHERE left_at IS NULL"
                f" AND application IN (0, ?) AND NOT {known}{on_shards(shards)} RETURNING guild",
                (to_unix(now), application, application, here),
            )
            return frozenset(map(value, left.fetchall())), returned

        return await self._write(job)

    async def leave(self, application: int, guild: int, now: datetime) -> bool:
        """Records that an application was removed from one server; False if that is known."""
        return await self._change(
            "INSERT INTO presence VALUES (?, ?, ?) ON CONFLICT (guild) DO UPDATE"
            " SET left_at = excluded.left_at, application = excluded.application"
            " WHERE presence.left_at IS NULL",
            guild,
            application,
            to_unix(now),
        )

    async def stay(self, guild: int) -> None:
        """Records that the bot is in a server after all."""
        await self._change("UPDATE presence SET left_at = NULL WHERE guild = ?", guild)

    async def due(self, application: int, left_before: datetime, shards: Shards = ALL) -> tuple[int, ...]:
        """The servers on these shards that an application left before a time, the first first."""
        sql = (
            f"SELECT guild FROM presence WHERE application = ? AND left_at < ?{on_shards(shards)}"
            " ORDER BY left_at"
        )
        return await self._read_all(value, sql, application, to_unix(left_before))

    async def erase_loads(self, loads: Sequence[int]) -> None:
        """Deletes what the state has of the loads of a server: their messages, and what was said of them."""

        def job(db: StateConnection) -> None:
            db.executemany("DELETE FROM fact WHERE name = 'load:' || ?", [(load,) for load in loads])
            db.executemany("DELETE FROM noticed WHERE load = ?", [(load,) for load in loads])

        await self._write(job)

    async def erase(self, guild: int, left_before: datetime) -> bool:
        """Deletes everything else that the state has of a server, permanently, with the record of its
        departure; False if it has returned meanwhile."""

        def job(db: StateConnection) -> bool:
            sql = "DELETE FROM presence WHERE guild = ? AND left_at < ?"
            if not db.execute(sql, (guild, to_unix(left_before))).rowcount:
                return False
            db.check_references("deferred")
            for table, column, parent in _PARTS:
                db.execute(
                    f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM {parent} WHERE guild = ?)",
                    (guild,),
                )
            # All tables with a server in their rows: a new one need not be named here.
            for table in db.tables_with("guild"):
                db.execute(f"DELETE FROM {table} WHERE guild = ?", (guild,))
            # Such as greeted:104... and the number of questions asked.
            db.execute("DELETE FROM fact WHERE name LIKE '%:' || ?", (guild,))
            return True

        erased = await self._write(job)
        await self._pool.truncate_log()
        return erased
