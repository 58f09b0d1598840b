"""Comment digests, made in a process of their own."""
