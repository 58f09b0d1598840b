"""The message catalogue: one Fluent file for each language, in `locales`.

Fluent and not gettext, as one sentence often counts two things ("This removes its 60 articles and 1,500
comments"): gettext inflects for one number only. Weblate and Pontoon open .ftl files as they open .po files.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from bot.domain.stored_message import StoredMessage
from bot.errors import UserError

ENGLISH = "en"
LOCALES_FOLDER = Path(__file__).with_name("locales")
LANGUAGES = {file.stem: file.stem.replace("-", "_") for file in sorted(LOCALES_FOLDER.glob("*.ftl"))}
"""The CLDR locale of each language, by Discord's code, which is the name of its file."""
LANGUAGES[ENGLISH] = "en_GB"  # serves all of Discord's English
_NEAREST = {"es": "es-419", "pt": "pt-BR", "zh": "zh-CN", "zh-TW": ENGLISH, "zh-HK": ENGLISH}
"""The language for codes whose own is not there. Readers of traditional characters are served in English."""
_COUNTED = ("minutes", "most", "seconds")
"""The fields of errors that are quantities; other numbers are ids, which are not formatted."""
_ENTRY = re.compile(r"^(-?[a-zA-Z][\w-]*) *=", re.MULTILINE)
_REFERENCE = re.compile(r"\{\s*(-?[a-z][\w-]*)")

_log = logging.getLogger(__name__)
_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


class Catalogue:
    """The messages of one language. Each is parsed when it is first used: parsing all takes 0.3 seconds.
    Fluent and Babel, too, are imported then: programs that only want JSON need neither."""

    def __init__(self, locale: str, source: str) -> None:
        from fluent.runtime import FluentBundle, resolver

        starts = [*_ENTRY.finditer(source)]
        ends = [start.start() for start in starts[1:]] + [len(source)] * bool(starts)
        self.sources = {
            start[1]: source[start.start() : end] for start, end in zip(starts, ends, strict=True)
        }
        """The text of each entry in the file, by its id; ids of terms begin with a hyphen."""
        # Fluent refuses fields of 2,500 characters; callers cut what others wrote.
        resolver.MAX_PART_LENGTH = 100_000
        # No marks around fields: Discord shows them in labels, and breaks links at them.
        self._bundle = FluentBundle([locale], use_isolating=False)
        self._parsed: set[str] = set()

    def __contains__(self, name: str) -> bool:
        """Whether there is a message, or with `id.attribute` an attribute."""
        id_, _, attribute = name.partition(".")
        if id_ not in self.sources:
            return False
        self._parse(id_)
        return not attribute or attribute in self._bundle.get_message(id_).attributes

    def format(self, name: str, fields: Mapping[str, object]) -> str:
        """The message, or with `id.attribute` one of its attributes. Raises KeyError for an unknown one, and
        ValueError if a field is missing or the message is broken."""
        id_, _, attribute = name.partition(".")
        self._parse(id_)
        message = self._bundle.get_message(id_)
        pattern = message.attributes[attribute] if attribute else message.value
        if pattern is None:
            raise KeyError(name)
        text, problems = self._bundle.format_pattern(pattern, dict(fields))
        if problems:
            raise ValueError(f"{name}: {problems[0]}")
        return str(text)

    def _parse(self, id_: str) -> None:
        """Parses an entry and those that it refers to."""
        if id_ in self._parsed:
            return
        from fluent.runtime import FluentResource

        self._parsed.add(id_)
        source = self.sources[id_]
        self._bundle.add_resource(FluentResource(source))
        for reference in _REFERENCE.findall(source):
            if reference in self.sources:
                self._parse(reference)


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language of LANGUAGES."""
    source = (LOCALES_FOLDER / f"{language}.ftl").read_text("utf-8")
    return Catalogue(LANGUAGES[language], source)


def checksum() -> str:
    """The SHA-256 checksum of all languages' files: it changes with any sentence."""
    digest = hashlib.sha256()
    for language in LANGUAGES:
        digest.update((LOCALES_FOLDER / f"{language}.ftl").read_bytes())
    return digest.hexdigest()


def msg(name: str, /, **fields: object) -> str:
    """A message in the current language: its whole sentence with its fields in place. Numbers are formatted
    for the language; strings are inserted as they are, so callers escape what others wrote. Raises KeyError
    for an unknown message and ValueError for a missing field."""
    return msg_in(current_language(), name, **fields)


def msg_in(language: str, name: str, /, **fields: object) -> str:
    """A message in a language of LANGUAGES. A translation that is missing or broken is logged, and the
    English one returned."""
    if language != ENGLISH:
        try:
            return catalogue(language).format(name, fields)
        except (KeyError, ValueError) as error:
            _log.error("the message %s in %s: %s", name, language, error)
    return catalogue(ENGLISH).format(name, fields)


def error_message(error: UserError, clean: Callable[[str], str] = str) -> str:
    """The message for an error; `clean` escapes its fields, which contain user input and text from dumps."""
    return msg(f"error-{error.key}", **_error_fields(error, clean))


def stored_error(error: UserError) -> StoredMessage:
    """The message for an error, to be stored. Lone surrogates, as in paths, are escaped: UTF-8 has none."""
    fields = _error_fields(error, lambda text: text.encode(errors="backslashreplace").decode())
    return StoredMessage(f"error-{error.key}", fields)


def _error_fields(error: UserError, clean: Callable[[str], str]) -> dict[str, Any]:
    """Quantities stay numbers, which are formatted; ids and texts become clean texts."""
    return {name: value if name in _COUNTED else clean(str(value)) for name, value in error.fields.items()}


def english(message: StoredMessage) -> str:
    """A message in English, as it is stored and written to JSON."""
    return msg_in(ENGLISH, message.id, **message.fields)


def stored_text(message: StoredMessage | None, stored: str) -> str:
    """A stored message in the current language; `stored`, its English, if the catalogue no longer has it, as
    after an upgrade."""
    if message is None:
        return stored
    try:
        return msg(message.id, **message.fields)
    except (KeyError, ValueError):
        return stored


def current_language() -> str:
    """The language of the messages that are formatted now."""
    return _language.get()


def set_language(language: str) -> None:
    """Sets the language of the current task and the tasks that it starts."""
    _language.set(language)


@contextmanager
def use_language(language: str) -> Generator[None]:
    """Sets the language within a block."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def nearest_language(code: str) -> str:
    """The language of LANGUAGES for a code such as `pt-BR`, `de_AT` or `en-GB`; English if none is near."""
    code = code.replace("_", "-")
    base = code.partition("-")[0]
    for candidate in (code, _NEAREST.get(code), base, _NEAREST.get(base)):
        if candidate in LANGUAGES:
            return candidate
    return ENGLISH


def system_language(environment: Mapping[str, str] = os.environ) -> str:
    """The language of the terminal, by LC_ALL, LC_MESSAGES or LANG."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(variable):
            return nearest_language(environment[variable].partition(".")[0].partition("@")[0])
    return ENGLISH
