"""PostgreSQL as the engine of the state. Nothing selects it yet: the corpus has to follow first."""
