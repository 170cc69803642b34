"""JSON Feed and the WordPress REST API, rewritten as Atom, so that every feed is read in one way. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from bot.extract.decode import MAX_BYTES

# https://www.jsonfeed.org/version/1.1/
# The version is the address of its description; programs that copy other formats write the number alone.
_JSON_FEED = re.compile(r"jsonfeed\.org/version/|^1(?:\.[01])?$")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ZONE = re.compile(r"(?:[Zz]|[+-]\d\d:?\d\d)$")


@dataclass(frozen=True, slots=True)
class _Entry:
    title: str
    content: str
    summary: str
    link: str
    id: str
    date: str
    author: str
    categories: tuple[str, ...]


def to_atom(data: bytes) -> bytes:
    """Return Atom where `data` is a JSON Feed or a WordPress answer to `posts?_embed`, otherwise `data` itself."""
    if len(data) > MAX_BYTES or not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return data
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return data
    entries = _entries(found)
    if entries is None:
        return data
    language = found.get("language") if isinstance(found, dict) else None
    attribute = f" xml:lang={quoteattr(_clean(language))}" if language and isinstance(language, str) else ""
    home = _text(found.get("home_page_url")) if isinstance(found, dict) else ""
    head = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"{attribute}>\n{_link(home)}'
    )
    return (head + "".join(map(_atom, entries)) + "</feed>\n").encode()


def is_wordpress(data: bytes) -> bool:
    """Whether this is an answer of the WordPress REST API: a list of posts."""
    try:
        return _is_posts(json.loads(data.decode("utf-8-sig")))
    except (ValueError, RecursionError):
        return False


def _entries(found: object) -> list[_Entry] | None:
    if isinstance(found, dict):
        version, items = found.get("version"), found.get("items")
        if not (isinstance(version, str) and _JSON_FEED.search(version) and isinstance(items, list)):
            return None
        return [_json_feed_item(item) for item in items if isinstance(item, dict)]
    if isinstance(found, list) and _is_posts(found):
        return [_post(post) for post in found if isinstance(post, dict)]
    return None


def _is_posts(found: object) -> bool:
    return (
        isinstance(found, list)
        and bool(found)
        and all(isinstance(post, dict) and "title" in post and "link" in post and "id" in post for post in found)
    )


def _json_feed_item(item: Mapping[str, Any]) -> _Entry:
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [_text(author.get("name")) for author in authors or () if isinstance(author, dict)]
    html = _text(item.get("content_html"))
    # Atom's text is HTML here, in which the lines of a plain text would run together.
    plain = "".join(f"<p>{escape(line)}</p>" for line in _text(item.get("content_text")).splitlines() if line.strip())
    tags = item.get("tags")
    return _Entry(
        title=escape(_text(item.get("title"))),
        content=html or plain,
        summary=escape(_text(item.get("summary"))),
        link=_text(item.get("url")) or _text(item.get("external_url")),
        id=_text(item.get("id")),
        date=_text(item.get("date_published")) or _text(item.get("date_modified")),
        author="، ".join(filter(None, names)),
        categories=tuple(filter(None, map(_text, tags))) if isinstance(tags, list) else (),
    )


def _post(post: Mapping[str, Any]) -> _Entry:
    """https://developer.wordpress.org/rest-api/reference/posts/"""
    embedded = post.get("_embedded") if isinstance(post.get("_embedded"), dict) else {}
    written = _text(post.get("date_gmt"))
    return _Entry(
        title=_rendered(post.get("title")),
        content=_rendered(post.get("content")),
        summary=_rendered(post.get("excerpt")),
        link=_text(post.get("link")),
        id=_rendered(post.get("guid")) or _text(post.get("id")),
        # Without a zone, although it is UTC.
        date=written if not written or _ZONE.search(written) else f"{written}Z",
        author="، ".join(_names(embedded, "author")),
        categories=tuple(_names(embedded, "wp:term")),
    )


def _names(embedded: Any, key: str) -> Iterator[str]:
    """The names of what is embedded. Terms come as a list for each taxonomy; one may hold an error instead."""
    found = embedded.get(key)
    for entry in found if isinstance(found, list) else ():
        for named in entry if isinstance(entry, list) else [entry]:
            name = unescape(_text(named.get("name"))) if isinstance(named, dict) else ""
            if name:
                yield name


def _rendered(value: object) -> str:
    return _text(value.get("rendered")) if isinstance(value, dict) else _text(value)


def _text(value: object) -> str:
    """Return what may stand as text. JSON's numbers are ids; anything else is a mistake of the feed's."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    # Python refuses to write out numbers of more digits, and no id has them.
    return value.strip() if isinstance(value, str) else str(value) if abs(value) < 10**30 else ""


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def _link(address: str) -> str:
    return f"<link href={quoteattr(_clean(address))}/>\n" if address else ""


def _atom(entry: _Entry) -> str:
    def element(name: str, text: str, attributes: str = "") -> str:
        return f"<{name}{attributes}>{escape(_clean(text))}</{name}>\n" if text else ""

    author = f"<author>{element('name', entry.author)}</author>\n" if entry.author else ""
    terms = (f"<category term={quoteattr(_clean(category))}/>\n" for category in entry.categories)
    parts = (
        element("title", entry.title, ' type="html"'),
        element("id", entry.id),
        _link(entry.link),
        element("published", entry.date),
        author,
        *terms,
        element("content", entry.content, ' type="html"'),
        element("summary", entry.summary, ' type="html"'),
    )
    return f"<entry>\n{''.join(parts)}</entry>\n"
