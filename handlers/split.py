"""Long Telegram HTML in parts that Telegram takes. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

# The Bot API's limit for a message's text, in UTF-16 code units after entity parsing.
MESSAGE_LIMIT = 4096
_TOKEN = re.compile(r"<(?P<end>/?)(?P<tag>[a-z-]+)[^<>]*>|&#?[0-9A-Za-z]{1,32};|(?s:.)")


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 code units, which is how Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def shorten(text: str, limit: int) -> str:
    """Return `text` in at most `limit` UTF-16 units, cut between words where there is a space, with «…» at the cut."""
    if units(text) <= limit:
        return text
    room, end = limit - 1, 0
    for character in text:
        room -= units(character)
        if room < 0:
            break
        end += 1
    space = text.rfind(" ", 0, end + 1)
    return text[: space if space > 0 else end].rstrip(" ،؛,;:.") + "…"


def split(html: str, limit: int = MESSAGE_LIMIT) -> list[str]:
    """Return `html` in parts of at most `limit` UTF-16 units after entity parsing.

    A part ends between paragraphs, else between lines, else between words; inside a word only where the word alone
    is longer than `limit`. What is open at the end of a part is closed there and opened again in the next one.
    `html` is well-formed Telegram HTML; parts without anything to read are left out.
    """
    tokens = _tokens(html)
    parts = []
    start, opened = 0, list[_Token]()
    while start < len(tokens):
        end = _end_of_part(tokens, start, limit)
        part, opened = _render(tokens[start:end], opened)
        if part:
            parts.append(part)
        start = end
    return parts


@dataclass(frozen=True, slots=True)
class _Token:
    """A tag, or one character however it is written. `width` is in UTF-16 units, and 0 for a tag."""

    source: str
    width: int = 0
    opens: str | None = None
    closes: str | None = None

    @property
    def is_space(self) -> bool:
        return self.source.isspace()


def _tokens(html: str) -> list[_Token]:
    known: dict[str, _Token] = {}  # a long text is made of few different characters
    tokens = []
    for match in _TOKEN.finditer(html):
        source = match.group()
        token = known.get(source)
        if token is None:
            token = known[source] = _token(match)
        tokens.append(token)
    return tokens


def _token(match: re.Match[str]) -> _Token:
    source = match.group()
    if match["tag"] is None:
        return _Token(source, units(unescape(source)))
    return _Token(source, closes=match["tag"]) if match["end"] else _Token(source, opens=match["tag"])


def _end_of_part(tokens: Sequence[_Token], start: int, limit: int) -> int:
    """Return the index of the first token that belongs to the next part."""
    size = 0
    previous = ""
    breaks: dict[str, tuple[int, int]] = {}  # kind of break → its latest position, and the units before it
    for position in range(start, len(tokens)):
        token = tokens[position]
        if token.is_space and size:
            kind = "\n\n" if token.source == previous == "\n" else "\n" if token.source == "\n" else " "
            breaks[kind] = breaks[" "] = (position, size)
        if size and size + token.width > limit:
            break
        if size or not token.is_space:  # Telegram trims leading space, so it costs nothing
            size += token.width
        previous = token.source if token.width else previous
    else:
        return len(tokens)
    # An early paragraph break would leave the part nearly empty; a later break of a lesser kind is better then.
    for kind in ("\n\n", "\n"):
        if kind in breaks and breaks[kind][1] * 2 >= size:
            return breaks[kind][0]
    return breaks[" "][0] if " " in breaks else position


def _render(tokens: Sequence[_Token], opened: Sequence[_Token]) -> tuple[str, list[_Token]]:
    """Return the part as HTML, with what was and what stays open; "" where there is nothing to read in it."""
    visible = [position for position, token in enumerate(tokens) if token.width and not token.is_space]
    first, last = (visible[0], visible[-1]) if visible else (len(tokens), -1)
    out, stack = list(opened), list(opened)
    for position, token in enumerate(tokens):
        if token.opens:
            stack.append(token)
            out.append(token)
        elif token.closes:
            if stack:
                stack.pop()
            _close(out, token.closes)
        elif first <= position <= last:
            out.append(token)
    for token in reversed(stack):
        _close(out, token.opens or "")
    return ("".join(token.source for token in out) if visible else ""), stack


def _close(out: list[_Token], tag: str) -> None:
    if out and out[-1].opens == tag:
        out.pop()  # nothing stands between the two tags
    else:
        out.append(_Token(f"</{tag}>", closes=tag))
