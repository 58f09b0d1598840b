"""Edits of posted messages."""
