"""PURE. Telegram's HTML to plain text with entities, refusing what Telegram refuses, in its words.

Offsets and lengths of entities are UTF-16 code units; offsets in error messages are bytes of the UTF-8 text, both as
the Bot API has them. The rules follow https://core.telegram.org/bots/api#html-style and the behaviour of TDLib, which
is what answers behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.emulator.entities import Entity, utf16_length
from bot.emulator.errors import ApiError, bad_request
from bot.emulator.links import link_url

_TAGS = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_PLAIN_RUN = re.compile(r"[^<&]+")
_TAG_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>]*")
_BARE_VALUE = re.compile(r"[A-Za-z0-9.\-]*")
_SPACES = re.compile(r"\s*")
# A numeric reference longer than this is no character; the bound keeps int() cheap on hostile input.
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,10})|#([0-9]{1,10})|([a-zA-Z]{2,4}))(;?)")
_LONGEST_URL = 2048
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_html(html: str) -> tuple[str, list[Entity]]:
    """The plain text and its entities, in the order in which their tags opened.

    Raises ApiError(400) with Telegram's words. Nothing is trimmed and nesting is not yet restricted: see `formatting`.
    """
    return _HtmlParser(html).parse()


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    order: int
    first_run: int
    argument: str


class _HtmlParser:
    def __init__(self, html: str) -> None:
        self._html = html
        self._out: list[str] = []
        self._length = 0
        self._stack: list[_Open] = []
        self._found: list[tuple[int, Entity]] = []

    def parse(self) -> tuple[str, list[Entity]]:
        html, position, order = self._html, 0, 0
        while position < len(html):
            character = html[position]
            if character == "&":
                decoded, position = _decode_reference(html, position)
                self._write(decoded)
            elif character != "<":
                run = _match(_PLAIN_RUN, html, position)
                self._write(run)
                position += len(run)
            elif html.startswith("/", position + 1):
                position = self._close(position)
            else:
                position = self._open(position, order)
                order += 1
        if self._stack:
            raise _unparsed(f'Can\'t find end tag corresponding to start tag "{self._stack[-1].tag}"')
        text = "".join(self._out)
        if _SURROGATE.search(text):
            raise _unparsed(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return text, [entity for _, entity in sorted(self._found, key=lambda item: item[0])]

    def _write(self, text: str) -> None:
        self._out.append(text)
        self._length += utf16_length(text)

    def _at(self, position: int) -> str:
        return f"at byte offset {len(self._html[:position].encode(errors='surrogatepass'))}"

    def _open(self, begin: int, order: int) -> int:
        html = self._html
        name = _match(_TAG_NAME, html, begin + 1)
        position = begin + 1 + len(name)
        if position >= len(html):
            raise _unparsed(f"Unclosed start tag {self._at(begin)}")
        tag = name.lower()
        if tag not in _TAGS:
            raise _unparsed(f'Unsupported start tag "{tag}" {self._at(begin)}')
        attributes, position = self._attributes(tag, begin, position)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _unparsed(f'Tag "span" must have class "tg-spoiler" {self._at(begin)}')
        if tag == "tg-emoji" and not attributes.get("emoji-id"):
            raise _unparsed(f'Tag "tg-emoji" must have attribute "emoji-id" {self._at(begin)}')
        self._stack.append(_Open(tag, self._length, order, len(self._out), _argument(tag, attributes)))
        return position + 1

    def _attributes(self, tag: str, begin: int, position: int) -> tuple[dict[str, str], int]:
        """The attributes of a start tag and the position of its closing bracket."""
        html = self._html
        attributes: dict[str, str] = {}
        unclosed = f'Unclosed start tag "{tag}"'
        while True:
            position += len(_match(_SPACES, html, position))
            if position >= len(html):
                raise _unparsed(f"{unclosed} {self._at(begin)}")
            if html[position] == ">":
                return attributes, position
            name = _match(_ATTRIBUTE_NAME, html, position)
            if not name:
                raise _unparsed(f'Empty attribute name in the tag "{tag}" {self._at(begin)}')
            position += len(name)
            position += len(_match(_SPACES, html, position))
            if position >= len(html):
                raise _unparsed(f"{unclosed} {self._at(begin)}")
            if html[position] != "=":
                attributes[name.lower()] = ""
                continue
            position += 1
            position += len(_match(_SPACES, html, position))
            if position >= len(html):
                raise _unparsed(f"{unclosed} {self._at(begin)}")
            value, position = self._value(begin, position)
            attributes[name.lower()] = value

    def _value(self, begin: int, position: int) -> tuple[str, int]:
        html = self._html
        quote = html[position]
        if quote not in "'\"":
            value = _match(_BARE_VALUE, html, position)
            end = position + len(value)
            if end >= len(html) or not (html[end].isspace() or html[end] == ">"):
                raise _unparsed(f"Unexpected end of name token {self._at(position)}")
            return value.lower(), end
        end = html.find(quote, position + 1)
        if end < 0:
            raise _unparsed(f"Unclosed start tag {self._at(begin)}")
        return _REFERENCE.sub(lambda found: _decode_match(found) or found.group(), html[position + 1 : end]), end + 1

    def _close(self, begin: int) -> int:
        html = self._html
        if not self._stack:
            raise _unparsed(f"Unexpected end tag {self._at(begin)}")
        name = _match(_TAG_NAME, html, begin + 2)
        position = begin + 2 + len(name)
        position += len(_match(_SPACES, html, position))
        if position >= len(html) or html[position] != ">":
            raise _unparsed(f"Unclosed end tag {self._at(begin)}")
        opened = self._stack.pop()
        tag = name.lower()
        if tag and tag != opened.tag:
            raise _unparsed(f'Unmatched end tag {self._at(begin)}, expected "</{opened.tag}>", found "</{tag}>"')
        self._record(opened)
        return position + 1

    def _record(self, opened: _Open) -> None:
        length = self._length - opened.offset
        if length == 0:
            return
        kind, argument = _TAGS[opened.tag], opened.argument
        entity = Entity(kind, opened.offset, length)
        if kind == "text_link":
            url = link_url(argument or self._text_since(opened, length))
            if url is None:
                return
            entity = Entity(kind, opened.offset, length, url=url)
        elif kind == "custom_emoji":
            entity = Entity(kind, opened.offset, length, custom_emoji_id=argument)
        elif kind == "blockquote" and argument:
            entity = Entity("expandable_blockquote", opened.offset, length)
        elif kind in ("pre", "code"):
            entity = self._code(entity, argument)
        self._found.append((opened.order, entity))

    def _text_since(self, opened: _Open, length: int) -> str:
        return "".join(self._out[opened.first_run :]) if length <= _LONGEST_URL else ""

    def _code(self, entity: Entity, language: str) -> Entity:
        """`<pre>` and `<code class="language-…">` around exactly the same text are one `pre` with a language."""
        if self._found:
            inner = self._found[-1][1]
            same = (inner.offset, inner.length) == (entity.offset, entity.length)
            if same and {inner.type, entity.type} == {"pre", "code"} and (language or inner.language):
                del self._found[-1]
                return Entity("pre", entity.offset, entity.length, language=language or inner.language)
        return Entity(entity.type, entity.offset, entity.length, language=language or None)


def _match(pattern: re.Pattern[str], text: str, position: int) -> str:
    found = pattern.match(text, position)
    return found.group() if found else ""


def _unparsed(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")


def _argument(tag: str, attributes: dict[str, str]) -> str:
    if tag == "a":
        return attributes.get("href", "")
    if tag == "tg-emoji":
        return attributes["emoji-id"]
    if tag == "blockquote":
        return "expandable" if "expandable" in attributes else ""
    if tag == "code":
        found = attributes.get("class", "")
        return found.removeprefix("language-") if found.startswith("language-") else ""
    return ""


def _decode_match(found: re.Match[str]) -> str | None:
    hexadecimal, decimal, name, _ = found.groups()
    if name is not None:
        return _NAMED_CHARACTERS.get(name)
    code = int(hexadecimal, 16) if hexadecimal is not None else int(decimal)
    return chr(code) if 0 < code < 0x10FFFF else None


def _decode_reference(html: str, position: int) -> tuple[str, int]:
    """The character of the reference at `position`, or the ampersand itself where there is none."""
    found = _REFERENCE.match(html, position)
    decoded = _decode_match(found) if found else None
    if found is None or decoded is None:
        return "&", position + 1
    return decoded, found.end()
