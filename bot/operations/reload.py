"""Reads the settings again, and says what changed."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.config import SETTINGS, Config, ConfigError

_log = logging.getLogger(__name__)


def changed_config(old: Config, read: Callable[[], Config]) -> Config:
    """Returns the new settings, or the old ones if the new ones are wrong. Logs each change, and whether it
    needs a restart."""
    try:
        new = read()
    except ConfigError as error:
        _log.error("the settings stay as they were: %s", " ".join(error.problems))
        return old
    changed = [
        setting for setting in SETTINGS if getattr(old, setting.attribute) != getattr(new, setting.attribute)
    ]
    for setting in changed:
        before, after = getattr(old, setting.attribute), getattr(new, setting.attribute)
        change = "changed" if setting.secret else f"changed from {before} to {after}"
        _log.info("%s %s%s", setting.name, change, "" if setting.live else "; restart the bot to use it")
    if not changed:
        _log.info("no setting has changed")
    return new
