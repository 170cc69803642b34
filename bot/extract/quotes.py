"""Where quoted words stand in a paragraph."""

import re
from dataclasses import dataclass
from itertools import islice

MIN_QUOTE_WORDS = 3
"""Fewer words in quotation marks are scare quotes."""

_MARK = re.compile("<<|>>|''|‘‘|’’|‚‚|``|[“”„‟«»\"＂〝〞❝❞]")
# Family and direction of each mark: one mark in both directions has none.
_GLYPHS: dict[str, tuple[str, int]] = {
    "«": ("«", 1), "»": ("«", -1), "<<": ("«", 1), ">>": ("«", -1),
    "“": ("“", 1), "”": ("“", -1), "„": ("“", 1), "‟": ("“", 1), "〝": ("“", 1), "〞": ("“", -1),
    "❝": ("“", 1), "❞": ("“", -1),
    '"': ('"', 0), "＂": ('"', 0),
    "''": ("'", 0), "‘‘": ("'", 1), "’’": ("'", -1), "‚‚": ("'", 1), "``": ("'", 1),
}  # fmt: skip
_OPENS_AFTER = frozenset(" ([{:،,؛;-–—ـ/\n")
# Prepositions and conjunctions of one letter are written onto the mark: «بـ“…”», «و“…”».
_CLITICS = frozenset("وفبلك")
WORD = re.compile(r"[\w\u064b-\u065f\u0670]+")


@dataclass(frozen=True, slots=True)
class Span:
    """Quoted words: `text[start:end]` between their marks, `text[outer_start:outer_end]` with them."""

    outer_start: int
    start: int
    end: int
    outer_end: int


@dataclass(slots=True)
class _Open:
    family: str
    reversed: bool
    outer: int
    inner: int


def find_spans(text: str) -> list[Span]:
    """Return the outermost complete quotations of a paragraph, in order.

    A mark opens or closes by what stands beside it; its shape decides only where that does not tell. A mark that is
    never closed makes no quotation, and hides none behind it.
    """
    stack: list[_Open] = []
    spans: list[Span] = []
    for mark in _MARK.finditer(text):
        family, direction = _GLYPHS[mark.group()]
        at = _closes(text, mark, family, direction, stack)
        if at is None:
            if stack or direction >= 0 or _leans(text, mark) >= 0:
                stack.append(_Open(family, direction < 0, mark.start(), mark.end()))
        else:
            opened = stack[at]
            del stack[at:]
            while spans and spans[-1].outer_start > opened.outer:
                spans.pop()
            spans.append(Span(opened.outer, *_trimmed(text, opened.inner, mark.start()), mark.end()))
    return [span for span in spans if span.start < span.end]


def _leans(text: str, mark: re.Match[str]) -> int:
    """Return 1 where a mark's neighbours make it an opening one, -1 a closing one, 0 where they do not tell."""
    before = text[mark.start() - 1] if mark.start() else " "
    after = text[mark.end()] if mark.end() < len(text) else " "
    free_before = before in _OPENS_AFTER or _is_clitic(text, mark.start())
    free_after = not (after.isalnum() or after in "«“\"'‘([…")
    if free_before and not free_after:
        return 1
    if free_after and not free_before:
        return -1
    return 0


def _is_clitic(text: str, end: int) -> bool:
    """Tell whether the letters before `end` are a word of their own that is written onto what follows."""
    start = end - 1
    while start >= 0 and text[start] == "ـ":
        start -= 1
    if start < 0 or text[start] not in _CLITICS:
        return end - 2 >= 0 and text[end - 2 : end] == "ال" and (end < 3 or text[end - 3] in " \n")
    return start == 0 or text[start - 1] in " \nو"


def _closes(text: str, mark: re.Match[str], family: str, direction: int, stack: list[_Open]) -> int | None:
    """Return the place in the stack of the quotation that this mark closes, or None where it opens one."""
    if not stack:
        return None
    top = len(stack) - 1
    same = next((i for i in range(top, max(-1, top - _MAX_DEPTH), -1) if stack[i].family == family), None)
    lean = _leans(text, mark)
    if same is not None:
        reversed_pair = stack[same].reversed
        if direction:
            if (direction < 0) != reversed_pair:
                return same
            return same if lean < 0 else None
        return None if lean > 0 else same
    # Another kind than any that is open: it closes the last one if it looks like it.
    if lean < 0 or (lean == 0 and direction < 0):
        return top
    return None


_MAX_DEPTH = 8


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \n،,":
        start += 1
    while end > start and text[end - 1] in " \n،,":
        end -= 1
    return start, end


def is_long_enough(text: str, start: int, end: int) -> bool:
    """Tell whether `text[start:end]` has the words of a key quote; looks no further than it must."""
    return len(list(islice(WORD.finditer(text, start, end), MIN_QUOTE_WORDS))) == MIN_QUOTE_WORDS


def word_count(text: str) -> int:
    """Return how many words stand in `text`."""
    return len(WORD.findall(text))
