"""Where a page's story stands: the element that holds it, or lines that are scattered."""

from itertools import islice

from lxml.html import HtmlElement

from bot.extract.lexicon import markup as words
from bot.extract.lines import Hint, Line
from bot.extract.markup import each_line, is_junk, lines_of
from storage.arabic import fold

_MIN_BODY = 80
_MOST_CANDIDATES = 8
# The extractor takes the square of their number; a story's page has some thousands.
_MOST_ELEMENTS = 20_000


def content_of(root: HtmlElement) -> HtmlElement | None:
    """Return the element that holds the story, by its name or by its prose; None where the prose is scattered."""
    container = _container(root)
    return container if container is not None else _densest(root)


def _container(root: HtmlElement) -> HtmlElement | None:
    """Return the element that holds the story's text, by the names that pages give it."""
    found: dict[str, HtmlElement] = {}
    for element in root.iter("div", "section", "article", "td", "main", "span"):
        for name in (*(element.get("class") or "").split(), element.get("id") or "", element.get("itemprop") or ""):
            if name in _CONTAINER_NAMES and name not in found and not is_elsewhere(element):
                found[name] = element
    candidates = [found[name] for name in words.CONTAINERS if name in found]
    articles = [element for element in root.iter("article") if not is_elsewhere(element)]
    if len(articles) == 1:
        candidates += articles
    long_enough = (element for element in candidates[:_MOST_CANDIDATES] if _holds_a_story(element))
    return next(long_enough, candidates[0] if candidates else None)


_CONTAINER_NAMES = frozenset(words.CONTAINERS)


def is_elsewhere(element: HtmlElement) -> bool:
    """Tell whether an element stands in a part of the page that is no part of the story."""
    return any(is_junk(up) for up in (element, *element.iterancestors()))


def _holds_a_story(element: HtmlElement) -> bool:
    """Tell whether enough stands in an element to be a story's text."""
    if len(element.text_content()) < _MIN_BODY:
        return False
    length = 0
    for line in each_line(element):
        length += len(line.text)
        if length >= _MIN_BODY:
            return True
    return False


def _densest(root: HtmlElement) -> HtmlElement | None:
    """Return the element that holds most of a page's prose, as in pages laid out by tables."""
    weights: dict[HtmlElement, int] = {}
    total = 0
    for element in root.iter(*_HOLDERS):
        own = _own_prose(element)
        if not own or is_elsewhere(element):
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


def scattered_text(root: HtmlElement) -> list[Line]:
    """Return the lines of a page whose prose is scattered: those an extractor finds, and headings between."""
    if sum(1 for _ in islice(root.iter(), _MOST_ELEMENTS + 1)) > _MOST_ELEMENTS:
        return lines_of(root)
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
