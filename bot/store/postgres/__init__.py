"""PostgreSQL as an engine of the store. Nothing selects it yet: search and exports have to follow first."""
