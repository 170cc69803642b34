"""What a page says of its article for machines: JSON-LD and meta elements."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from bot.extract.normal import clean_line

_MAX_JSON = 500_000
_MAX_NODES = 2_000
_MAX_TEXT = 2_000
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_DATES = (
    "article:published_time", "datepublished", "date", "pubdate", "publishdate", "publish-date", "dc.date",
    "dc.date.issued", "dcterms.created", "parsely-pub-date",
)  # fmt: skip


@dataclass(slots=True)
class Metadata:
    """Empty where the page says nothing."""

    titles: list[str] = field(default_factory=list)
    body: str = ""
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
        content = clean_line((element.get("content") or "")[:_MAX_TEXT])
        if name and content:
            properties.setdefault(name, []).append(content)
    meta.url = _address(root, properties, url)
    if node := _own_article(root, meta.url, properties.get("og:title", [])):
        meta.is_article = True
        meta.titles += _texts(node.get("headline"))
        for section in _texts(node.get("articleSection")):
            meta.sections += section.split(",") if "," in section else section.split("،")
        meta.published = next(iter(_texts(node.get("datePublished")) + _texts(node.get("dateCreated"))), "")
        meta.author = next(iter(_names(node.get("author"))), "")
        meta.body = next((text for text in [node.get("articleBody")] if isinstance(text, str)), "")
    meta.titles += properties.get("og:title", [])
    meta.sections += properties.get("article:section", []) + properties.get("articlesection", [])
    meta.site = next(iter(properties.get("og:site_name", [])), "")
    meta.author = meta.author or _author(properties)
    dates = (properties.get(name) for name in _DATES)
    meta.published = meta.published or next((values[0] for values in dates if values), "")
    meta.is_article = meta.is_article or "article" in properties.get("og:type", [])
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


def _own_article(root: HtmlElement, url: str | None, titles: Sequence[str]) -> dict[str, Any] | None:
    """Return what JSON-LD says of the page's own article: by its address, its headline, or else the first of all."""
    found = list(_articles(root))
    own = [node for node in found if url and _same_page(url, node.get("url"), node.get("@id"), _main_page(node))]
    named = [node for node in found if any(title in titles for title in _texts(node.get("headline")))]
    return next(iter(own + named + found), None)


def _articles(root: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "") or not script.text or len(script.text) > _MAX_JSON:
            continue
        # Breadth first, so that the page's own article comes before those it holds.
        queue: list[Any] = [_loads(script.text)]
        articles: list[dict[str, Any]] = []
        by_id: dict[str, dict[str, Any]] = {}
        for node in queue:
            if len(queue) > _MAX_NODES:
                break
            if isinstance(node, list):
                queue += node
            elif isinstance(node, dict):
                if isinstance(node.get("@id"), str):
                    by_id.setdefault(node["@id"], node)
                if _is_article(node.get("@type")):
                    articles.append(node)
                queue += [node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node]
        for article in articles:
            author = article.get("author")
            named = (
                by_id.get(author["@id"]) if isinstance(author, dict) and isinstance(author.get("@id"), str) else None
            )
            yield article | {"author": named} if named and not _names(author) else article


def _loads(text: str) -> Any:
    """Return what JSON says, with the mistakes that browsers never showed anybody; None for what is none."""
    # Comments and CDATA marks stand around it for old browsers.
    text = text.replace("<![CDATA[", "").replace("]]>", "")
    first = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=len(text))
    text = text[first : max(text.rfind("}"), text.rfind("]")) + 1]
    for candidate in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _is_article(kinds: Any) -> bool:
    names = (
        kind.rpartition("/")[2] for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)
    )
    return any(name.endswith("NewsArticle") or name in ("Article", "BlogPosting", "LiveBlogPosting") for name in names)


def _main_page(node: Mapping[str, Any]) -> Any:
    page = node.get("mainEntityOfPage")
    return page.get("@id") if isinstance(page, dict) else page


def _same_page(url: str, *candidates: Any) -> bool:
    return any(
        isinstance(candidate, str) and candidate.partition("#")[0].rstrip("/") == url.partition("#")[0].rstrip("/")
        for candidate in candidates
    )


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for item in values if isinstance(item, str) and (text := clean_line(unescape(item[:_MAX_TEXT])))]


def _names(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [name for item in values for name in _texts(item.get("name") if isinstance(item, dict) else item)]
