"""Writing a load: transactions, merging, undo and erasure."""
