"""A page that is watched: one story, or a list of links to stories. Pure."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from lxml import html
from lxml.etree import LxmlError

from storage.identity import canonical_url, host_of

MOST_LINKS = 200
# A headline has some words; a menu's entry has one or two.
_FEWEST_WORDS = 4
# Fewer links than this are those beside a story.
_FEWEST_LINKS = 5
# A story's address ends in a number, a date, or its headline; a section's in a word.
_STORY_PATH = re.compile(r"\d{3,}|(?:[^/-]+-){3,}[^/]*$|(?:%[0-9A-Fa-f]{2}){12,}")
_ARTICLE_TYPE = re.compile(r'"@type"\s*:\s*\[?\s*"(?:\w*NewsArticle|Article|BlogPosting)"')
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_HEAD = 200_000


def story_links(page: bytes, url: str) -> tuple[str, ...]:
    """Return the stories that the page lists, on its own host, in its order; none where it is a story itself."""
    root = _parse(page)
    if root is None or _is_story(root):
        return ()
    found: dict[str, str] = {}
    for address, words in _links(root, url):
        key = canonical_url(address)
        if key and words >= _FEWEST_WORDS and host_of(address) == host_of(url) and _STORY_PATH.search(key):
            found.setdefault(key, address)
        if len(found) == MOST_LINKS:
            break
    return tuple(found.values()) if len(found) >= _FEWEST_LINKS else ()


def feed_link(page: bytes, url: str) -> str | None:
    """Return the address of the feed that the page names as its own, or None."""
    root = _parse(page[:_HEAD])
    if root is None:
        return None
    for link in root.iter("link"):
        kind, address = link.get("type", "").strip().lower(), link.get("href", "")
        if "alternate" in link.get("rel", "").lower().split() and kind in _FEED_TYPES and address:
            return _join(url, address)
    return None


def _parse(page: bytes) -> html.HtmlElement | None:
    try:
        root = html.document_fromstring(page)
    except (LxmlError, ValueError):
        return None
    return root if isinstance(root, html.HtmlElement) else None


def _is_story(root: html.HtmlElement) -> bool:
    kinds = (meta.get("content", "").strip().lower() for meta in root.iter("meta") if meta.get("property") == "og:type")
    if "article" in kinds:
        return True
    scripts = (script.text or "" for script in root.iter("script") if script.get("type") == "application/ld+json")
    return any(_ARTICLE_TYPE.search(script) for script in scripts)


def _links(root: html.HtmlElement, url: str) -> Iterator[tuple[str, int]]:
    for link in root.iter("a"):
        href = link.get("href")
        address = _join(url, href) if href else None
        if address and urlsplit(address).scheme in ("http", "https"):
            yield address, len("".join(link.itertext()).split())


def _join(url: str, href: str) -> str | None:
    try:
        return urljoin(url, href.strip())
    except ValueError:
        return None
