"""Discord's limits, each once. Lengths of text are in UTF-16 units, as `truncate.utf16_length` counts
them."""

from __future__ import annotations

MAX_CARD_TEXT = 4000
"""Text of one message with components, all its parts together."""
MAX_COMPONENTS = 40
"""Components of one message, nested ones too."""
MAX_ROW_BUTTONS = 5
MAX_OPTIONS = 25
"""Options of one list, and choices of one completion."""
MAX_OPTION_TEXT = 100
"""The label, the value or the description of an option, and the name or the value of a choice."""
MAX_CUSTOM_ID = 100
MAX_LINK = 512
"""The address of a button that leads out of Discord."""
MAX_ALT_TEXT = 256
"""The description of a picture; discord.py documents fewer than Discord takes."""
MAX_THREAD_NAME = 100
MAX_NONCE = 25
MAX_ATTACHMENT_BYTES = 8_000_000
"""What the bot attaches at most; Discord takes 10 MiB in any channel."""
MAX_REQUESTS_PER_SECOND = 50
"""Requests of one bot, but for those that answer commands and presses."""
