"""Scheduled digests as cards and posts."""
