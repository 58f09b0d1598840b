"""The use cases that Discord and the command line share."""

from bot.services.container import Library, open_library
from bot.store.ingest.rejects_file import path_of as rejects_file

__all__ = ["Library", "open_library", "rejects_file"]
