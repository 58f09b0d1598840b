"""An optional language model that writes text from quotes; only verified sentences are shown."""
