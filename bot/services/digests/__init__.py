"""Scheduled digests: planned, composed, posted once, and accounted for."""
