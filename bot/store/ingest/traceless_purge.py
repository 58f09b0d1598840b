"""Deletes a whole archive so that no byte of it stays in the corpus, as the erasure of an author does."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.loads import Purged, PurgeFilter
from bot.errors import Busy
from bot.store.engine import Connection
from bot.store.ingest.erased_words import erase_unused_words
from bot.store.ingest.purge import purge
from bot.store.load_files import LoadFiles


def purge_without_trace(
    db: Connection, files: LoadFiles, archive: int, on_batch: Callable[[], None]
) -> Purged:
    """Deletes an archive with its loads, overwrites what it had, and separates its number from the server,
    unless authors were erased from it: their hashes keep them out of it if the server returns. Doing it again
    after an interruption or Busy("database-busy") does the rest: the number, by which it is found,
    goes last."""
    db.disk.remove_copies()
    with db.disk.overwriting():
        purged = purge(db, files, archive, PurgeFilter(), on_batch)
        # Older segments of the search index still contain the words, marked as deleted.
        db.text_index.merge(on_batch)
        erase_unused_words(db, on_batch)
        db.disk.release_space(on_batch)
        # The write-ahead log still has pages of before; a reader can delay this.
        if not db.disk.empty_log(on_batch):
            raise Busy("database-busy", file=db.database_name)
        with db.transaction():
            db.execute(
                "UPDATE archive SET guild = -no, top_key = 0 WHERE no = ?1"
                " AND NOT EXISTS (SELECT 1 FROM forgotten WHERE archive = ?1)",
                (archive,),
            )
        db.disk.empty_log(on_batch)
    return purged
