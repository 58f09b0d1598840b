"""Dump readers: bytes in, parsed threads or named rejections out."""

from bot.dumps.containers.streams import Limits
from bot.dumps.reader import Dump, Position, read_dump

__all__ = ["Dump", "Limits", "Position", "read_dump"]
