"""Lists of sources as OPML, which every feed reader writes and reads. Pure.

http://opml.org/spec2.opml
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree

from lxml import etree

from bot.sources.entities import declares_entities
from storage.sources import Kind, Source, State

# What other readers do not know of a source stands in attributes of our own.
_KIND, _PAUSED = "kind", "isPaused"
# In addresses that were never escaped; the parser would drop it and what follows.
_BARE_AMPERSAND = re.compile(rb"&(?!#?\w{1,32};)")


class NotOpmlError(ValueError):
    """A file that is no OPML; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A source in the list. `categories` are the names of its sections, or whatever the other reader wrote there."""

    url: str
    name: str
    kind: Kind
    paused: bool
    categories: tuple[str, ...]


def write(sources: Iterable[Source]) -> bytes:
    """Return the list as an OPML document."""
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = "Sources"
    body = ElementTree.SubElement(root, "body")
    for source in sources:
        outline = ElementTree.SubElement(body, "outline", type="rss", text=source.name, xmlUrl=source.url)
        if source.kind is not Kind.FEED:
            outline.set(_KIND, source.kind)
        if source.state is State.PAUSED:
            outline.set(_PAUSED, "true")
        if source.sections:
            outline.set("category", ",".join(source.sections))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'.encode()


def read(data: bytes) -> tuple[Entry, ...]:
    """Return every outline that names a feed, in folders or not. Raise `NotOpmlError`."""
    if declares_entities(data):
        raise NotOpmlError("it declares XML entities, which are refused")
    # Readers leave tags open; what can be read of such a file is.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(_BARE_AMPERSAND.sub(b"&amp;", data), parser)
    except etree.XMLSyntaxError:
        raise NotOpmlError("it is no XML") from None
    if root is None or str(root.tag).lower() != "opml":
        raise NotOpmlError("it is no OPML")
    return tuple(_entry(outline) for outline in root.iter("outline") if outline.get("xmlUrl", "").strip())


def _entry(outline: "etree._Element") -> Entry:
    url = str(outline.get("xmlUrl", "")).strip()
    kind = str(outline.get(_KIND, Kind.FEED))
    return Entry(
        url=url,
        name=str(outline.get("text") or outline.get("title") or "").strip(),
        kind=Kind(kind) if kind in Kind.__members__.values() else Kind.FEED,
        paused=outline.get(_PAUSED) == "true",
        categories=tuple(name.strip(" /") for name in str(outline.get("category", "")).split(",") if name.strip(" /")),
    )
