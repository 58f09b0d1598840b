"""Connections, schemas, locks and time limits of SQLite."""
