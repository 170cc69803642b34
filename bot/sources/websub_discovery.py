"""Which hub pushes a feed, as its publisher says. Pure. https://www.w3.org/TR/websub/#discovery"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree, html
from lxml.etree import LxmlError

from bot.sources.addresses import check_url
from bot.sources.errors import UrlRefusedError

# A publisher names its hub at the top.
_HEAD = 200_000
_LONGEST_HEADER = 8_000
# RFC 8288 3: a target in angle brackets, then parameters.
_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*-]+(?:\s*=\s*(?:\"[^\"]*\"|[^\s\",;]*))?)*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]*))", re.IGNORECASE)
_ITEMS = ("item", "entry")


@dataclass(frozen=True, slots=True)
class Hub:
    """Where to subscribe, and to what."""

    url: str
    topic: str


def find_hub(link_header: str, body: bytes, url: str) -> Hub | None:
    """Return the first hub that is named, by the header or else by the document. `url` is where the answer came from.

    A publisher that does not say what its feed's own address is gets `url` for its topic.
    """
    return _choose(_in_header(link_header[:_LONGEST_HEADER]), url) or _choose(_in_document(body), url)


def _choose(links: Iterable[tuple[str, str]], url: str) -> Hub | None:
    """Choose from pairs of relation and target."""
    hub = topic = None
    for relation, target in links:
        if relation == "hub" and hub is None:
            hub = _address(url, target)
        elif relation == "self" and topic is None:
            topic = _address(url, target)
    return Hub(hub, topic or url) if hub else None


def _in_header(header: str) -> Iterator[tuple[str, str]]:
    for target, parameters in _LINK.findall(header):
        found = _REL.search(parameters)
        for relation in (found[1] or found[2] or "").lower().split() if found else ():
            yield relation, target


def _in_document(body: bytes) -> Iterator[tuple[str, str]]:
    start = body[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        yield from _in_json(body)
    elif re.match(rb"<(?:!doctype\s+)?html", start, re.IGNORECASE):
        yield from _in_page(body[:_HEAD])
    elif start.startswith(b"<"):
        yield from _in_xml(body[:_HEAD])


def _in_json(body: bytes) -> Iterator[tuple[str, str]]:
    """https://www.jsonfeed.org/version/1.1/"""
    try:
        feed = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return
    if not isinstance(feed, dict):
        return
    hubs, own = feed.get("hubs"), feed.get("feed_url")
    for hub in hubs if isinstance(hubs, list) else ():
        if isinstance(hub, dict) and hub.get("type") in ("WebSub", "websub") and isinstance(hub.get("url"), str):
            yield "hub", hub["url"]
    if isinstance(own, str):
        yield "self", own


def _in_xml(head: bytes) -> Iterator[tuple[str, str]]:
    """Links of the feed itself; those of its items are not its own."""
    parser = etree.XMLPullParser(("start", "end"), recover=True, resolve_entities=False, no_network=True)
    try:
        parser.feed(head)
    except LxmlError:
        return
    inside = 0
    for event, element in parser.read_events():
        if not isinstance(element, etree._Element):
            continue
        name = etree.QName(element).localname
        if name in _ITEMS:
            inside += 1 if event == "start" else -1
        elif event == "start" and name == "link" and not inside:
            for relation in element.get("rel", "").lower().split():
                yield relation, element.get("href", "")


def _in_page(head: bytes) -> Iterator[tuple[str, str]]:
    try:
        root = html.document_fromstring(head)
    except (LxmlError, ValueError):
        return
    for link in root.iter("link"):
        for relation in link.get("rel", "").lower().split():
            yield relation, link.get("href", "")


def _address(base: str, target: str) -> str | None:
    if not target.strip():
        return None
    try:
        return str(check_url(urljoin(base, target.strip())))
    except (ValueError, UrlRefusedError):
        return None
