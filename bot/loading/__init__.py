"""The loader: reads dumps and is the only writer of the corpus, in a process of its own."""
