"""Pure functions over the models: sentences, terms, summaries, digests, queries."""
