"""SQLite connections, schemas, locks and time limits."""
