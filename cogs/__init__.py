"""Discord commands: typed options in, one call into a service, one card out."""
