"""Edits of what was posted."""
