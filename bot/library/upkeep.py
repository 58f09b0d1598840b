"""Copies and checks of the databases. They need no open library: a damaged file cannot be opened."""

from bot.store.upkeep import backup, check

__all__ = ["backup", "check"]
