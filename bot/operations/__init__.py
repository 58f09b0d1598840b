"""What operators need while the bot runs: its log, health, alerts, and settings that change."""
