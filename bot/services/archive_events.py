"""What loads, undos and erasures report: the audit list records it, and follows and posts are notified."""

from __future__ import annotations

from typing import Any

from bot.domain.audit import AuditAction
from bot.domain.loads import Person
from bot.services.audit import AuditService
from bot.services.change_signal import ChangeSignal


class ArchiveEvents:
    """Changes of all archives; None stands for the shared one."""

    def __init__(self, audit: AuditService, *signals: ChangeSignal) -> None:
        self._audit = audit
        self._signals = signals

    def changed(self) -> None:
        """Notifies those that look for changes of archives."""
        for signal in self._signals:
            signal.notify()

    async def record(self, guild: int | None, action: AuditAction, by: Person, **detail: Any) -> None:
        """Records who has done it."""
        await self._audit.record(guild, action, by, **detail)
