"""A piece of HTML becomes the lines that a reader sees."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from html import unescape

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from bot.extract.lexicon import markup as words
from bot.extract.lines import Hint, Line
from bot.extract.normal import clean, clean_line

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
# What makes markup of a text that is not declared as such: «the <blink> tag» is none.
MARKUP = re.compile(r"</[a-zA-Z][\w:-]*\s*>|<(?:br|hr|img|wbr|p)\b[^<>]*>", re.IGNORECASE)
# Links of fewer words may stand alone in a line of the story.
_MIN_LINK_WORDS = 3
_MAX_LINK_WORDS = 25
# Letters, scripts and blanks of source included.
_MAX_SHOWN = 20_000


def parse_html(text: str) -> HtmlElement | None:
    """Return the root of an HTML text, whatever state it is in, or None where there is nothing in it."""
    text = _NOT_XML.sub("", _XML_DECLARATION.sub("", text))
    if not text.strip():
        return None
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def lines_of_text(text: str, *, plain: bool = False) -> list[Line]:
    """Return the lines of a text that may be markup or not, as feeds and JSON give it. `plain`: it says it is none."""
    if MARKUP.search(text) or (not plain and TAG.search(text)):
        root = parse_html(text)
        return lines_of(root) if root is not None else []
    shown = clean(text if plain else unescape(text))
    return [Line(line.strip(), Hint.PLAIN) for line in shown.split("\n") if line.strip()]


def marks(element: HtmlElement) -> str:
    """Return an element's classes and id, by which a page names its parts."""
    return f"{element.get('class', '')} {element.get('id', '')}".strip()


def text_of(element: HtmlElement) -> str:
    """Return the text that a reader sees in an element, as one line; "" for more than a headline or a label holds."""
    if len(element.text_content()) > _MAX_SHOWN:
        return ""
    return clean_line(" ".join(line.text for line in lines_of(element, keep_links=True)))


def is_junk(element: HtmlElement) -> bool:
    """Tell whether an element is no part of the story in which it stands."""
    if element.tag in words.DROPPED or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    names = marks(element)
    if names and words.JUNK.search(names):
        return True
    style = element.get("style")
    return bool(style) and bool(_HIDDEN_STYLE.search(style or ""))


@dataclass(slots=True)
class _Run:
    """The line that is being read."""

    pieces: list[str] = field(default_factory=list)
    letters: int = 0
    bold: int = 0
    linked: int = 0

    def add(self, text: str | None, *, bold: bool, linked: bool) -> None:
        if not text:
            return
        self.pieces.append(text)
        letters = sum(map(str.isalnum, text))
        self.letters += letters
        self.bold += letters * bold
        self.linked += letters * linked


def lines_of(root: HtmlElement, *, keep_links: bool = False) -> list[Line]:
    """Return the lines of an element, without what `is_junk`.

    A line that is nothing but a link leads to another story; it is left out unless `keep_links`.
    """
    return list(each_line(root, keep_links=keep_links))


def each_line(root: HtmlElement, *, keep_links: bool = False) -> Iterator[Line]:
    """Yield what `lines_of` returns."""
    return _Walker(keep_links=keep_links).walk(root)


class _Walker:
    """Goes through a tree without recursion: a page may be nested as deep as it likes."""

    def __init__(self, *, keep_links: bool) -> None:
        self._keep_links = keep_links
        self._run = _Run()
        self._block = Hint.PLAIN

    def walk(self, root: HtmlElement) -> Iterator[Line]:
        # Each level: the element, whether its text is bold, linked, and the kind of block it is in.
        levels: list[tuple[HtmlElement, bool, bool, Hint]] = []
        skipped: HtmlElement | None = None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if skipped is not None:
                if event == "end" and element is skipped:
                    skipped = None
                    self._add_tail(element, levels, root)
                continue
            tag = element.tag
            if not isinstance(tag, str):
                continue
            if event == "start":
                if element is not root and (is_junk(element) or tag == "blockquote"):
                    yield from self._flush()
                    if tag == "blockquote" and not is_junk(element):
                        yield from quotation(element)
                    skipped = element
                    continue
                if tag in words.BLOCKS:
                    yield from self._flush()
                levels.append(self._level(element, levels))
                self._block = levels[-1][3]
                self._run.add(element.text, bold=levels[-1][1], linked=levels[-1][2])
            else:
                if tag in words.BLOCKS:
                    yield from self._flush()
                levels.pop()
                self._block = levels[-1][3] if levels else Hint.PLAIN
                self._add_tail(element, levels, root)
        yield from self._flush()

    def _add_tail(
        self, element: HtmlElement, levels: list[tuple[HtmlElement, bool, bool, Hint]], root: HtmlElement
    ) -> None:
        if element is not root and levels:
            self._run.add(element.tail, bold=levels[-1][1], linked=levels[-1][2])

    @staticmethod
    def _level(
        element: HtmlElement, levels: list[tuple[HtmlElement, bool, bool, Hint]]
    ) -> tuple[HtmlElement, bool, bool, Hint]:
        _, bold, linked, block = levels[-1] if levels else (None, False, False, Hint.PLAIN)
        tag = element.tag
        style = element.get("style")
        bold = bold or tag in words.BOLD or bool(style and _BOLD_STYLE.search(style))
        linked = linked or tag == "a"
        if tag in words.HEADINGS:
            block = Hint.HEADING
        elif tag == "li":
            block = Hint.ITEM
        return element, bold, linked, block

    def _flush(self) -> Iterator[Line]:
        run, self._run = self._run, _Run()
        if not run.letters:
            return
        text = clean_line("".join(run.pieces))
        if not text:
            return
        if not self._keep_links and self._leads_away(run, text):
            return
        hint = self._block
        if hint is Hint.PLAIN and run.bold == run.letters:
            hint = Hint.BOLD
        yield Line(text, hint)

    @staticmethod
    def _leads_away(run: _Run, text: str) -> bool:
        count = len(text.split())
        return (
            run.linked * 10 >= run.letters * 9
            and _MIN_LINK_WORDS <= count <= _MAX_LINK_WORDS
            and not text.endswith(".")
        )


_DASHES = "—–-―ـ−"
_HANDLE = re.compile(r"\s*\(?@\w+\)?.*$")


def quotation(element: HtmlElement) -> Iterator[Line]:
    """Yield a blockquote as one line, with whom it names as its source."""
    element = deepcopy(element)  # what is cut out below must not be cut out of a tree that is being walked
    # Where quotations nest, the outer one counts.
    for nested in element.iterdescendants("blockquote"):
        nested.tag = "div"
    source: str | None = None
    for named in element.iter("cite", "footer"):
        source = text_of(named).lstrip(_DASHES + " ") or None
        named.drop_tree()
        break
    lines = [line.text for line in lines_of(element, keep_links=True)]
    if len(lines) > 1 and lines[-1][0] in _DASHES:
        source = source or lines[-1].lstrip(_DASHES + " ")
        del lines[-1]
    elif lines and (found := re.search(rf"\s[{_DASHES}]+\s*([^{_DASHES}]+\(@\w+\).*)$", lines[-1])):
        source = source or found.group(1)
        lines[-1] = lines[-1][: found.start()]
    if source:
        source = _HANDLE.sub("", source).strip(" ،,") or None
    if lines:
        yield Line(" ".join(lines), Hint.QUOTE, source)
