"""What every card is made with: components, routes, markdown, limits, replies."""
