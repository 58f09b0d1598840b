"""Newsdesk: a Discord bot over an archive of news threads."""

__version__ = "0.1.0"
