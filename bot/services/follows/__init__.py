"""Follows: kept, matched against each load, and notified once."""
