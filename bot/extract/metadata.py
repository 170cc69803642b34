"""What a page says of its article for machines: JSON-LD and meta elements."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from bot.extract.normal import clean_line

_ARTICLE_TYPES = (
    "Article",
    "NewsArticle",
    "ReportageNewsArticle",
    "BlogPosting",
    "LiveBlogPosting",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
)
_MAX_JSON = 500_000
_MAX_NODES = 2_000


@dataclass(slots=True)
class Metadata:
    """Empty where the page says nothing."""

    titles: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    site: str = ""
    author: str = ""
    published: str = ""
    url: str | None = None
    language: str | None = None
    is_article: bool = False


def read_metadata(root: HtmlElement, url: str | None) -> Metadata:
    """Read what `root`, a whole page from `url`, says of its article."""
    meta = Metadata()
    properties: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        content = clean_line(element.get("content") or "")
        if name and content:
            properties.setdefault(name, []).append(content)
    for node in _articles(root):
        meta.is_article = True
        meta.titles += _texts(node.get("headline"))
        for section in _texts(node.get("articleSection")):
            meta.sections += section.split(",") if "," in section else section.split("،")
        meta.published = meta.published or next(iter(_texts(node.get("datePublished"))), "")
        meta.author = meta.author or next(iter(_names(node.get("author"))), "")
    meta.titles += properties.get("og:title", [])
    meta.sections += properties.get("article:section", []) + properties.get("articlesection", [])
    meta.site = next(iter(properties.get("og:site_name", [])), "")
    meta.author = meta.author or _author(properties)
    dates = [
        properties.get(name, []) for name in ("article:published_time", "datepublished", "date", "pubdate", "dc.date")
    ]
    meta.published = meta.published or next((values[0] for values in dates if values), "")
    meta.is_article = meta.is_article or "article" in properties.get("og:type", [])
    meta.url = _address(root, properties, url)
    meta.language = language_of(root.get("lang") or root.get("xml:lang") or "")
    meta.sections = [section for section in map(clean_line, meta.sections) if section]
    return meta


def language_of(tag: str) -> str | None:
    """Return the language that a tag such as «ar-EG» names, or None where it is no such tag."""
    language = tag.strip().lower()[:2]
    return language if len(language) == 2 and language.isascii() and language.isalpha() else None


def _author(properties: dict[str, list[str]]) -> str:
    values = properties.get("author", []) + properties.get("article:author", [])
    return next((value for value in values if "://" not in value), "")


def _address(root: HtmlElement, properties: dict[str, list[str]], url: str | None) -> str | None:
    canonical = [link.get("href") or "" for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    for candidate in (*canonical, *properties.get("og:url", [])):
        address = web_address(candidate, url)
        if address:
            return address
    return url


def web_address(candidate: str, base: str | None = None) -> str | None:
    """Return an address of the web in full, or None where `candidate` is none."""
    try:
        address = urljoin(base or "", clean_line(candidate))
        parts = urlsplit(address)
    except ValueError:
        return None
    return address.replace(" ", "%20") if parts.scheme in ("http", "https") and parts.netloc else None


def _articles(root: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "") or not script.text or len(script.text) > _MAX_JSON:
            continue
        try:
            found = json.loads(script.text, strict=False)
        except (ValueError, RecursionError):
            continue
        # Breadth first, so that the page's own article comes before those it holds.
        queue: list[Any] = [found]
        for node in queue:
            if len(queue) > _MAX_NODES:
                break
            if isinstance(node, list):
                queue += node
            elif isinstance(node, dict):
                kinds = node.get("@type")
                if any(kind in _ARTICLE_TYPES for kind in (kinds if isinstance(kinds, list) else [kinds])):
                    yield node
                    return
                queue += [value for key, value in node.items() if key in ("@graph", "mainEntity", "mainEntityOfPage")]


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for item in values if isinstance(item, str) and (text := clean_line(item))]


def _names(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [name for item in values for name in _texts(item.get("name") if isinstance(item, dict) else item)]
