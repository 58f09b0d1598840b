"""Everything that people see in Discord: cards, pages and their texts."""
