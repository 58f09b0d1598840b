"""Messages that are stored or sent between processes, to be shown in any language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message of the catalogue and its fields; `bot.i18n` puts it into words."""

    id: str
    fields: Mapping[str, str | int | float | None] = field(default_factory=dict)
