"""A feed (RSS, Atom, RDF): one article an item."""

import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import unescape
from itertools import islice
from typing import Any

from bot.extract.assemble import Source, assemble
from bot.extract.body import read_body
from bot.extract.dates import parse_date
from bot.extract.feed_source import parse
from bot.extract.internet_dates import parse_internet_date
from bot.extract.labels import LabelReader, Labels, split_flag
from bot.extract.lines import Line
from bot.extract.markup import MARKUP, TAG, lines_of_text, parse_html, text_of
from bot.extract.metadata import language_of, web_address
from bot.extract.normal import clean_line
from bot.extract.text import MAX_TEXT, check_title
from storage.article import Article, UnreadableError

_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")
# A headline is escaped once too often here and there, seldom twice.
_MOST_ESCAPES = 3
_MAX_TITLE_WORDS = 25
_MOST_CATEGORIES = 200
_PLAIN = "text/plain"
_MAILBOX = re.compile(r"[(<]?[^\s()<>@]{1,100}@[^\s()<>@]{1,100}[)>]?")
_ALTERNATE = ("alternate", "http://www.iana.org/assignments/relation/alternate")
_PAGES = ("", "text/html", "application/xhtml+xml")


def read_feed(data: bytes | str, index: Mapping[str, str], *, url: str | None = None) -> tuple[Article, ...]:
    """Read a feed's items, in their order.

    `index` comes from `storage.article.section_index`, `url` is where the feed came from. An item in which no headline
    can be found has an empty title, and is nothing to publish. Raises what `feed_source.parse` raises.
    """
    parsed = parse(data)
    feed = parsed.feed
    base = web_address(str(feed.get("link") or ""), url) if feed.get("link") else None
    is_atom = str(parsed.version).startswith("atom")
    if url is not None and (base is None or is_atom):
        base = url
    language = language_of(str(feed.get("language") or ""))
    reader = _ItemReader(LabelReader(index), language, base, is_atom=is_atom)
    return tuple(reader.read(entry) for entry in parsed.entries)


class _ItemReader:
    def __init__(self, labels: LabelReader, language: str | None, base: str | None, *, is_atom: bool) -> None:
        self._labels = labels
        self._language = language
        self._base = base
        self._is_atom = is_atom

    def read(self, entry: Any) -> Article:
        lines = _body_lines(entry)
        title, flagged = split_flag(_headline(entry))
        if not title and lines and len(lines[0].text.split()) <= _MAX_TITLE_WORDS:
            title, flagged = split_flag(lines[0].text)
            lines = lines[1:]
        try:
            check_title(title, alone=False, flagged=flagged)
        except UnreadableError:
            title = ""
        if sum(len(line.text) for line in lines) > MAX_TEXT:
            title, lines = "", []  # a book; a part of it would pass for the story
        categories = tuple(islice(_categories(entry), _MOST_CATEGORIES))
        labels = Labels(breaking=flagged)
        for category in categories:
            labels += self._labels.read_line(category)
        source = Source(
            byline=_byline(entry),
            published_at=_moment(entry),
            url=self._address(entry),
            language=self._language,
            guid=clean_line(str(entry.get("id") or "")) or None,
            categories=categories,
        )
        return assemble(title, labels, read_body(lines, title), source)

    def _address(self, entry: Any) -> str | None:
        """Return an item's page: in Atom the first alternate, in RSS the last link; a guid only where it is whole."""
        for link in (entry.get("links") or ()) if self._is_atom else ():
            if "href" in link and link.get("rel") in _ALTERNATE and str(link.get("type") or "") in _PAGES:
                found = web_address(str(link["href"]), self._base) if link["href"] else None
                if found:
                    return found
        link = str(entry.get("link") or "")
        return web_address(link, None if link == entry.get("id") else self._base) if link else None


def _headline(entry: Any) -> str:
    """Return the text of a headline, which feeds give as text, as markup, and as markup escaped once too often."""
    text = str(entry.get("title") or "")
    is_markup = str((entry.get("title_detail") or {}).get("type") or _PLAIN) != _PLAIN
    for _ in range(_MOST_ESCAPES):
        if (is_markup and TAG.search(text)) or MARKUP.search(text):
            root = parse_html(text)
            text = text_of(root) if root is not None else ""
        elif _REFERENCE.search(text):
            text = unescape(text)
        else:
            break
        is_markup = False
    return clean_line(text)


def _body_lines(entry: Any) -> list[Line]:
    """Return the lines of the whole story, or where there is none, of its beginning."""
    texts = [
        (str(content.get("value") or ""), str(content.get("type") or ""))
        for content in entry.get("content") or ()
        if not str(content.get("type") or "").startswith(("image/", "audio/", "video/"))
    ]
    texts.sort(key=lambda text: len(text[0]), reverse=True)
    texts.append((str(entry.get("summary") or ""), str((entry.get("summary_detail") or {}).get("type") or "")))
    return next((lines for text, kind in texts if (lines := lines_of_text(text, plain=kind == _PLAIN))), [])


def _categories(entry: Any) -> Iterator[str]:
    for tag in entry.get("tags") or ():
        category = clean_line(str(tag.get("label") or tag.get("term") or ""))
        if category:
            yield category


def _byline(entry: Any) -> str | None:
    """Return who wrote it: names, where the feed gives them, and no address of a mailbox."""
    whole, authors = str(entry.get("author") or ""), entry.get("authors") or ()
    if "@" in whole and len(authors) < 2:
        names = [_MAILBOX.sub("", whole).strip(" ()<>")]
    else:
        names = [str(author.get("name") or "") for author in authors]
    return "، ".join(dict.fromkeys(name for name in map(clean_line, names) if name and "@" not in name)) or None


def _moment(entry: Any) -> datetime | None:
    for name in ("published", "updated", "created"):
        # Past feedparser's own look-up, which answers for one date with another.
        text, parsed = clean_line(str(dict.get(entry, name) or "")), dict.get(entry, f"{name}_parsed")
        try:
            # feedparser knows more formats than are worth knowing, but fewer zones, and makes dates of what are none.
            found = parse_internet_date(text) or (_utc(parsed) if parsed else parse_date(text))
        except (ValueError, OverflowError, OSError):
            continue
        if found:
            return found
    return None


def _utc(parsed: Any) -> datetime:
    return datetime.fromtimestamp(timegm(parsed), UTC)
