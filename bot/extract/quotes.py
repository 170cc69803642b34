"""Where quoted words stand in a paragraph, and which of them somebody uttered."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.extract.lexicon import people, saying, speech
from storage.arabic import fold, fold_word

_MEMORY = 4096  # words
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
_WORD = re.compile(r"[\w\u064b-\u065f\u0670]+")


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


def word_count(text: str) -> int:
    """Return how many words stand in `text`."""
    return len(_WORD.findall(text))


# How far before the mark the word may stand that makes the quoted words a name.
_NAMING_REACH = 3
_FRAME_REACH = 14
_CLAUSE = re.compile(r"\s+[إأ]نه?ا?م?(?!\w)")
_MAX_NAME_WORDS = 6  # in a name that begins with what it names
_PRONOUNS = ("هما", "ها", "هم", "نا", "ه")
_FRAMES = frozenset(
    map(fold, ("إن", "أن", "بأن", "أنه", "إنه", "بأنه", "أنها", "إنها", "بأنها", "أنهم", "إنهم", "قائلا", "قائلة"))
)
_PAUSES = (":", "،", ".", "؛", ",", "»", "”", '"')


def is_name(text: str, span: Span) -> bool:
    """Tell whether the quoted words are what something is called («فضائية “…”»), not what somebody said."""
    if _begins_as_a_name(text, span) or _is_subject(text, span):
        return True
    before = text[max(0, span.outer_start - 200) : span.outer_start].rstrip("ـ( ")
    if before.endswith(_PAUSES):
        return False
    if text.startswith("لل", span.start):
        return False  # «تحقيق “للوقوف على ملابسات الحادث”»
    words = _WORD.findall(before)[-_FRAME_REACH:]
    keys = [key for word in words if len(key := fold_word(word)) > 1]  # «الملقب بـ“…”»
    for distance, key in enumerate(reversed(keys[-_NAMING_REACH:])):
        if key in people.CALLED:
            return True
        if key in _FRAMES or key in saying.FINITE or key[1:] in saying.FINITE:
            return False
        kind = _naming(key)
        if kind is not None:
            # «فيلم “…”», «صحيفة … “…”» name; «الفيلم “…”», «فيلم المخرج “…”» may begin what was said of it.
            sure = kind in ("bare", "outlet") and distance == 0
            return sure or not any(_frames(word) for word in keys)
        if key.startswith("ال") and key[2:] in people.INSTITUTIONS:
            return False  # «حمل الحزب الحكومة “…”»
        if not key.startswith("ال") and key not in people.QUALIFIERS and not key.endswith(("ي", "يه")):
            return False
    return False


def _is_subject(text: str, span: Span) -> bool:
    """Tell whether the quoted words are who speaks: «أعلن “تجمع المهنيين السودانيين” أن …»."""
    if not _CLAUSE.match(text, span.outer_end):
        return False
    before = _WORD.findall(text[max(0, span.outer_start - 30) : span.outer_start])
    verb = fold_word(before[-1]) if before and text[span.outer_start - 1] == " " else ""
    return bool(verb) and (verb in saying.FINITE or (verb[0] in "وف" and verb[1:] in saying.FINITE))


def _begins_as_a_name(text: str, span: Span) -> bool:
    """Tell whether the quoted words begin with what they name, and nobody says them: «انهيار “خطة دبلن المعدلة”»."""
    before = text[max(0, span.outer_start - 200) : span.outer_start]
    if not before or not (before[-1].isalnum() or before.endswith(" ")) or before.rstrip().endswith(_PAUSES):
        return False
    quoted = _WORD.findall(text[span.start : span.end])
    if len(quoted) > _MAX_NAME_WORDS or _naming(fold_word(quoted[0]) or "-") != "bare":
        return False
    return not any(_frames(key) for word in _WORD.findall(before)[-_FRAME_REACH:] if (key := fold_word(word)))


@lru_cache(maxsize=_MEMORY)
def _frames(key: str) -> bool:
    """Tell whether a word introduces what somebody said."""
    if (
        key in _FRAMES
        or (key[0] == "ف" and key[1:] in _FRAMES)
        or key in speech.SOURCE_WORDS
        or key[1:] in speech.SOURCE_WORDS
    ):
        return True
    form = saying.FINITE.get(key) or (saying.FINITE.get(key[1:]) if key[0] in "وف" else None)
    return form is not None or (key in saying.PARTICIPLES and key.endswith("ا"))


@lru_cache(maxsize=_MEMORY)
def _naming(key: str) -> str | None:
    """Tell how a folded word makes a name of what follows: as an "outlet", "bare", or "definite" («الفيلم»)."""
    forms = [key, key[1:]] if key[0] in "وفبلك" else [key]
    for form in forms:
        definite = form.startswith(("ال", "لل")) and len(form) > 4
        stem = form[2:] if definite else form
        stems = [stem]
        for pronoun in _PRONOUNS:
            if stem.endswith(pronoun) and len(stem) > len(pronoun) + 2:
                stems += (stem[: -len(pronoun)], stem[: -len(pronoun) - 1] + "ه")
        named = next((word for word in stems if word in people.NAMED_THINGS), None)
        if named is not None:
            if definite or named != stem:
                return "definite"
            return "outlet" if stem in people.OUTLETS else "bare"
    return None
