"""What the bot posted, and how it is edited when what it shows is undone or erased."""
