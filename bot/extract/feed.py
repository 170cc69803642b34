"""A feed (RSS, Atom, RDF): one article an item."""

import io
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import feedparser

from bot.extract.assemble import Source, assemble
from bot.extract.body import read_body
from bot.extract.dates import parse_date
from bot.extract.decode import decode
from bot.extract.labels import LabelReader, Labels, split_flag
from bot.extract.lines import Hint, Line
from bot.extract.markup import lines_of, parse_html
from bot.extract.metadata import web_address
from bot.extract.normal import clean, clean_line
from bot.extract.text import MAX_TEXT, check_title
from storage.article import Article, Fault, UnreadableError

_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,6})|(\d{1,7}));?")
_MAX_TITLE_WORDS = 25


def read_feed(data: bytes, index: Mapping[str, str]) -> tuple[Article, ...]:
    """Read a feed's items, in their order. `index` comes from `storage.article.section_index`.

    An item in which no headline can be found is left out. Raises UnreadableError: EMPTY, TOO_LONG, BINARY; the last
    also for a feed that declares entities, by which a few bytes can grow into gigabytes.
    """
    text = _NOT_XML.sub("", decode(data))
    if not text.strip():
        raise UnreadableError(Fault.EMPTY)
    if _ENTITY.search(text):
        raise UnreadableError(Fault.BINARY)
    # What it declared was wrong, or is no longer true.
    source = '<?xml version="1.0" encoding="utf-8"?>\n' + _DECLARATION.sub("", text.lstrip("\ufeff")).lstrip()
    # A stream, never a string: feedparser takes a string for an address or a file's name, and opens it.
    stream = io.BytesIO(_REFERENCE.sub(_sound, source).encode("utf-8"))
    try:
        parsed = feedparser.parse(stream, resolve_relative_uris=False, sanitize_html=False)
    except Exception as error:
        # Its parser for broken feeds raises whatever a broken feed makes it raise (KeyError, AssertionError, …).
        raise UnreadableError(Fault.BINARY) from error
    reader = LabelReader(index)
    language = str(parsed.feed.get("language") or "").strip().lower()[:2] or None
    return tuple(_articles(parsed.entries, reader, language))


def _sound(reference: re.Match[str]) -> str:
    """Return a numeric reference, or nothing where it refers to no character of XML."""
    code = int(reference.group(1), 16) if reference.group(1) else int(reference.group(2))
    is_char = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return reference.group() if is_char else ""


def _articles(entries: list[Any], reader: LabelReader, language: str | None) -> Iterator[Article]:
    for entry in entries:
        try:
            yield _article(entry, reader, language)
        except UnreadableError:
            continue


def _article(entry: Any, reader: LabelReader, language: str | None) -> Article:
    lines = _body_lines(entry)
    if sum(len(line.text) for line in lines) > MAX_TEXT:
        raise UnreadableError(Fault.TOO_LONG)
    title, flagged = split_flag(_plain(str(entry.get("title") or "")))
    if not title and lines and len(lines[0].text.split()) <= _MAX_TITLE_WORDS:
        title, flagged = split_flag(lines[0].text)
        lines = lines[1:]
    check_title(title, alone=False, flagged=flagged)
    categories = tuple(_categories(entry))
    labels = Labels(breaking=flagged)
    for category in categories:
        labels += reader.read_line(category)
    body = read_body(lines, title)
    source = Source(
        byline=clean_line(str(entry.get("author") or "")) or None,
        published_at=_moment(entry),
        url=web_address(str(entry.get("link") or "")),
        language=language,
        guid=clean_line(str(entry.get("id") or "")) or None,
        categories=categories,
    )
    return assemble(title, labels, body, source)


def _plain(markup: str) -> str:
    """Return the text of a headline, which feeds give with markup or without."""
    if _TAG.search(markup) or "&" in markup:
        root = parse_html(markup)
        if root is not None:
            return clean_line(" ".join(root.itertext()))
    return clean_line(markup)


def _body_lines(entry: Any) -> list[Line]:
    contents = [str(content.get("value") or "") for content in entry.get("content") or ()]
    # The whole story before its beginning.
    markup = max(contents, key=len, default="") or str(entry.get("summary") or "")
    if not _TAG.search(markup):
        return [Line(line.strip(), Hint.PLAIN) for line in clean(_plain_lines(markup)).split("\n") if line.strip()]
    root = parse_html(markup)
    return lines_of(root) if root is not None else []


def _plain_lines(text: str) -> str:
    if "&" not in text:
        return text
    root = parse_html(text)
    return "".join(root.itertext()) if root is not None else ""


def _categories(entry: Any) -> Iterator[str]:
    for tag in entry.get("tags") or ():
        category = clean_line(str(tag.get("label") or tag.get("term") or ""))
        if category:
            yield category


def _moment(entry: Any) -> datetime | None:
    for name in ("published", "updated", "created"):
        # Past feedparser's own look-up, which answers for one date with another.
        parsed = dict.get(entry, f"{name}_parsed")
        if parsed:
            try:
                return datetime.fromtimestamp(timegm(parsed), UTC)
            except (ValueError, OverflowError, OSError):
                continue
        if text := dict.get(entry, name):
            found = parse_date(str(text))
            if found:
                return found
    return None
