"""Loads as cards and live messages."""
