"""Base class of the corpus readers: connections, a time limit, and the archives of a scope."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Self, TypeVar

from bot.domain.articles import Scope
from bot.store.databases import CorpusEngine
from bot.store.engine import Connection
from bot.store.pool import Pool

Result = TypeVar("Result")


def corpus_pool(engine: CorpusEngine, connections: int = 1, cache_mib: int = 16) -> Pool[Connection]:
    """Read-only connections to the corpus, which was prepared; each caches `cache_mib` MiB."""
    opened: list[Connection] = [engine.open_reader("corpus", cache_mib=cache_mib) for _ in range(connections)]
    return Pool(opened, engine.name("corpus"))


def archives_of(db: Connection, scope: Scope) -> tuple[int, ...]:
    """Numbers of the scope's archives that exist, the server's own first."""
    guilds = [scope.guild] if scope.guild else []
    if scope.shared:
        guilds.append(0)
    numbers = dict(db.execute("SELECT guild, no FROM archive"))
    return tuple(numbers[guild] for guild in guilds if guild in numbers)


class CorpusStore:
    """Reads the corpus on its own connections, so that it never blocks another reader. No method returns a
    row outside its scope. Raises what `bot.store.engine.Connection.user_errors` raises."""

    read_timeout = 20.0
    """Seconds after which a read is interrupted."""

    def __init__(self, pool: Pool[Connection]) -> None:
        self._pool = pool

    @classmethod
    def sharing(cls, other: CorpusStore) -> Self:
        """A store on the connections of another one, which closes them."""
        return cls(other._pool)

    async def close(self) -> None:
        """Waits for running jobs, then closes the file."""
        await self._pool.close()

    async def data_version(self) -> int:
        """A number that changes with every write. Each connection has its own: only valid for a store with a
        single connection."""
        return await self._run(lambda db: db.data_version())

    def _run(self, job: Callable[[Connection], Result]) -> Awaitable[Result]:
        return self._pool.run(job, within=self.read_timeout)

    def _read(self, scope: Scope, job: Callable[[Connection, Sequence[int]], Result]) -> Awaitable[Result]:
        """Runs a job with the archives of the scope and returns its result."""
        return self._run(lambda db: job(db, archives_of(db, scope)))
