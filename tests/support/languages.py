"""Members whose Discord is set to another language, in the simulated Discord."""

from __future__ import annotations

from typing import Any

import pytest
import simcord.interactions


def speak(monkeypatch: pytest.MonkeyPatch, locale: str) -> None:
    """Every interaction from now on comes from a client in this locale, in a server of that locale: the
    simulation itself sends `en-US` only."""
    payload_of = simcord.interactions.base_payload

    def base_payload(*arguments: Any, **more: Any) -> tuple[Any, dict[str, Any]]:
        record, payload = payload_of(*arguments, **more)
        payload["locale"] = locale
        if "guild_locale" in payload:
            payload["guild_locale"] = locale
        return record, payload

    monkeypatch.setattr(simcord.interactions, "base_payload", base_payload)
