"""Discord commands: typed options in, one library call, one card out."""
