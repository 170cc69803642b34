"""Lines that belong to the page and not to the story."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from bot.extract.lexicon import layout, networks
from bot.extract.quotes import find_spans
from storage.arabic import fold


def _opening(phrases: Iterable[str]) -> re.Pattern[str]:
    """Match a folded line that begins with one of `phrases`."""
    keys = sorted({fold(phrase) for phrase in phrases}, key=len, reverse=True)
    return re.compile(r"(?:" + "|".join(map(re.escape, keys)) + r")(?!\w)")


_RELATED = _opening(layout.RELATED)
_ENDINGS = _opening(layout.ENDINGS)
_OPENINGS = _opening(layout.OPENINGS)
_CLICKS = tuple(f" {fold(phrase)}" for phrase in layout.CLICKS)
_TAGS = _opening(layout.TAG_OPENINGS)
# A related headline that was pasted behind a sentence's end.
_INLINE_RELATED = re.compile(
    r"(?<=[.؟!»”\"])\s*[(\[]?\s*(?:[اإأ]قر[أا]|شاهد|طالع)\s+(?:أيض[اًا]+|ايضا|المزيد|كذلك)\s*[:|–-].*$"
)
_HASHTAGS = re.compile(r"^(?:#\w+\s*)+$")
_MAX_TITLE_WORDS = 25
_MAX_TAG_WORDS = 4
_MAX_COUNT = 20  # characters
_MAX_CLICK_WORDS = 9
_MAX_FOLLOW_WORDS = 14

Item = TypeVar("Item")


def without_inline(line: str) -> str:
    """Return a paragraph without the related headline at its end."""
    return _INLINE_RELATED.sub("", line) if "قر" in line or "شاهد" in line or "طالع" in line else line


def is_boilerplate(key: str) -> bool:
    """Tell whether a folded line belongs to the page by itself."""
    return _is_furniture(key) or bool(_OPENINGS.match(key) or _RELATED.match(key) or _TAGS.match(key))


def _is_furniture(key: str) -> bool:
    if len(key) > _MAX_COUNT or not key[:1].isdigit():
        return key in layout.FURNITURE
    *numbers, counted = key.split()
    return counted in layout.COUNTED and all(map(str.isdigit, numbers))


def is_ending(key: str) -> bool:
    """Tell whether at this folded line the article is over."""
    found = _ENDINGS.match(key.lstrip("0123456789 "))  # «© 2024 جميع الحقوق محفوظة»
    return bool(found) and len(key.split()) <= len(found.group().split()) + 3 if found else False


def without_boilerplate(lines: Sequence[Item], texts: Sequence[str], keys: Sequence[str]) -> Iterator[Item]:
    """Yield the lines of the story. `texts` and `keys` hold each line's text and folded text."""
    at = 0
    while at < len(lines):
        key = keys[at]
        if is_ending(key):
            return
        if (found := _RELATED.match(key)) is not None:
            at = _after_related(texts, keys, at, alone=len(key) <= found.end() + 1)
        elif (found := _TAGS.match(key)) is not None:
            alone = len(key) <= found.end() + 1
            at += 1
            while (
                alone and at < len(lines) and len(keys[at].split()) <= _MAX_TAG_WORDS and not _ends_sentence(texts[at])
            ):
                at += 1
        else:
            if (
                not _is_furniture(key)
                and not _HASHTAGS.match(texts[at])
                and not _OPENINGS.match(key)
                and not _asks_for_a_click(texts[at], key)
            ):
                yield lines[at]
            at += 1


def _after_related(texts: Sequence[str], keys: Sequence[str], at: int, *, alone: bool) -> int:
    """Return where the body goes on behind «اقرأ أيضا»: alone on its line, it takes headlines along."""
    at += 1
    if not alone:
        return at
    if at < len(texts) and not _ends_sentence(texts[at]) and len(keys[at].split()) <= _MAX_TITLE_WORDS:
        at += 1
        while at < len(texts) and texts[at][0] in layout.BULLETS and not _ends_sentence(texts[at]):
            at += 1
    return at


def _asks_for_a_click(text: str, key: str) -> bool:
    if key.count(" ") >= _MAX_FOLLOW_WORDS:
        return False
    words = key.split()
    if words and words[0] in networks.FOLLOWING and not networks.NETWORKS.isdisjoint(words):
        return len(words) <= _MAX_FOLLOW_WORDS and not find_spans(text)
    asks = any(phrase in key for phrase in _CLICKS)
    return asks and len(words) <= _MAX_CLICK_WORDS and not text.endswith(".")


def _ends_sentence(text: str) -> bool:
    return text.rstrip("»”“\"'’) ").endswith((".", "…", ":"))
