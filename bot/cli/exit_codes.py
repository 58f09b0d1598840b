"""The exit codes of the command line. A list that is empty is a result like any other: OK."""

OK = 0
NOTHING_FOUND = 1
"""What was named does not exist, or the archive has no answer."""
BAD_INPUT = 2
BUG = 70
"""sysexits' EX_SOFTWARE."""
INTERRUPTED = 130
"""The shell's code for SIGINT."""
BROKEN_PIPE = 141
"""The shell's code for SIGPIPE."""
