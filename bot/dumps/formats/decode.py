"""Decodes the bytes of a text file, in any common encoding, to clean text."""

from __future__ import annotations

import codecs
import re

from bot.dumps.containers.streams import Readable
from bot.dumps.rejections import Rejected

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32's little-endian mark begins with UTF-16's, so it is tried first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE_BREAKS = ("\r\n", "\r", "\f", "\v")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_CONTROLS = tuple(char for char in map(chr, range(128)) if _CONTROL.match(char))
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def decode_text(data: bytes) -> str:
    """Decodes `data` to text with `\\n` line breaks and without byte-order mark or control characters.

    Tries UTF-8, UTF-16 and UTF-32 by their marks, UTF-16 without a mark if every other byte is zero, then
    UTF-8, then cp1252 (and Latin-1 for the five bytes that it lacks). UTF-8 with a few invalid bytes stays
    UTF-8: each becomes U+FFFD. Raises Rejected("binary") with the line of the first byte that is not text.
    """
    return _without_controls(_with_plain_breaks(_decode(data)))


def clean_text(text: str) -> str:
    """Returns `text` with `\\n` line breaks and without byte-order marks, control characters and lone
    surrogates (which no database stores). Raises Rejected("binary") if more than 1% of the characters are
    controls."""
    return _without_surrogates(_without_controls(_with_plain_breaks(text)))


def _without_controls(text: str) -> str:
    # Most texts have none: one search for each takes a tenth of the time of the pattern.
    if any(control in text for control in _CONTROLS):
        if len(_CONTROL.findall(text)) * 100 > len(text):
            first = _CONTROL.search(text)
            line = text.count("\n", 0, first.start() if first else 0) + 1
            raise Rejected("binary", "rejected-binary-text", line)
        text = _CONTROL.sub("", text)
    return text


def clean_field(text: str) -> str:
    """The same for a field of a record, where control characters say nothing about the file."""
    return _without_surrogates(_CONTROL.sub("", _with_plain_breaks(text)))


def fold_blanks(text: str) -> str:
    """The text with each run of white space as one blank, and none at its ends."""
    # In printable text, all white space is blanks.
    if text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text
    return " ".join(text.split())


def _without_surrogates(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def _with_plain_breaks(text: str) -> str:
    text = text.replace("\ufeff", "")
    for line_break in _LINE_BREAKS:
        if line_break in text:
            text = text.replace(line_break, "\n")
    return text


def as_utf8(stream: Readable, head: bytes) -> Readable:
    """The stream, whose first bytes are `head`, as UTF-8 if it is UTF-16 or UTF-32."""
    marked = next((encoding for mark, encoding in _BOMS if head.startswith(mark)), None)
    encoding = marked or _unmarked_utf16(head)
    return stream if encoding in (None, "utf-8") else _AsUtf8(stream, encoding)


class _AsUtf8:
    """A stream in another encoding, as UTF-8 without a byte-order mark."""

    def __init__(self, source: Readable, encoding: str) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._left = b""
        self._ended = False

    def read(self, size: int, /) -> bytes:
        while not self._left and not self._ended:
            data = self._source.read(size)
            self._ended = not data
            text = self._decoder.decode(data, final=self._ended)
            self._left = text.replace("\ufeff", "").encode("utf-8", "replace")
        data, self._left = self._left[:size], self._left[size:]
        return data


def _decode(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    unmarked = _unmarked_utf16(data)
    if unmarked:
        return data.decode(unmarked, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    # Latin-1 prose hardly ever forms valid UTF-8 sequences; a UTF-8 file with an invalid byte has many.
    if len(_MULTIBYTE.findall(data)) >= text.count("\ufffd"):
        return text
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _unmarked_utf16(data: bytes) -> str | None:
    """Returns the encoding if this is UTF-16 without a mark: Western text then has a zero in nearly every
    second byte and none elsewhere."""
    sample = data[:4096]
    if len(sample) < 16:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd * 10 > len(sample) * 4 and even == 0:
        return "utf-16-le"
    if even * 10 > len(sample) * 4 and odd == 0:
        return "utf-16-be"
    return None
