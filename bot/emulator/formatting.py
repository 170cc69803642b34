"""PURE. What becomes of a text on its way into a chat: cleaned, trimmed, measured, its entities put in order."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from bot.emulator.entities import Entity, utf16_length
from bot.emulator.errors import bad_request
from bot.emulator.html_parser import parse_html
from bot.emulator.links import link_url

MESSAGE_LIMIT = 4096
"""UTF-16 code units of a message, counted after the entities are parsed."""
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100
"""Entities that Telegram keeps in one message; those after them are dropped silently."""

# TDLib turns control characters into spaces and takes these out: carriage returns, line and paragraph separators, the
# old bidirectional embeddings (isolates U+2066…2069 stay) and three combining lines.
_REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_INVISIBLE_ONLY = re.compile("[\\s\u200b-\u200f\ufeff\u00a0\u2800\u3000\u180e]*")

_AUTOMATIC = re.compile(
    r"(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])"
    r"|(?P<url>(?:https?://|(?<![\w@.])www\.)[^\s<>\"«»]+)"
    r"|(?<!\w)(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31})(?!\w)"
    r"|(?<!\w)(?P<hashtag>#\w{1,256})"
)
_TRAILING_PUNCTUATION = ".,;:!?)]}'\"»“”،؛؟…"
_SPLITTABLE = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_LITERAL = frozenset({"pre", "code"})


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text as a chat shows it, with its entities sorted from the outside in."""

    text: str
    entities: tuple[Entity, ...] = ()


def formatted(text: str, parse_mode: str = "", entities: Iterable[Entity] = ()) -> FormattedText:
    """The text as it will stand in the chat. Raises ApiError(400) where Telegram refuses it.

    Empty results are not refused here: whether a text may be empty depends on the method.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    found = list(entities)
    if parse_mode:
        mode = parse_mode.lower()
        if mode == "html":
            text, found = parse_html(text)
        elif mode in ("markdown", "markdownv2"):
            raise bad_request(f"unsupported parse_mode: this server reads HTML only, not {parse_mode}")
        elif mode != "none":
            raise bad_request("unsupported parse_mode")
    text, found = _cleaned(text, found)
    text, found = _trimmed(text, found)
    found = _without_overlaps(found)
    found += _automatic(text, found)
    return FormattedText(text, tuple(sorted(found, key=_outside_in)[:ENTITY_LIMIT]))


def is_empty(text: str) -> bool:
    """Whether Telegram counts the text as empty: nothing in it can be seen."""
    return _INVISIBLE_ONLY.fullmatch(text) is not None


def split_as_clients_do(text: str) -> list[str]:
    """A text longer than one message, in the pieces in which Telegram's apps send it when a person pastes it."""
    pieces = []
    while utf16_length(text) > MESSAGE_LIMIT:
        window = text.encode("utf-16-le")[: MESSAGE_LIMIT * 2].decode("utf-16-le", "ignore")
        cut = max(window.rfind("\n"), 0) or max(window.rfind(" "), 0) or len(window)
        pieces.append(text[:cut])
        text = text[cut:].lstrip()
    return [*pieces, text] if text else pieces


def _outside_in(entity: Entity) -> tuple[int, int, int]:
    rank = 0 if entity.type in _QUOTES else 2 if entity.type in _SPLITTABLE else 1
    return entity.offset, -entity.length, rank


def _cleaned(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    text = _CONTROL.sub(" ", text)
    if not _REMOVED.search(text):
        return text, entities
    # Every removed character is one UTF-16 unit, so positions move by how many stood before them.
    removed = [utf16_length(text[: found.start()]) for found in _REMOVED.finditer(text)] if entities else []
    return _REMOVED.sub("", text), _moved(entities, lambda at: at - bisect.bisect_left(removed, at))


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    end = utf16_length(text.rstrip(" \n"))
    text = text.rstrip(" \n")
    # The front is trimmed only as far as the first entity: its spaces are its own.
    first = min((entity.offset for entity in entities), default=end)
    leading = min(len(text) - len(text.lstrip(" \n")), first)
    return text[leading:], _moved(entities, lambda at: max(0, min(at, end) - leading))


def _moved(entities: list[Entity], position: Callable[[int], int]) -> list[Entity]:
    moved = []
    for entity in entities:
        begin, end = position(entity.offset), position(entity.end)
        if end > begin:
            moved.append(replace(entity, offset=begin, length=end - begin))
    return moved


def _without_overlaps(entities: list[Entity]) -> list[Entity]:
    """What the nesting rules leave: literal text holds nothing, quotes hold no quotes, the rest no links or emoji."""
    ordered = sorted(entities, key=_outside_in)
    literal = _disjoint(entity for entity in ordered if entity.type in _LITERAL)
    quotes = _disjoint(entity for entity in ordered if entity.type in _QUOTES)
    others = (e for e in ordered if e.type not in _LITERAL | _QUOTES | _SPLITTABLE)
    kept = [entity for entity in _disjoint(others) if not _touches(entity, literal)]
    styles: list[Entity] = []
    for kind in sorted(_SPLITTABLE):
        merged = _merged([entity for entity in ordered if entity.type == kind])
        styles.extend(part for entity in merged for part in _cut_out(entity, literal))
    return quotes + literal + kept + styles


def _disjoint(entities: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in entities:
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _touches(entity: Entity, disjoint: list[Entity]) -> bool:
    """Whether the entity has a character in common with any of these, which are sorted and share none."""
    index = bisect.bisect_left(disjoint, entity.end, key=lambda other: other.offset) - 1
    return index >= 0 and disjoint[index].end > entity.offset


def _merged(entities: list[Entity]) -> list[Entity]:
    merged: list[Entity] = []
    for entity in entities:
        if merged and entity.offset <= merged[-1].end:
            end = max(merged[-1].end, entity.end)
            merged[-1] = replace(merged[-1], length=end - merged[-1].offset)
        else:
            merged.append(entity)
    return merged


def _cut_out(entity: Entity, literal: list[Entity]) -> list[Entity]:
    parts, begin = [], entity.offset
    index = max(0, bisect.bisect_right(literal, entity.offset, key=lambda other: other.offset) - 1)
    for other in literal[index:]:
        if other.offset >= entity.end:
            break
        if other.offset > begin:
            parts.append(replace(entity, offset=begin, length=other.offset - begin))
        begin = max(begin, other.end)
    if begin < entity.end:
        parts.append(replace(entity, offset=begin, length=entity.end - begin))
    return parts


def _automatic(text: str, entities: list[Entity]) -> list[Entity]:
    """Commands, addresses, mentions and hashtags that Telegram finds by itself, outside what is already marked."""
    taken = sorted((e for e in entities if e.type not in _SPLITTABLE | _QUOTES), key=_outside_in)
    found, measured, offset = [], 0, 0
    for match in _AUTOMATIC.finditer(text):
        kind, value = match.lastgroup or "", match.group()
        if kind == "url":
            value = value.rstrip(_TRAILING_PUNCTUATION)
            if link_url(value) is None:
                continue
        offset += utf16_length(text[measured : match.start()])
        measured = match.start()
        entity = Entity(kind, offset, utf16_length(value))
        if not _touches(entity, taken):
            found.append(entity)
    return found
