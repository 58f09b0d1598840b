"""Discord's limits. Lengths of text are in UTF-16 units, as counted by `truncate.utf16_length`."""

from __future__ import annotations

MAX_CARD_TEXT = 4000
"""The text of one message with components, in all parts together."""
MAX_COMPONENTS = 40
"""The components of one message, including nested ones."""
MAX_ROW_BUTTONS = 5
MAX_BUTTON_LABEL = 80
MAX_OPTIONS = 25
"""The options of one select menu, and the choices of one autocompletion."""
MAX_OPTION_TEXT = 100
"""The label, value or description of an option, and the name or value of a choice."""
MAX_CUSTOM_ID = 100
MAX_LINK = 512
"""The address of a link button."""
MAX_ALT_TEXT = 256
"""The description of a picture; Discord accepts more than discord.py documents."""
MAX_THREAD_NAME = 100
MAX_NONCE = 25
MAX_ATTACHMENT_BYTES = 8_000_000
"""The most bytes that the bot attaches; Discord accepts 10 MiB in any channel."""
MAX_REQUESTS_PER_SECOND = 50
"""The requests of one bot per second, apart from replies to interactions."""
