"""One module a command, called like it: found by looking, with its arguments beside its code."""
