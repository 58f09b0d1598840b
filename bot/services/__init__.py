"""The use cases that Discord and the command line share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.services.loads import rejects_file

if TYPE_CHECKING:
    from bot.services.container import Services, open_services

__all__ = ["Services", "open_services", "rejects_file"]


def __getattr__(name: str) -> Any:
    """Imports the container only where it is used: a worker, and the image's check of health each minute,
    need one module of this package."""
    if name in ("Services", "open_services"):
        from bot.services import container

        return getattr(container, name)
    raise AttributeError(name)
