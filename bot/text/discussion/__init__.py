"""Comment digests: themes, quotes, disagreement, coverage."""
