"""The status for moderators and the operator."""
