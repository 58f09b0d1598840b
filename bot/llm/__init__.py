"""A language model that writes from quotes, where the operator has one; what it writes is shown if proven."""
