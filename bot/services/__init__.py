"""The use cases that Discord and the command line share."""

from bot.services.container import Services, open_services
from bot.store.ingest.rejects_file import rejects_path as rejects_file

__all__ = ["Services", "open_services", "rejects_file"]
