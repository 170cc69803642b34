"""A web page: its article's own labels, headline and body."""

from collections.abc import Mapping
from itertools import islice

from lxml.html import HtmlElement

from bot.extract.assemble import Source, assemble
from bot.extract.body import Body, read_body
from bot.extract.dates import parse_date
from bot.extract.decode import decode
from bot.extract.headlines import headline_of, text_of_title, without_site
from bot.extract.labels import LabelReader, Labels, split_flag
from bot.extract.lexicon import markup as words
from bot.extract.lines import Line
from bot.extract.main_text import content_of, scattered_text
from bot.extract.markup import lines_of, lines_of_text, marks, parse_html, text_of
from bot.extract.metadata import read_metadata
from bot.extract.normal import clean_line
from bot.extract.own_labels import outside, own_labels
from bot.extract.text import MAX_TEXT, check_title, read_head
from storage.arabic import fold
from storage.article import Article, Fault, UnreadableError

# More than any page has; they bound the time that a made-up one takes.
_MOST_LABELS = 100
_MOST_LINKS = 20
_MAX_NOTE = 200
_MAX_NAME = 100
_MIN_BODY = 80


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
        self._content = content_of(root)
        self._headline = headline_of(root, self._content, self._meta)

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
        copies = [without_site(title, self._meta.site) for title in self._meta.titles]
        pages = [without_site(text_of_title(self._root), self._meta.site, last=True)]
        titles = [split_flag(title) for title in (shown, *copies, *pages) if title]
        if not titles:
            return "", False
        title = titles[0][0]
        key = fold(title)
        return title, any(flagged for other, flagged in titles if fold(other) == key)

    def _lines(self) -> list[Line]:
        lines = lines_of(self._content) if self._content is not None else scattered_text(self._root)
        if self._meta.body and sum(len(line.text) for line in lines) < _MIN_BODY:
            # The page is put together by a script, which reads the story from here.
            return lines_of_text(self._meta.body)
        return lines

    def _labels(self) -> Labels:
        labels = Labels()
        for section in self._meta.sections[:_MOST_LABELS]:
            labels += self._reader.read_line(section)
        if (scope := self._scope()) is not None:
            for label in islice(own_labels(scope, self._content, self._headline, self._reader), _MOST_LABELS):
                labels += label
        return labels if labels.known else labels + self._breadcrumbs()

    def _breadcrumbs(self) -> Labels:
        """Return the known labels on the way from the front page to the story, which often stands above its element."""
        labels = Labels()
        parts = self._root.iter("nav", "ol", "ul", "div", "p")
        for element in islice((part for part in parts if words.BREADCRUMBS.search(marks(part))), _MOST_LINKS):
            for link in islice(element.iter("a"), _MOST_LINKS):
                label = self._reader.read(text_of(link))
                labels += label if label.known else Labels()
        return labels

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
            for element in outside(scope, self._content, keep_junk=True):
                names = marks(element)
                if element.tag == "time" and published is None:
                    published = parse_date((element.get("datetime") or _beginning_of(element))[:_MAX_NOTE])
                elif names and published is None and words.DATE.search(names):
                    published = parse_date(_beginning_of(element))
                elif names and not byline and words.AUTHOR.search(names):
                    byline = clean_line(_beginning_of(element)[:_MAX_NAME])
        return Source(byline or None, published, meta.url, meta.language)


def _beginning_of(element: HtmlElement) -> str:
    """Return the first letters of all that stands in an element."""
    pieces: list[str] = []
    length = 0
    for piece in element.itertext():
        pieces.append(piece)
        length += len(piece)
        if length > _MAX_NOTE:
            break
    return "".join(pieces)[:_MAX_NOTE]
