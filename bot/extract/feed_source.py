"""The text of a feed, made sound and small enough for feedparser, and taken apart by it."""

import io
import re
from typing import Any

import feedparser

from bot.extract.decode import decode
from storage.article import Fault, UnreadableError

MAX_ITEMS = 20_000
"""More items than any feed has."""

# Tags and references cost feedparser up to ten microseconds each, dates a hundred; attributes of one tag, categories of
# one item and letters of one word cost the square of their number.
_MAX_TAGS = 400_000
_MAX_REFERENCES = 1_000_000
_MAX_DATES = 60_000
_MAX_CATEGORIES = 1_000

_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,6})|(\d{1,7}));?")
_COUNTED = re.compile(
    r"<(?:[\w.-]{1,40}:)?(?:(item|entry)|(pubdate|date|published|updated|modified|issued|created)|category|subject)[\s/>]",
    re.IGNORECASE,
)
# They are for search engines, no categories; feedparser would make a category of each.
_KEYWORDS = re.compile(r"(</?(?:[\w.-]{1,40}:)?)keywords(?=[\s/>])", re.IGNORECASE)
# What it takes for the beginning of a mail address, from every letter on; whole, and with markup between.
_WORD = re.compile(r"(?<![A-Za-z0-9_.+-])([A-Za-z0-9_.+-]{1000})[A-Za-z0-9_.+-]+")
_JOINED_WORD = re.compile(r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{3000}")
_MARKUP = re.compile(r"<!\[CDATA\[|\]\]>|<[^<>]*>")
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
    # What it declared was wrong, or is no longer true.
    source = '<?xml version="1.0" encoding="utf-8"?>\n' + _DECLARATION.sub("", text.lstrip("\ufeff")).lstrip()
    source = _sound(source)
    if _takes_minutes(source):
        raise UnreadableError(Fault.TOO_LONG)
    # A stream, never a string: feedparser takes a string for an address or a file's name, and opens it.
    stream = io.BytesIO(source.encode("utf-8"))
    try:
        return feedparser.parse(stream, resolve_relative_uris=False, sanitize_html=False)
    except Exception as error:
        # Its parser for broken feeds raises whatever a broken feed makes it raise (KeyError, AssertionError, …).
        raise UnreadableError(Fault.BINARY) from error


def _takes_minutes(text: str) -> bool:
    if text.count("<") > _MAX_TAGS or text.count("&") > _MAX_REFERENCES:
        return True
    if _CROWDED_TAG.search(text) or _JOINED_WORD.search(_MARKUP.sub("", text)):
        return True
    items = dates = categories = 0
    for found in _COUNTED.finditer(text):
        if found.group(1):
            items, categories = items + 1, 0
        elif found.group(2):
            dates += 1
        else:
            categories += 1
        if items > MAX_ITEMS or dates > _MAX_DATES or categories > _MAX_CATEGORIES:
            return True
    return False


def _sound(source: str) -> str:
    """Return the XML without what breaks it, and without what feedparser takes the square of its length for."""
    source = _REFERENCE.sub(_character, source)
    source = _KEYWORDS.sub(r"\1x-keywords", source)
    return _WORD.sub(r"\1", source)


def _character(reference: re.Match[str]) -> str:
    """Return a numeric reference, its letter or digit, or nothing where it refers to no character of XML."""
    code = int(reference.group(1), 16) if reference.group(1) else int(reference.group(2))
    is_char = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    if code < 128 and chr(code).isalnum():
        return chr(code)
    return reference.group() if is_char else ""
