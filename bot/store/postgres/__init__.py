"""PostgreSQL as an engine of the store, which `DATABASE_URL` selects."""
