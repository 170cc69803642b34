"""Bytes become text, and text shows what kind of input it is."""

import codecs
import re
from enum import StrEnum

from storage.article import Fault, UnreadableError

MAX_BYTES = 16 * 1024 * 1024
"""An input beyond this is refused unread; three times what the fetcher lets through."""


class Kind(StrEnum):
    """What an input is."""

    TEXT = "text"
    PAGE = "page"
    FEED = "feed"


# Longer marks first: that of UTF-32 begins with that of UTF-16.
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY_SIGNATURES = (
    b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh",
    b"\xfd7zXZ", b"7z\xbc\xaf",
    b"Rar!", b"\x7fELF", b"MZ\x90", b"RIFF", b"OggS", b"ID3", b"\xd0\xcf\x11\xe0", b"{\\rtf",
    b"SQLite format 3", b"\x00\x00\x01\x00",
)  # fmt: skip
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{3,20})""")
_DECLARATION_LENGTH = 2048
# XML without a mark shows its encoding by its first bracket. XML 1.0, appendix F
_WIDE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
# As browsers read these names (WHATWG Encoding); other names are not believed.
_CHARSETS = {
    "cp1256": "cp1256",
    "x-cp1256": "cp1256",
    "iso-8859-6": "iso8859-6",
    "arabic": "iso8859-6",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "macintosh": "mac-roman",
    "ibm866": "cp866",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "euc-jp": "euc-jp",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "iso-8859-9": "cp1254",
    **{f"windows-{page}": f"cp{page}" for page in (874, *range(1250, 1259))},
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 7, 8, 10, 13, 14, 15, 16)},
}
# What programs write without knowing it.
_UNSURE = (None, "cp1252")
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))
_ARABIC = re.compile("[\u0621-\u064a]")
_ARABIC_WORD = re.compile("[\u0621-\u064a]{3,}")


def decode(data: bytes) -> str:
    """Return the text of `data`: by its byte-order mark, as UTF-8, as it declares itself, as windows-1256.

    Raises UnreadableError: TOO_LONG beyond `MAX_BYTES`, BINARY for what is no text.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableError(Fault.TOO_LONG)
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace").replace("\ufffd", "")
    for beginning, encoding in _WIDE:
        if data.startswith(beginning):
            return data.decode(encoding, "replace").replace("\ufffd", "")
    # Markup with a stray zero is still shown by browsers.
    if data.startswith(_BINARY_SIGNATURES) or (b"\0" in data and not data.lstrip(_BLANKS).startswith(b"<")):
        raise UnreadableError(Fault.BINARY)
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls * 50 > len(data):
        raise UnreadableError(Fault.BINARY)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(data)


def _decode_legacy(data: bytes) -> str:
    declared = _DECLARED.search(data, 0, _DECLARATION_LENGTH)
    name = _CHARSETS.get(declared.group(1).decode("ascii").lower()) if declared else None
    # A page that is UTF-8 but for some bytes that a truncation or an editor broke.
    patched = data.decode("utf-8", "replace")
    broken = patched.count("\ufffd")
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    if broken * 20 < high and (name in _UNSURE or name == "cp1256"):
        return patched.replace("\ufffd", "")
    if name not in _UNSURE:
        return data.decode(name, "replace").replace("\ufffd", "")
    arabic = data.decode("cp1256")
    # Arabic has runs of letters where another alphabet's bytes would give single ones.
    if sum(map(len, _ARABIC_WORD.findall(arabic))) * 2 > high:
        return arabic
    latin = data.decode("cp1252", "replace").replace("\ufffd", "")
    if high * 4 > len(data) or not latin.strip():
        raise UnreadableError(Fault.BINARY)
    return latin


_FEED = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|article|main|section|div|p|h[1-6]|table|span|br|meta|title|script|ul|blockquote|a|b"
    r"|strong|font|center)[\s/>]",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"</(?:p|div|h[1-6]|td|li|body|html|article|span|strong|b|a|blockquote)>|<br\s*/?>", re.IGNORECASE
)
_HEAD_LENGTH = 4096


def kind_of(text: str) -> Kind:
    """Tell by its content whether `text` is a feed, a page or plain text."""
    text = text[_beginning(text) :]
    head = text[:_HEAD_LENGTH]
    feed, html = _FEED.search(head), _HTML.search(head)
    if feed and not (html and html.start() < feed.start()):
        return Kind.FEED
    if html and (head.lstrip("\ufeff \t\r\n").startswith("<") or _CLOSING.search(text)):
        return Kind.PAGE
    return Kind.TEXT


def _beginning(text: str) -> int:
    """Return where comments and white space before all else end."""
    at = 0
    while True:
        while at < len(text) and text[at] in "\ufeff \t\r\n":
            at += 1
        end = text.find("-->", at) if text.startswith("<!--", at) else -1
        if end < 0:
            return at
        at = end + len("-->")
