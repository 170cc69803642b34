"""The labels by a page's headline that are its article's own, and not a menu's, a ticker's or another story's."""

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from bot.extract.bylines import is_byline
from bot.extract.dates import is_date_line
from bot.extract.labels import LabelReader, Labels
from bot.extract.lexicon import markup as words
from bot.extract.markup import is_junk, marks, text_of
from bot.extract.normal import clean_line
from storage.arabic import fold

_MAX_LABEL_LENGTH = 60
_MAX_ROW_LENGTH = 300  # characters; no row of labels is as long
_MAX_ROW = 2  # labels; a strip of more is a menu
_MAX_LINES = 2  # above a headline
_MIN_STORY_WORDS = 4  # in another story's headline
# More than any page has; they bound the time that a made-up one takes.
_MOST_PARTS = 200
_MOST_UPWARDS = 50
_LETTERS = re.compile(r"[^\W\d_]")
_MENUS = frozenset(("ul", "ol", "nav", "menu", "dl"))


def own_labels(
    scope: HtmlElement, content: HtmlElement | None, headline: HtmlElement | None, reader: LabelReader
) -> Iterator[Labels]:
    """Yield the labels that stand in `scope` by the headline: category links, and a line of nothing else above it."""
    for element in outside(scope, content):
        names = marks(element)
        if element is headline:
            yield from _above(element, scope, reader)
        elif "category" in (element.get("rel") or "").split() or (names and words.CATEGORY.search(names)):
            badge = None
            for label in _category(element, reader):
                if label.breaking and badge is None:
                    badge = _is_badge(element, scope, headline)
                yield Labels(label.sections, label.breaking and not badge, label.unknown)


def outside(scope: HtmlElement, content: HtmlElement | None, *, keep_junk: bool = False) -> Iterator[HtmlElement]:
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


def _category(element: HtmlElement, reader: LabelReader) -> Iterator[Labels]:
    parts = islice(element.iter(), _MOST_PARTS)
    leaves = [leaf for leaf in parts if isinstance(leaf.tag, str) and not len(leaf) and (leaf.text or "").strip()]
    for leaf in leaves or [element]:
        text = text_of(leaf)
        if 0 < len(text) <= _MAX_LABEL_LENGTH:
            yield reader.read_line(text)


def _is_badge(element: HtmlElement, scope: HtmlElement, headline: HtmlElement | None) -> bool:
    """Tell whether a label stands beside the headline of another story, in a block of their own."""
    around = set(headline.iterancestors()) if headline is not None else set()
    block = element
    for up in islice(element.iterancestors(), _MOST_UPWARDS):
        if up is scope or up in around:
            break
        block = up
    others = islice(block.iter("a", "h2", "h3", "h4", "p", "span", "div"), _MOST_PARTS)
    return any(not len(other) and _is_story(text_of(other)) for other in others)


def _is_story(text: str) -> bool:
    key = fold(text)
    return len(key.split()) >= _MIN_STORY_WORDS and not (is_date_line(text) or is_byline(text, key, edge=True))


def _above(headline: HtmlElement, scope: HtmlElement, reader: LabelReader) -> Iterator[Labels]:
    """Yield the labels of the lines above the headline that hold nothing else."""
    lines = others = 0
    for row in _rows_above(headline, scope):
        pieces = [piece for piece in row if not is_date_line(piece)]
        if not pieces:
            continue
        labels = Labels()
        for piece in pieces:
            labels += reader.read_line(piece)
        if len(pieces) <= _MAX_ROW and labels.known and not labels.unknown:
            # A line that leads on to the headline may stand below a section; below a flag it may be another story.
            yield Labels(labels.sections, labels.breaking and not others)
        else:
            others += 1
        lines += 1
        if lines == _MAX_LINES:
            return


def _rows_above(headline: HtmlElement, scope: HtmlElement) -> Iterator[list[str]]:
    """Yield the lines above the headline from the nearest on, each as its pieces of text."""
    element = headline
    for _ in range(_MOST_UPWARDS):
        if element is scope:
            return
        row: list[str] = []
        for before in islice(element.itersiblings(preceding=True), _MOST_PARTS):
            _add(row, before.tail)
            if not isinstance(before.tag, str):
                continue
            if is_junk(before) or before.tag in _MENUS or words.BREADCRUMBS.search(marks(before)):
                return
            if before.tag in words.BLOCKS:
                if row:
                    yield row
                row = list(_pieces(before))
                if row:
                    yield row
                row = []
            else:
                row[:0] = _pieces(before)
        parent = element.getparent()
        if parent is None:
            return
        _add(row, parent.text)
        if row:
            yield row
        element = parent


def _add(row: list[str], text: str | None) -> None:
    if text and _LETTERS.search(text):
        row.insert(0, clean_line(text[:_MAX_ROW_LENGTH]))


def _pieces(element: HtmlElement) -> Iterator[str]:
    """Yield the texts in an element, of a long one only the first."""
    length = 0
    for text in element.itertext():
        if _LETTERS.search(text):
            yield clean_line(text[:_MAX_ROW_LENGTH])
            length += len(text)
        if length > _MAX_ROW_LENGTH:
            return
