"""The use cases that Discord and the command line share."""

from bot.library.library import Library, open_library

__all__ = ["Library", "open_library"]
