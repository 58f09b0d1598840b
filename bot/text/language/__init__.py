"""Languages, sentences, words, names, dates and numbers."""
