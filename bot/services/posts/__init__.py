"""The bot's posts, which are edited when their content is undone or erased."""
