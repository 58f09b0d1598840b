"""The sentences that people read, in every language: `msg` formats a message from the catalogue."""

from bot.i18n.catalogue import (
    ENGLISH,
    LANGUAGES,
    catalogue,
    checksum,
    current_language,
    english,
    error_message,
    msg,
    msg_in,
    nearest_language,
    set_language,
    stored_error,
    stored_text,
    system_language,
    use_language,
)

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "catalogue",
    "checksum",
    "current_language",
    "english",
    "error_message",
    "msg",
    "msg_in",
    "nearest_language",
    "set_language",
    "stored_error",
    "stored_text",
    "system_language",
    "use_language",
]
