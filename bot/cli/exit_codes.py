"""The exit codes of the command line."""

OK = 0
NOTHING_FOUND = 1
BAD_INPUT = 2
BUG = 70
"""sysexits' EX_SOFTWARE."""
INTERRUPTED = 130
"""What a shell makes of SIGINT."""
BROKEN_PIPE = 141
"""What a shell makes of SIGPIPE."""
