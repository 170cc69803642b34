"""By what an article is known again. Pure."""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from storage.arabic import fold
from storage.article import Article

# What campaigns and share buttons append; the page is the same without it.
_TRACKING = re.compile(
    r"utm_\w+|(?:fb|g|ms|tw|yc|dc|gb|wb|s)clid|igshid|igsh|mc_[ce]id|_ga|_gl|ref|ref_?src|source|cmpid|ocid|xtor"
    r"|at_(?:medium|campaign|custom\d|format|link\w*)|spm|shared?|amp|outputtype",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_INDEX_PAGE = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_AMP = re.compile(r"/amp/?$", re.IGNORECASE)
# Guids that name the item anywhere, not only among its feed's own. RFC 4151 (tag), RFC 9562 (uuid)
_GLOBAL = re.compile(r"https?://|tag:|urn:|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$", re.IGNORECASE)
# «آخر تحديث: 14:30» and the like say when a story was touched, not what it says.
_TOUCHED = re.compile(r"(?:(?:اخر تحديث|تم التحديث|تاريخ التحديث|نشر في|نشر بتاريخ|last updated|updated) ?){1,2}\b")
_LONGEST_TOUCHED = 80


@dataclass(frozen=True, slots=True)
class Keys:
    """Digests under which an article is known again; `url` and `guid` are None where it has none that tells."""

    words: str
    title: str
    url: str | None
    guid: str | None


def keys_of(article: Article, *, scope: str | None) -> Keys:
    """Return the keys of `article`. `scope` is within what its guid is unique if that is a mere number."""
    guid = article.guid.strip() if article.guid else ""
    if _GLOBAL.match(guid):
        # A guid that is an address is often the item's link, in one of its spellings.
        guid = canonical_url(guid) or guid if guid.lower().startswith("http") else guid
    elif guid:
        guid = f"{scope or ''}\n{guid}"
    address = canonical_url(article.url) if article.url else None
    return Keys(
        words=_digest(fingerprint_text(article)),
        title=_digest(fold(article.title) or article.title),
        url=_digest(address) if address else None,
        guid=_digest(guid) if guid else None,
    )


def source_scope(source_id: int) -> str:
    """Return the scope of the guids that a source gives."""
    return f"source {source_id}"


def fingerprint_text(article: Article) -> str:
    """Return what the article says, so that cosmetic changes (spacing, marks, diacritics, dates of change) are gone."""
    texts = (gist(text) for text in (article.title, *(block.text for block in article.blocks)))
    # A headline of nothing but signs folds to nothing, and would be the same as any other such.
    return "\n".join(text for text in texts if text) or article.title


def gist(text: str) -> str:
    """Return what a title or a paragraph says, folded; "" where it says no more than when the story was touched."""
    folded = fold(text)
    return "" if _says_when(folded) else folded


def canonical_url(url: str) -> str | None:
    """Return the form that all spellings of a page's address share; None where it is no page of its own.

    The scheme, «www.», the default port, tracking parameters, the order of parameters, the fragment, an AMP ending and
    a final slash make no difference. A home page is no article's address. A list of parameters that identifies nothing
    but the page's appearance cannot be told from one that does, so others are kept.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        host = (parts.hostname or "").rstrip(".").encode("idna").decode()
    except ValueError:  # UnicodeError, of a host that is no name, is one too
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not host:
        return None
    host = host.removeprefix("www.")
    authority = host if port in (None, *_DEFAULT_PORTS.values()) else f"{host}:{port}"
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=~-._")
    path = _AMP.sub("/", _INDEX_PAGE.sub("/", re.sub("/{2,}", "/", path))).rstrip("/")
    query = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0]))
    if not path and not query:
        return None
    return urlunsplit(("https", authority, path, urlencode(query), ""))


def host_of(url: str | None) -> str | None:
    """Return the host of an address, without «www.»; None where it has none."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _says_when(folded: str) -> bool:
    return len(folded) <= _LONGEST_TOUCHED and bool(_TOUCHED.match(folded))


def _digest(text: str) -> str:
    # A key of fixed length: PostgreSQL indexes nothing longer than 2,704 bytes, which an address in Arabic may be.
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
