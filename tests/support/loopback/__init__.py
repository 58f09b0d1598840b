"""A Discord of one's own on loopback sockets: REST and gateway for an unmodified client in a real process."""
