"""Search results as cards."""
