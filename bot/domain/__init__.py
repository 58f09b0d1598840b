"""The words of Newsdesk as frozen dataclasses, and the pure rules about them."""
