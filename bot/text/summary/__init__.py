"""Summaries and key terms of an article."""
