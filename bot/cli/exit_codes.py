"""The exit codes of the command line."""

OK = 0
NOTHING_FOUND = 1
BAD_INPUT = 2
BUG = 70
"""sysexits' EX_SOFTWARE."""
INTERRUPTED = 130
"""The shell's code for SIGINT."""
BROKEN_PIPE = 141
"""The shell's code for SIGPIPE."""
