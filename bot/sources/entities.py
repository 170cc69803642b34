"""XML that declares entities of its own, by which a few bytes can grow into gigabytes. Pure."""

import re

_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_HTML = re.compile(rb"<(?:!doctype\s+)?html[\s>]", re.IGNORECASE)
_HEAD = 2**12


def declares_entities(data: bytes) -> bool:
    """Whether this is XML that declares entities of its own, in any encoding of its letters. A web page is no XML."""
    # UTF-16 and UTF-32 differ from ASCII only by zero bytes and a mark, here.
    text = data.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n")
    declares = bool(_ENTITY.search(text) and _DOCTYPE.search(text))  # a story may be about the one or the other
    return text.startswith(b"<") and declares and not _HTML.search(text, 0, _HEAD)
