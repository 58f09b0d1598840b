"""The privacy card."""
