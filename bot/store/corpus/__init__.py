"""Reading articles, comments and loads."""
