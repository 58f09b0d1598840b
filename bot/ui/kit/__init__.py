"""The building blocks of all cards: components, routes, markdown, limits and replies."""
