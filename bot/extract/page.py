"""A web page: its article's own labels, headline and body."""

import re
from collections.abc import Iterator, Mapping

from lxml.html import HtmlElement

from bot.extract.assemble import Source, assemble
from bot.extract.body import Body, read_body
from bot.extract.dates import parse_date
from bot.extract.decode import decode
from bot.extract.labels import LabelReader, Labels, split_flag
from bot.extract.lexicon import markup as words
from bot.extract.lines import Hint, Line
from bot.extract.markup import is_junk, lines_of, marks, parse_html, text_of
from bot.extract.metadata import Metadata, read_metadata
from bot.extract.normal import clean_line
from bot.extract.text import MAX_TEXT, check_title, read_head
from storage.arabic import fold
from storage.article import Article, Fault, UnreadableError

# Between a headline and the site's name in a page's title.
_SITE_SEPARATOR = re.compile(r"\s+[-–—|:·•»/]+\s+|\s*\|\s*")
_MIN_BODY = 80
_MAX_LABEL_LENGTH = 60


def read_page(html: bytes | str, index: Mapping[str, str], *, url: str | None = None) -> Article:
    """Read the article of a web page. `index` comes from `storage.article.section_index`, `url` is where it came from.

    Raises UnreadableError: EMPTY, BINARY, TOO_LONG where the main text is over `MAX_TEXT` characters, NO_TITLE.
    """
    root = parse_html(decode(html) if isinstance(html, bytes) else html)
    if root is None:
        raise UnreadableError(Fault.EMPTY)
    return _Page(root, LabelReader(index), url).article()


class _Page:
    def __init__(self, root: HtmlElement, reader: LabelReader, url: str | None) -> None:
        self._root = root
        self._reader = reader
        self._meta = read_metadata(root, url)
        container = _container(root)
        self._content = container if container is not None else _densest(root)
        self._headline = _headline(root, self._content, self._meta)

    def article(self) -> Article:
        lines = self._lines()
        if sum(len(line.text) for line in lines) > MAX_TEXT:
            raise UnreadableError(Fault.TOO_LONG)
        labels = self._labels()
        title, flagged = self._title()
        if not title:
            if not lines:
                raise UnreadableError(Fault.EMPTY)
            head = read_head([line.text for line in lines], self._reader)
            title, labels, lines = head.title, labels + head.labels, lines[head.length :]
        check_title(title, alone=False, flagged=flagged)
        body = read_body(lines, title)
        return assemble(title, labels + Labels(breaking=flagged), body, self._source(body))

    def _title(self) -> tuple[str, bool]:
        """Return the headline, and whether it, or its copy for machines, carries the flag at its edge."""
        shown = text_of(self._headline) if self._headline is not None else ""
        copies = [_without_site(title, self._meta.site) for title in self._meta.titles]
        pages = [_without_site(text_of_title(self._root), self._meta.site, last=True)]
        titles = [split_flag(title) for title in (shown, *copies, *pages) if title]
        if not titles:
            return "", False
        title = titles[0][0]
        key = fold(title)
        return title, any(flagged for other, flagged in titles if fold(other) == key)

    def _lines(self) -> list[Line]:
        return lines_of(self._content) if self._content is not None else _main_text(self._root)

    def _labels(self) -> Labels:
        labels = Labels()
        for section in self._meta.sections:
            labels += self._reader.read_line(section)
        for label in self._own_labels():
            labels += label
        return labels if labels.known else labels + self._breadcrumbs()

    def _breadcrumbs(self) -> Labels:
        """Return the known labels on the way from the front page to the story, which often stands above its element."""
        labels = Labels()
        for element in self._root.iter("nav", "ol", "ul", "div", "p"):
            if words.BREADCRUMBS.search(marks(element)):
                for link in element.iter("a"):
                    label = self._reader.read(text_of(link))
                    labels += label if label.known else Labels()
        return labels

    def _own_labels(self) -> Iterator[Labels]:
        """Yield the labels that stand by the headline: category links, and in old layouts a line above it."""
        scope = self._scope()
        if scope is None:
            return
        content, headline = self._content, self._headline
        above: list[HtmlElement] = []
        for element in _outside(scope, content):
            names = marks(element)
            if element is headline:
                for line in above[-2:]:
                    text = text_of(line)
                    if 0 < len(text) <= _MAX_LABEL_LENGTH and self._reader.read_line(text).known:
                        label = self._reader.read_line(text)
                        if not label.unknown:
                            yield label
            elif "category" in (element.get("rel") or "").split() or (names and words.CATEGORY.search(names)):
                yield from self._category(element)
            elif element.tag in ("td", "div", "p", "span", "font") and not len(element):
                above.append(element)

    def _category(self, element: HtmlElement) -> Iterator[Labels]:
        leaves = [
            leaf for leaf in element.iter() if isinstance(leaf.tag, str) and not len(leaf) and (leaf.text or "").strip()
        ]
        for leaf in leaves or [element]:
            text = text_of(leaf) if leaf is not element else text_of(element)
            if 0 < len(text) <= _MAX_LABEL_LENGTH:
                yield self._reader.read_line(text)

    def _scope(self) -> HtmlElement | None:
        """Return the smallest element that holds headline and body: what stands in it is the article's own."""
        if self._headline is None:
            return self._content
        if self._content is None:
            parent = self._headline.getparent()
            return parent if parent is not None else self._headline
        inside = set(self._headline.iterancestors())
        for element in (self._content, *self._content.iterancestors()):
            if element in inside:
                article = next((up for up in (element, *element.iterancestors()) if up.tag == "article"), None)
                return article if article is not None else element
        return None

    def _source(self, body: Body) -> Source:
        meta = self._meta
        scope = self._scope()
        byline, published = meta.author, parse_date(meta.published)
        if scope is not None and not (byline and published):
            for element in _outside(scope, self._content, keep_junk=True):
                names = marks(element)
                if element.tag == "time" and published is None:
                    published = parse_date(element.get("datetime") or element.text_content())
                elif names and published is None and words.DATE.search(names):
                    published = parse_date(element.text_content()[:200])
                elif names and not byline and words.AUTHOR.search(names):
                    byline = clean_line(element.text_content()[:100])
        return Source(byline or None, published, meta.url, meta.language)


def text_of_title(root: HtmlElement) -> str:
    """Return a page's title."""
    title = next(root.iter("title"), None)
    return clean_line(title.text or "") if title is not None else ""


def _without_site(title: str, site: str, *, last: bool = False) -> str:
    """Return a title without the site's name at its edge; `last`: where none is known, that is its last part."""
    parts = _SITE_SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    if site:
        for part, rest in ((parts[-1], title[: title.rfind(parts[-1])]), (parts[0], title[len(parts[0]) :])):
            if fold(part) == fold(site):
                return rest.strip(" -–—|:·•»/")
    if last and len(parts[-1].split()) <= 4 and len(parts[0].split()) >= 3:
        return title[: title.rfind(parts[-1])].strip(" -–—|:·•»/")
    return title


def _outside(scope: HtmlElement, content: HtmlElement | None, *, keep_junk: bool = False) -> Iterator[HtmlElement]:
    """Yield the elements of `scope` before and around its body, without those that belong to other stories."""
    stack: list[HtmlElement] = [scope]
    while stack:
        element = stack.pop()
        if element is content:
            continue
        if element is not scope:
            if not (keep_junk and element.tag != "aside") and is_junk(element):
                continue
            yield element
        stack += [child for child in reversed(element) if isinstance(child.tag, str)]


def _container(root: HtmlElement) -> HtmlElement | None:
    """Return the element that holds the story's text, by the names that pages give it."""
    found: dict[str, HtmlElement] = {}
    for element in root.iter("div", "section", "article", "td", "main", "span"):
        for name in (*(element.get("class") or "").split(), element.get("id") or "", element.get("itemprop") or ""):
            if name in _CONTAINER_NAMES and name not in found and not _is_elsewhere(element):
                found[name] = element
    candidates = [found[name] for name in words.CONTAINERS if name in found]
    articles = [element for element in root.iter("article") if not _is_elsewhere(element)]
    if len(articles) == 1:
        candidates += articles
    return next(
        (element for element in candidates if _length(element) >= _MIN_BODY), candidates[0] if candidates else None
    )


_CONTAINER_NAMES = frozenset(words.CONTAINERS)


def _is_elsewhere(element: HtmlElement) -> bool:
    return any(is_junk(up) for up in (element, *element.iterancestors()))


def _length(element: HtmlElement) -> int:
    return sum(len(line.text) for line in lines_of(element))


def _headline(root: HtmlElement, content: HtmlElement | None, meta: Metadata) -> HtmlElement | None:
    """Return the element that shows the headline."""
    copies = {
        fold(split_flag(_without_site(title, meta.site))[0]) for title in (*meta.titles, text_of_title(root)) if title
    }
    copies |= {fold(split_flag(_without_site(text_of_title(root), meta.site, last=True))[0])}
    first: HtmlElement | None = None
    for element in root.iter("h1"):
        text = text_of(element)
        if not text:
            continue
        if fold(split_flag(text)[0]) in copies:
            return element
        if first is None and not _is_elsewhere(element) and len(text.split()) > 2:
            first = element
    if first is not None:
        return first
    for element in root.iter("h2", "h3", "td", "div", "span", "font", "p", "b", "strong"):
        if content is not None and (element is content or content in element.iterancestors()):
            continue
        text = element.text_content() if len(element) < 3 else ""
        if 0 < len(text) < 400 and fold(split_flag(" ".join(text.split()))[0]) in copies - {""}:
            inner = [
                child for child in element if isinstance(child.tag, str) and fold(child.text_content()) == fold(text)
            ]
            return inner[0] if inner else element
    return next(
        (
            element
            for element in root.iter("td", "div", "span", "h2", "font")
            if words.TITLE.search(marks(element))
            and not _is_elsewhere(element)
            and 2 <= len(text_of(element).split()) <= 30
        ),
        None,
    )


def _densest(root: HtmlElement) -> HtmlElement | None:
    """Return the element that holds most of a page's prose, as in pages laid out by tables."""
    weights: dict[HtmlElement, int] = {}
    total = 0
    for element in root.iter(*_HOLDERS):
        own = _own_prose(element)
        if not own or _is_elsewhere(element):
            continue
        total += own
        holder = element
        if element.tag == "p":
            parent = element.getparent()
            holder = parent if parent is not None else element
        weights[holder] = weights.get(holder, 0) + own
    best = max(weights, key=lambda element: weights[element], default=None)
    return best if best is not None and weights[best] * 2 > total else None


_HOLDERS = ("p", "td", "div", "section", "article", "main", "center", "font", "span", "body")
_MIN_PROSE = 40
_INLINE = frozenset(("b", "strong", "i", "em", "u", "font", "span", "br", "a", "small", "big"))


def _own_prose(element: HtmlElement) -> int:
    """Return the length of the prose that stands directly in an element, links not counted."""
    pieces = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag in _INLINE and child.tag not in ("a", "span", "font"):
            pieces.append(child.text or "")
        pieces.append(child.tail or "")
    length = sum(len(piece.strip()) for piece in pieces)
    return length if length >= _MIN_PROSE else 0


def _main_text(root: HtmlElement) -> list[Line]:
    """Return the lines of a page whose prose is scattered: those an extractor finds, and headings between."""
    # Its import takes a quarter of a second, which a text or a feed need not wait for.
    from trafilatura import bare_extraction

    lines = lines_of(root)
    found = bare_extraction(root, include_comments=False, include_tables=True, favor_recall=True)
    text = getattr(found, "text", None)
    if not text:
        return []
    main = {fold(line) for line in text.split("\n")} - {""}
    places = [at for at, line in enumerate(lines) if fold(line.text) in main]
    if not places:
        return []
    zone = lines[places[0] : places[-1] + 1]
    return [line for line in zone if line.hint is not Hint.PLAIN or fold(line.text) in main]
