"""Follows as cards and notices."""
