"""PURE. Addresses as Telegram reads them in links and buttons."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_HOST = re.compile(
    r"(?:[^\s/?#@]*@)?((?:[^\s/?#.@:]+\.)+[^\s/?#.@:\d][^\s/?#.@:]*|\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?"
)


def link_url(url: str) -> str | None:
    """The address as Telegram keeps it, or None where it drops the link and keeps the text."""
    url = url.strip()
    scheme = _SCHEME.match(url)
    if scheme and url[scheme.end() :].startswith("//"):
        name = scheme.group(1).lower()
        if name in ("tg", "ton", "tonsite"):
            return url
        if name not in ("http", "https"):
            return None
        rest = url[scheme.end() + 2 :]
    else:
        name, rest = "http", url
    host = _HOST.match(rest)
    if host is None or (host.end() < len(rest) and rest[host.end()] not in "/?#"):
        return None
    path = rest[host.end() :]
    return f"{name}://{host.group().lower()}{path if path.startswith('/') else '/' + path}"
