"""Which lines of a body are subheadings."""

import re
from collections.abc import Sequence

from bot.extract.bylines import is_dateline
from bot.extract.lexicon import layout, saying, speech
from bot.extract.lines import Hint, Line
from bot.extract.quotes import MIN_QUOTE_WORDS, find_spans, word_count
from storage.arabic import fold

MAX_HEADING_WORDS = 9

_NUMBERED = re.compile(r"^(?:\(?\d{1,3}\s*[-–.)/]|[أ-ي]\s*[-–.)/]\s)")
_TIMED = re.compile(r"^(?:الساعة\s+)?\d{1,2}[:.]\d{2}\b")  # an entry of a log of events
_ASKED = re.compile(r"^(?:س|ج|سؤال|جواب|السؤال|الجواب)\s*\d*\s*[:/–-]")  # a line of an interview
_BULLETS = frozenset(layout.BULLETS)
_ATTRIBUTED = re.compile(r"\S\s*:\s*[“”„«»\"]|\S\s*:\s*''")
_INTRODUCING = frozenset(map(fold, ("يلي", "التالي", "التالية", "الآتي", "الآتية", "كالتالي", "كالآتي", "فيه", "فيها")))
_OPENERS = frozenset(
    map(
        fold,
        (
            "كما",
            "غير",
            "أما",
            "لكن",
            "إلا",
            "بينما",
            "فيما",
            "حيث",
            "ثم",
            "وقد",
            "ولقد",
            "وقال",
            "وقالت",
            "بدوره",
            "بدورها",
        ),
    )
)
_TURNS = tuple(map(fold, layout.TURNS))
_NOT_VERBS = frozenset(map(fold, ("ويلات", "وتيرة", "وتر", "ويكيبيديا", "ويندوز", "ويلز", "ويب", "وقت", "وفيات")))


def looks_like_heading(line: Line, words: list[str]) -> bool:
    """Tell whether a line can be a subheading: by its markup, or in plain text by its shape. `words` are folded."""
    text = line.text
    if line.hint is Hint.HEADING:
        return True
    if line.hint in (Hint.PLAIN, Hint.QUOTE, Hint.ITEM):
        return False
    if (
        not words
        or len(words) > MAX_HEADING_WORDS
        or text[0] in _BULLETS
        or _NUMBERED.match(text)
        or _ASKED.match(text)
        or _TIMED.match(text)
    ):
        return False
    if text.rstrip("»”“\"'’)] ").endswith((".", "،", "؛", ",", ";", "…")) or not any(char.isalpha() for char in text):
        return False
    return not (_holds_attributed_quote(text, words) or _is_sentence(words) or is_dateline(text))


def _holds_attributed_quote(text: str, words: list[str]) -> bool:
    if text.endswith(":"):
        return not _INTRODUCING.isdisjoint(words) or any(_is_saying(word) for word in words)
    found = _ATTRIBUTED.search(text)
    if not found:
        return False
    spans = find_spans(text)
    return not spans or any(word_count(text[span.start : span.end]) >= MIN_QUOTE_WORDS for span in spans)


def _is_saying(word: str) -> bool:
    if word in saying.PARTICIPLES and word not in speech.AMBIGUOUS and word.endswith("ا"):
        return True
    form = saying.FINITE.get(word) or (saying.FINITE.get(word[1:]) if word[0] in "وف" else None)
    return form is not None and word not in speech.AMBIGUOUS and form.verb not in speech.AMBIGUOUS


def _is_sentence(words: list[str]) -> bool:
    """Tell whether a short line without a full stop is a sentence all the same: it begins with a verb."""
    first, rest = words[0], words[0][1:]
    if len(words) < 3:
        return first[0] in "وف" and rest in saying.FINITE and first not in speech.AMBIGUOUS and len(words) > 1
    if (first in _OPENERS and len(words) >= 4) or (len(words) > 3 and " ".join(words).startswith(_TURNS)):
        return True
    if first[0] in "وف" and first not in _NOT_VERBS:
        if rest in layout.SENTENCE_VERBS_JOINED or rest in layout.SENTENCE_VERBS or rest in saying.FINITE:
            return first not in speech.AMBIGUOUS
        if len(first) >= 5 and (rest[0] == "ي" or (rest[0] == "ت" and len(words) >= 4)):
            return True
        if len(first) >= 5 and first.endswith("ت") and not first.endswith("ات"):
            return True
    if first in layout.SENTENCE_VERBS and len(words) >= 4:
        return True
    return len(words) >= 4 and first in saying.FINITE and first not in speech.AMBIGUOUS and first[0] not in "يت"


def settle(lines: Sequence[Line], shapes: list[bool]) -> None:
    """A heading titles what follows: none stands last, and a run of short lines is a list."""
    if True not in shapes:
        return
    at = len(shapes) - 1
    while at >= 0 and shapes[at]:
        shapes[at] = False
        at -= 1
    start = 0
    while start < len(shapes):
        end = start
        while end < len(shapes) and shapes[end] and lines[end].hint is Hint.NONE:
            end += 1
        if end - start > 2:
            keep_first = lines[start].text.endswith(":")
            shapes[start + keep_first : end - 1] = [False] * (end - 1 - start - keep_first)
        start = end + 1
