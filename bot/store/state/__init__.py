"""What servers set up: settings, schedules, follows, posts, token usage."""
