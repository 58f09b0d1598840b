"""Members whose Discord is set to another language, in the simulated Discord."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import simcord.interactions

from bot.cli import main


def speak(locale: str, set_attribute: Callable[[object, str, object], None] = setattr) -> None:
    """Every interaction from now on comes from a client in this locale, in a server of that locale: the
    simulation itself sends `en-US` only. Tests give `monkeypatch.setattr`, which ends it."""
    payload_of = simcord.interactions.base_payload

    def base_payload(*arguments: Any, **more: Any) -> tuple[Any, dict[str, Any]]:
        record, payload = payload_of(*arguments, **more)
        payload["locale"] = locale
        if "guild_locale" in payload:
            payload["guild_locale"] = locale
        return record, payload

    set_attribute(simcord.interactions, "base_payload", base_payload)


if __name__ == "__main__":  # `newsdesk try` for a member with this locale
    speak(sys.argv[1])
    sys.exit(main(["try", *sys.argv[2:]]))
