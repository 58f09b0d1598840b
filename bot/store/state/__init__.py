"""Stores of the state database: settings, schedules, follows, posts, token usage."""
