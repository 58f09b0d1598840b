"""Dump readers: bytes in, parsed threads or named rejections out."""

from bot.dumps.reading import Dump, Position, read_dump
from bot.dumps.streams import Limits

__all__ = ["Dump", "Limits", "Position", "read_dump"]
