"""Reads articles, comments and loads."""
