"""The text of a feed, made sound and small enough for feedparser, and taken apart by it."""

import io
import re
from typing import Any

import feedparser

from bot.extract.decode import decode
from storage.article import Fault, UnreadableError

MAX_ITEMS = 20_000
"""More items than any feed has."""

# Tags and references cost feedparser up to ten microseconds each; attributes of one tag, and categories of one item,
# the square of their number.
_MAX_TAGS = 400_000
_MAX_REFERENCES = 1_000_000
_MAX_CATEGORIES = 1_000

_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,6})|(\d{1,7}));?")
_ITEM_OR_CATEGORY = re.compile(r"<(?:[\w.-]{1,40}:)?(?:(item|entry)|category|subject)[\s/>]", re.IGNORECASE)
# Lists with commas between, each entry of which becomes a category.
_CROWDED_LIST = re.compile(r"<(?:[\w.-]{1,40}:)?keywords(?:\s[^<>]*+)?>\s*+(?:<!\[CDATA\[)?[^<]{5000}", re.IGNORECASE)
# A hundred attributes.
_CROWDED_TAG = re.compile(r"<[^\s<>/]++(?:[ \t\r\n]++[\w.:-]++[ \t\r\n]*+=[ \t\r\n]*+(?:\"[^\"]*+\"|'[^']*+')){100}")


def parse(data: bytes | str) -> Any:
    """Return what feedparser finds in a feed.

    Raises UnreadableError: EMPTY, BINARY, TOO_LONG where reading would take minutes, ENTITIES for a feed that declares
    entities, by which a few bytes can grow into gigabytes.
    """
    text = _NOT_XML.sub("", decode(data) if isinstance(data, bytes) else data)
    if not text.strip():
        raise UnreadableError(Fault.EMPTY)
    # Both, since a story may be about the one or the other.
    if _DOCTYPE.search(text) and _ENTITY.search(text):
        raise UnreadableError(Fault.ENTITIES)
    if _takes_minutes(text):
        raise UnreadableError(Fault.TOO_LONG)
    # What it declared was wrong, or is no longer true.
    source = '<?xml version="1.0" encoding="utf-8"?>\n' + _DECLARATION.sub("", text.lstrip("\ufeff")).lstrip()
    # A stream, never a string: feedparser takes a string for an address or a file's name, and opens it.
    stream = io.BytesIO(_REFERENCE.sub(_sound, source).encode("utf-8"))
    try:
        return feedparser.parse(stream, resolve_relative_uris=False, sanitize_html=False)
    except Exception as error:
        # Its parser for broken feeds raises whatever a broken feed makes it raise (KeyError, AssertionError, …).
        raise UnreadableError(Fault.BINARY) from error


def _takes_minutes(text: str) -> bool:
    if text.count("<") > _MAX_TAGS or text.count("&") > _MAX_REFERENCES:
        return True
    if _CROWDED_TAG.search(text) or _CROWDED_LIST.search(text):
        return True
    items = categories = 0
    for found in _ITEM_OR_CATEGORY.finditer(text):
        items, categories = (items + 1, 0) if found.group(1) else (items, categories + 1)
        if items > MAX_ITEMS or categories > _MAX_CATEGORIES:
            return True
    return False


def _sound(reference: re.Match[str]) -> str:
    """Return a numeric reference, or nothing where it refers to no character of XML."""
    code = int(reference.group(1), 16) if reference.group(1) else int(reference.group(2))
    is_char = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return reference.group() if is_char else ""
