"""Browsing as cards."""
