"""Removes an author's name from the bot's state: searches behind buttons, follows, digests, posts and
titles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from bot.clock import to_unix
from bot.domain.articles import DELETED, author_name
from bot.domain.digests import Decision, DigestConfig
from bot.domain.exclusions import Exclusions
from bot.domain.follows import FollowTarget
from bot.domain.mentions import mentions, without_name
from bot.domain.saved_searches import SearchSpec
from bot.domain.search import named_authors
from bot.store.engine import StateConnection
from bot.store.state.store import StateStore, to_json

_Rows = Sequence[tuple[int, str]]


class StateEraser(StateStore):
    """What a server's members searched, followed and posted, and what it was sent; None for all servers.
    Texts that only mention the author among other words stay, as what others wrote."""

    async def erase_name(self, guild: int | None, name: str, now: datetime) -> None:
        """Removes stored searches with the name, ends follows and digests of it, and requests the edit of
        posts that show such a search, which deletes them."""

        def job(db: StateConnection) -> None:
            kept = _mentioning(db, "kept", "value", name, None)
            db.executemany("DELETE FROM kept WHERE id = ?", [(number,) for number, _ in kept])
            searches = _mentioning(db, "saved_search", "search", name, guild)
            db.executemany(
                "DELETE FROM saved_search WHERE id = ?",
                [(number,) for number, search in searches if _searches_author(search, name)],
            )
            watches = _mentioning(db, "follow", "watch", name, guild)
            follows = [(number,) for number, watch in watches if _follows_author(watch, name)]
            db.executemany("DELETE FROM followed_article WHERE follow = ?", follows)
            db.executemany("UPDATE follow SET state = 'deleted', watch = '{}' WHERE id = ?", follows)
            for number, plan in _mentioning(db, "schedule", "plan", name, guild):
                config = msgspec.json.decode(plan, type=DigestConfig)
                if _is_name(config.choice.text, name):
                    empty = to_json(replace(config, choice=replace(config.choice, text="")))
                    sql = "UPDATE schedule SET state = 'deleted', next_at = NULL, plan = ? WHERE id = ?"
                    db.execute(sql, (empty, number))
                elif (others := config.leave_out.without_author(name)) != config.leave_out:
                    new = to_json(replace(config, leave_out=others))
                    db.execute("UPDATE schedule SET plan = ? WHERE id = ?", (new, number))
            for table, key in (("settings", "guild"), ("follow", "id")):
                for number, filters in _mentioning(db, table, "leave_out", name, guild, key):
                    others = msgspec.json.decode(filters, type=Exclusions).without_author(name)
                    db.execute(f"UPDATE {table} SET leave_out = ? WHERE {key} = ?", (to_json(others), number))
            _erase_from_audit(db, name, guild)
            db.executemany(
                "UPDATE post SET ref = '-', due_at = ?1, free_at = ?1, tries = 0, reason = 'forgotten',"
                " state = CASE WHEN state IN ('posted', 'failed') THEN 'claimed' ELSE state END"
                " WHERE id = ?2",
                [(to_unix(now), number) for number, _ in _mentioning(db, "post", "ref", name, guild)],
            )

        await self._write(job)

    async def titled_articles(self, guild: int | None, name: str) -> frozenset[int]:
        """The articles with titles in the history of digests that mention the name."""
        rows = await self._pool.run(lambda db: _mentioning(db, "delivery", "decisions", name, guild))
        return frozenset(
            decision.article
            for _, decisions in rows
            for decision in msgspec.json.decode(decisions, type=tuple[Decision, ...])
            if mentions(name, decision.title)
        )

    async def replace_titles(self, guild: int | None, name: str, titles: Mapping[int, str]) -> None:
        """Replaces the titles of these articles in the history of digests where they mention the name."""

        def job(db: StateConnection) -> None:
            for number, decisions in _mentioning(db, "delivery", "decisions", name, guild):
                parsed = msgspec.json.decode(decisions, type=tuple[Decision, ...])
                new = [
                    replace(decision, title=titles.get(decision.article, decision.title))
                    for decision in parsed
                ]
                db.execute("UPDATE delivery SET decisions = ? WHERE id = ?", (to_json(new), number))

        await self._write(job)
        await self._pool.truncate_log()


def _mentioning(
    db: StateConnection, table: str, column: str, name: str, guild: int | None, key: str = "id"
) -> _Rows:
    """The ids and texts of rows of a server, or of all, whose text mentions the name."""
    pattern = "".join(f"\\{char}" if char in "\\%_" else char for char in name)
    rows = db.execute(
        f"SELECT {key}, {column} FROM {table} WHERE {column} LIKE ? ESCAPE '\\'"
        + ("" if guild is None else " AND guild = ?"),
        (f"%{pattern}%", *([] if guild is None else [guild])),
    )
    return [(number, text) for number, text in rows if mentions(name, text)]


def _erase_from_audit(db: StateConnection, name: str, guild: int | None) -> None:
    """Members with the name stay in the audit list by their ids."""
    rows = _mentioning(db, "audit", "detail", name, guild)
    details = [(number, msgspec.json.decode(detail)) for number, detail in rows]
    db.executemany(
        "UPDATE audit SET detail = ? WHERE id = ?",
        [(to_json(_without_name(name, detail)), number) for number, detail in details],
    )
    named = [(DELETED, number) for number, by in _mentioning(db, "audit", "by_name", name, guild)]
    db.executemany("UPDATE audit SET by_name = ? WHERE id = ?", named)


def _without_name(name: str, value: Any) -> Any:
    """A value of JSON without the name in its texts."""
    if isinstance(value, str):
        return without_name(name, value)
    if isinstance(value, list):
        return [_without_name(name, part) for part in value]
    return (
        {key: _without_name(name, part) for key, part in value.items()} if isinstance(value, dict) else value
    )


def _searches_author(search: str, name: str) -> bool:
    spec = msgspec.json.decode(search, type=SearchSpec)
    names = [spec.filters.author or "", spec.query, *named_authors(spec.query)]
    return any(_is_name(text, name) for text in names)


def _follows_author(watch: str, name: str) -> bool:
    target = msgspec.json.decode(watch, type=FollowTarget)
    names = [target.filters.author or "", target.query, *named_authors(target.query)]
    return any(_is_name(text, name) for text in names)


def _is_name(text: str, name: str) -> bool:
    return (author_name(text.strip(' "')) or "").casefold() == name.casefold()
