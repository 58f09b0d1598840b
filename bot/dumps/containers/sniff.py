"""Recognises the type of a file by its first bytes; names and extensions are ignored."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection
from typing import Literal

# fmt: off
FileKind = Literal[
    "empty", "text", "zip", "tar", "gzip", "zstd", "xz", "bzip2",
    "office", "spreadsheet", "pdf", "picture", "media", "database", "parquet", "dataset", "pickle",
    "seven-zip", "rar", "compressed", "encrypted", "program", "binary",
]
# fmt: on

HEAD_BYTES = 4096
"""Number of bytes that `sniff` needs; a shorter file is passed whole."""

CONTAINERS: frozenset[FileKind] = frozenset({"zip", "tar", "gzip", "zstd", "xz", "bzip2"})

_MAGIC: tuple[tuple[bytes, FileKind], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "seven-zip"),
    (b"Rar!\x1a\x07", "rar"),
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"ID3", "media"),
    (b"OggS", "media"),
    (b"\x1a\x45\xdf\xa3", "media"),
    (b"SQLite format 3\x00", "database"),
    (b"PAR1", "parquet"),
    (b"PARE", "parquet"),
    *((magic, "dataset") for magic in (b"ARROW1", b"FEA1", b"Obj\x01", b"\x89HDF\r\n", b"\x93NUMPY")),
    *(
        (magic, "compressed")
        for magic in (
            b"\x04\x22\x4d\x18",
            b"LZIP\x01",
            b"\x1f\x9d",
            b"\x5d\x00\x00",
            b"\xff\x06\x00\x00sNaPpY",
        )
    ),
    *((magic, "encrypted") for magic in (b"Salted__", b"age-encryption.org/", b"-----BEGIN PGP MESSAGE")),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"{\\rtf", "office"),
    (b"\x7fELF", "program"),
    (b"MZ\x90\x00", "program"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
)
_MAGIC_BYTES = tuple(magic for magic, _ in _MAGIC)
_TEXT_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PICKLE = re.compile(rb"\x80[\x02-\x05](?:\x95|[\]}()cq])")
_SPREADSHEET = re.compile(rb"\bxl/|opendocument\.spreadsheet")
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_ZIP = re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08|00PK)")
_ZSTD_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
_OFFICE_MEMBER = re.compile(rb"\[Content_Types\]\.xml|_rels/|docProps/|mimetypeapplication/", re.IGNORECASE)
_DOCUMENTS: dict[str, FileKind] = {
    **dict.fromkeys(("word/document.xml", "ppt/presentation.xml", "Index/Document.iwa"), "office"),
    "META-INF/container.xml": "office",  # of an e-book
    "xl/workbook.xml": "spreadsheet",
    "xl/workbook.bin": "spreadsheet",
}
_OPEN_DOCUMENT = {"content.xml", "META-INF/manifest.xml"}
_DOCUMENT_MARKS = {"mimetype", "[Content_Types].xml"}
_PAGES = (".html", ".htm", ".txt", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".zst", ".gz", ".warc")
MAX_DOCUMENT_MEMBERS = 2_000
"""The members of a zip by whose names it is known to be a document."""
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"


def sniff(head: bytes) -> FileKind:
    """Returns the kind of a file from `head`, its first HEAD_BYTES bytes. A file without a known signature is
    text unless it holds too many control bytes; `bot.dumps.formats.registry` chooses the format of a text."""
    if not head:
        return "empty"
    if head.startswith(_MAGIC_BYTES):
        return next(kind for magic, kind in _MAGIC if head.startswith(magic))
    if _ZIP.match(head):
        if not _OFFICE_MEMBER.match(head, 30):
            return "zip"
        return "spreadsheet" if _SPREADSHEET.search(head) else "office"
    if _PICKLE.match(head):
        return "pickle"
    if _BZIP2.match(head):
        return "bzip2"
    if _ZSTD_SKIPPABLE.match(head):
        return "zstd"
    if head[257:262] == b"ustar" or _old_tar(head):
        return "tar"
    if head[4:12] in (b"ftypheic", b"ftypavif", b"ftypmif1"):
        return "picture"
    if head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"AVI ")):
        return "media"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "picture"
    return "binary" if _is_binary(head) else "text"


def document_kind(names: Collection[str]) -> FileKind | None:
    """Returns the kind of a document that is a zip with members of these names, in whatever order; None for a
    zip of other files, among which may be a member of a document. `sniff` knows most of them by their first
    member."""
    if _DOCUMENT_MARKS.isdisjoint(names) and any(name.lower().endswith(_PAGES) for name in names):
        return None
    if _OPEN_DOCUMENT.issubset(names):
        return "office"
    return next((kind for name, kind in _DOCUMENTS.items() if name in names), None)


def head_text(head: bytes) -> str:
    """The decoded text of `head`, by which the format is recognised."""
    return head.decode(_wide_encoding(head) or "utf-8", "replace").lstrip("\ufeff\0")


def _is_binary(head: bytes) -> bool:
    if _wide_encoding(head) is None and head.lstrip(b"\0").startswith((b"{", b"[")):
        head = head.replace(b"\0", b"")  # left in JSON where records were wiped
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return _wide_encoding(head) is None and controls > len(head) // 10


def _wide_encoding(head: bytes) -> str | None:
    """The encoding of text in which zero bytes are valid: by its byte-order mark, or UTF-16 without one; else
    None."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith(_TEXT_MARKS):
        return "utf-16" if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8"
    if b"\0" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) < 16 or min(even, odd) or max(even, odd) * 10 < len(head) * 4:
        return None
    return "utf-16-le" if odd else "utf-16-be"


def _old_tar(head: bytes) -> bool:
    """Whether this is a tar header from before 1988: these have no magic number, only a checksum."""
    block = head[:512]
    field = block[148:156].strip(b" \0")
    if len(block) < 512 or not 0 < len(field) < 8 or field.translate(None, b"01234567"):
        return False
    return sum(block) - sum(block[148:156]) + 8 * 32 == int(field, 8)
