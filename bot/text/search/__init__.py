"""Queries, scores, excerpts and what the corpus knows about its words."""
