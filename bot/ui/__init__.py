"""What people see in Discord: words, cards and pages."""
