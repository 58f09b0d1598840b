"""`newsdesk try`: the real bot on a simulated Discord, used through a page of the local browser."""
