"""Follows: storage, matching against each load, and notices, each sent once."""
