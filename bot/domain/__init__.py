"""The domain model: frozen dataclasses, and the pure rules about them."""
