"""Where a page shows its headline, and the headline without the site's name."""

import re

from lxml.html import HtmlElement

from bot.extract.labels import split_flag
from bot.extract.lexicon import markup as words
from bot.extract.main_text import is_elsewhere
from bot.extract.markup import marks, text_of
from bot.extract.metadata import Metadata
from bot.extract.normal import clean_line
from storage.arabic import fold

# Between a headline and the site's name in a page's title.
_SITE_SEPARATOR = re.compile(r"\s+[-–—|:·•»/]+\s+|\s*\|\s*")


def headline_of(root: HtmlElement, content: HtmlElement | None, meta: Metadata) -> HtmlElement | None:
    """Return the element that shows the headline."""
    copies = {
        fold(split_flag(without_site(title, meta.site))[0]) for title in (*meta.titles, text_of_title(root)) if title
    }
    copies |= {fold(split_flag(without_site(text_of_title(root), meta.site, last=True))[0])}
    first: HtmlElement | None = None
    for element in root.iter("h1"):
        text = text_of(element)
        if not text:
            continue
        if fold(split_flag(text)[0]) in copies:
            return element
        if first is None and not is_elsewhere(element) and len(text.split()) > 2:
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
            and not is_elsewhere(element)
            and 2 <= len(text_of(element).split()) <= 30
        ),
        None,
    )


def text_of_title(root: HtmlElement) -> str:
    """Return a page's title."""
    title = next(root.iter("title"), None)
    return clean_line(title.text or "") if title is not None else ""


def without_site(title: str, site: str, *, last: bool = False) -> str:
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
