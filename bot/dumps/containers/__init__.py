"""Walks files, folders and nested archives, one member at a time."""
