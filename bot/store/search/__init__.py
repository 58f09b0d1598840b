"""The full-text index, candidates and ranking, spelling and word statistics."""
