"""Questions and answers as cards."""
