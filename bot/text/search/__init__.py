"""Queries, scores, excerpts and word statistics of the corpus."""
