"""Articles, comments and comment digests as cards."""
