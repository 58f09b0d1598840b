"""The persistence layer: the only package that contains SQL."""
