"""Full-text search: index, candidates, ranking, spelling and word statistics."""
