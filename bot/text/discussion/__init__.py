"""Comment digests: themes, quotes, counts, coverage."""
