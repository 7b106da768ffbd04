"""Bytes of a file → its text: UTF-8, else the encoding that it declares, else the detected one."""

from __future__ import annotations

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

# Longest first: the mark of UTF-32 begins with that of UTF-16. Decoded by the names beside them,
# the mark stays in the text as its first character.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\x7fELF",
           b"\xd0\xcf\x11\xe0", b"RIFF", b"SQLite format 3")  # fmt: skip
_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML = re.compile(rb"\A\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:-]+)")
# An editor's line, in the first two: `-*- coding: euc-kr -*-`, `vim: set fileencoding=cp949 :`.
_EDITOR = re.compile(
    rb"\A(?:[^\n]*\n)?[^\n]*?(?:-\*-.*?\bcoding:\s*|\bvim?:.*?\bfileencoding=)([\w.-]+)"
)


def encoding_of(data: bytes, html: bool = False) -> str | None:
    """The name of an encoding that decodes all of `data`; None where none does, and for what is
    no text. An HTML or XML declaration counts only in a file of HTML: in prose it is a text."""
    if data.startswith(_BINARY):
        return None
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name if _decodes(data, name) else None
    if _decodes(data, "utf-8"):
        return "utf-8"
    if b"\0" in data:
        return None
    declared = _declared(data[:2048], html)
    if declared and _decodes(data, declared):
        return declared
    if _decodes(data, "cp949") and _mostly_hangul(data.decode("cp949")):
        return "cp949"
    best = from_bytes(data).best()
    return best.encoding if best and _decodes(data, best.encoding) else None


def first_bad_line(data: bytes) -> int:
    """The line, counted from 1, of the first byte that is not UTF-8; 0 where there is none."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 0


def is_binary(text: str) -> bool:
    """Whether control characters are too many for a text."""
    head = text[:20_000]
    odd = sum(unicodedata.category(char) == "Cc" and char not in "\t\n\r\f" for char in head)
    return odd * 50 > len(head)


def _declared(head: bytes, html: bool) -> str | None:
    found = _EDITOR.search(head)
    if html:
        found = _META.search(head) or _XML.search(head) or found
    name = found[1].decode().lower() if found else ""
    return None if name.startswith("utf") else name  # of these the bytes themselves tell


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeError, LookupError):  # also the codecs that are no encodings of text
        return False
    return True


def _mostly_hangul(text: str) -> bool:
    wide = [char for char in text if ord(char) > 127]
    return sum("가" <= char <= "힣" for char in wide) * 2 > len(wide)
