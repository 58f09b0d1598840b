"""Help and the list of commands."""
