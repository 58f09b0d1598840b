"""Comment digests, built in a separate process."""
