"""What each line of a story's body is: subheading, paragraph, by-line, date, caption."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from bot.extract.boilerplate import without_boilerplate, without_inline
from bot.extract.dates import is_date_line, parse_date
from bot.extract.lexicon import folded, layout, people, speech
from bot.extract.quotes import MIN_QUOTE_WORDS, find_spans, word_count
from storage.arabic import fold
from storage.article import Block, BlockKind

MAX_HEADING_WORDS = 9


class Hint(Enum):
    """What the page's markup says of a line; plain text says nothing."""

    NONE = auto()
    PLAIN = auto()
    HEADING = auto()
    BOLD = auto()
    QUOTE = auto()
    ITEM = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the body, clean. `source` names who a blockquote says it is from."""

    text: str
    hint: Hint = Hint.NONE
    source: str | None = None


@dataclass(slots=True)
class Body:
    """A story's body. `sources` names, by its block, whom the page gives for a blockquote (None: nobody)."""

    blocks: list[Block] = field(default_factory=list)
    byline: str | None = None
    published_at: datetime | None = None
    sources: dict[int, str | None] = field(default_factory=dict)


def read_body(lines: Sequence[Line], title: str) -> Body:
    """Sort the lines below the headline."""
    texts = [line.text for line in lines]
    keys = [fold(text) for text in texts]
    entries = [
        _Entry(Line(without_inline(line.text), line.hint, line.source), key)
        for line, key in without_boilerplate(list(zip(lines, keys, strict=True)), texts, keys)
    ]
    title_key = fold(title)
    entries = [entry for entry in entries if entry.key and entry.key != title_key]
    body = Body()
    entries = _without_furniture(entries, body, title_key)
    shapes = [_shape(entry) for entry in entries]
    _settle(entries, shapes)
    for entry, heading in zip(entries, shapes, strict=True):
        if entry.line.hint is Hint.QUOTE:
            body.sources[len(body.blocks)] = entry.line.source
        body.blocks.append(Block(BlockKind.SUBHEADING if heading else BlockKind.PARAGRAPH, entry.line.text))
    return body


@dataclass(slots=True)
class _Entry:
    line: Line
    key: str

    @property
    def words(self) -> list[str]:
        return self.key.split()


def _without_furniture(entries: list[_Entry], body: Body, title_key: str) -> list[_Entry]:
    """Take by-lines, dates, datelines and captions out of the body and keep what they say."""
    first = next((i for i, entry in enumerate(entries) if _is_prose(entry)), len(entries))
    known: Counter[str] | None = None
    kept: list[_Entry] = []
    for at, entry in enumerate(entries):
        edge = at < first or at == len(entries) - 1
        text, words = entry.line.text, entry.words
        if entry.line.hint is Hint.HEADING or len(words) > _MAX_FURNITURE_WORDS:
            kept.append(entry)
        elif is_date_line(text):
            body.published_at = body.published_at or parse_date(text)
        elif is_byline(text, entry.key, edge=edge):
            body.byline = body.byline or byline_name(text)
        elif not (is_caption(text, entry.key) or (at < first and _shows_a_picture(words))):
            if at < first and entry.line.hint is Hint.NONE and len(words) <= _MAX_NAME_WORDS and first < len(entries):
                known = known or _topics(entries[at + 1 :], title_key)
                if not any(known[_bare(word)] for word in words):
                    body.byline = body.byline or text
                    continue
            kept.append(entry)
    return kept


_MAX_FURNITURE_WORDS = 16
_MAX_NAME_WORDS = 3
_CAPTION_MARKS = frozenset(map(fold, ("خلال", "أثناء", "لدى", "يتحدث", "تتحدث", "يصافح", "تصافح")))


def _topics(entries: Sequence[_Entry], title_key: str) -> Counter[str]:
    """Return the words of title and body: a heading takes up some of them, the name of a writer does not."""
    return Counter(_bare(word) for key in (title_key, *(entry.key for entry in entries)) for word in key.split())


def _bare(word: str) -> str:
    for prefix in ("وال", "بال", "كال", "فال", "ال", "لل"):
        if word.startswith(prefix) and len(word) > len(prefix) + 2:
            return word[len(prefix) :]
    return word


def _is_prose(entry: _Entry) -> bool:
    return len(entry.words) > MAX_HEADING_WORDS or entry.line.text.rstrip("»”\"' ").endswith(".")


def _shows_a_picture(words: list[str]) -> bool:
    """Tell whether a line between headline and story says what a picture shows."""
    return len(words) >= 4 and not _CAPTION_MARKS.isdisjoint(words)


_BYLINE_WORDS = folded(layout.BYLINES)
_STRONG_BYLINES = frozenset(
    map(fold, ("بقلم", "كتبه", "كتبها", "حاوره", "حاورها", "بواسطة", "مراسلنا", "مراسلتنا", "أجرى الحوار"))
)
_TEAM = frozenset(
    map(
        fold,
        (
            "هيئة التحرير",
            "فريق التحرير",
            "أسرة التحرير",
            "قسم التحرير",
            "غرفة الأخبار",
            "غرفة التحرير",
            "وكالات",
            "الوكالات",
        ),
    )
)
_BYLINE_SPLIT = re.compile(r"^\s*[(\[]?\s*([^:|/–—]{2,24}?)\s*(?:[:|/–—]|\s-)\s*(.+?)[)\]]?\s*$")
_DATELINE = re.compile(r"^[^.:،]{2,40}?(?:\s[-–—ـ]\s?|\s*\([^)]{2,40}\)\s*[-–—:]?\s*)")


def is_byline(text: str, key: str, *, edge: bool) -> bool:
    """Tell whether a line says who wrote the story, or where from. `edge`: it stands beside the body, not in it."""
    words = key.split()
    if not words or len(words) > 10 or text.rstrip().endswith("."):
        return False
    if key in _TEAM or all(word in layout.AGENCIES or word in people.PLACES for word in words):
        return True
    if words[0] in _STRONG_BYLINES:
        return True
    found = _BYLINE_SPLIT.match(text)
    if found and fold(found.group(1)) in _BYLINE_WORDS and not find_spans(text):
        return True
    if words[0] in _WRITERS:
        return edge and 2 <= len(words) <= 6 and _SENTENCE_PARTS.isdisjoint(words)
    if not edge or len(words) > 7:
        return False
    if " ".join(words[:2]) in _TEAM:
        return True
    dateline = _DATELINE.match(text)
    if not dateline or find_spans(text) or text.rstrip().endswith(("؟", ":", "!")):
        return False
    story = fold(text[dateline.end() :]).split()
    if story and (story[0] in speech.FINITE or story[0] in layout.SENTENCE_VERBS):
        return False
    return not (layout.AGENCIES.isdisjoint(words) and people.PLACES.isdisjoint(words))


_WRITERS = frozenset(map(fold, ("كتب", "كتبت")))
_SENTENCE_PARTS = frozenset(map(fold, ("في", "على", "إن", "أن", "عن", "إلى", "من")))


def byline_name(text: str) -> str:
    """Return whom a by-line names."""
    found = _BYLINE_SPLIT.match(text)
    if found and fold(found.group(1)) in _BYLINE_WORDS:
        return found.group(2).strip()
    words = text.split()
    if len(words) > 1 and fold(words[0]) in _BYLINE_WORDS - _TEAM:
        return " ".join(words[1:]).strip(" :")
    return text.strip("() ")


_CAPTION_STARTS = frozenset(map(fold, layout.CAPTIONS))


def is_caption(text: str, key: str) -> bool:
    """Tell whether a line is what stands under a picture."""
    words = key.split()
    if len(words) > 14:
        return False
    bracketed = text.startswith(("(", "[")) and text.rstrip(".").endswith((")", "]"))
    if bracketed and not layout.CAPTION_ENDS.isdisjoint(words):
        return True
    last = text.rstrip(". ")
    if last.endswith((")", "]")):
        credit = re.split(r"[(\[]", last)[-1]
        return not text.endswith(".") and any(fold(part) in layout.CAPTION_ENDS for part in credit.split())
    tail = re.split(r"\s[-–—|/]\s", last)
    if len(tail) > 1 and all(word in layout.CAPTION_ENDS for word in fold(tail[-1]).split()) and tail[-1].strip():
        return True
    found = _BYLINE_SPLIT.match(text)
    return (
        bool(found) and fold(found.group(1)) in _CAPTION_STARTS
        if found
        else (not text.endswith((".", "؟", ":")) and " ".join(words[:2]) in _CAPTION_STARTS)
    )


_NUMBERED = re.compile(r"^(?:\(?\d{1,3}\s*[-–.)/]|[أ-ي]\s*[-–.)/]\s)")
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
_NOT_VERBS = frozenset(map(fold, ("ويلات", "وتيرة", "وتر", "ويكيبيديا", "ويندوز", "ويلز", "ويب", "وقت", "وفيات")))


def _shape(entry: _Entry) -> bool:
    """Tell whether a line can be a subheading: by its markup, or in plain text by its shape."""
    line, words = entry.line, entry.words
    text = line.text
    if line.hint is Hint.HEADING:
        return True
    if line.hint in (Hint.PLAIN, Hint.QUOTE, Hint.ITEM):
        return False
    if not words or len(words) > MAX_HEADING_WORDS or text[0] in _BULLETS or _NUMBERED.match(text):
        return False
    if text.rstrip("»”“\"'’)] ").endswith((".", "،", "؛", ",", ";", "…")) or not any(char.isalpha() for char in text):
        return False
    return not (_holds_attributed_quote(text, words) or _is_sentence(words) or _is_dateline(text))


def _is_dateline(text: str) -> bool:
    found = _DATELINE.match(text)
    if not found:
        return False
    place = fold(found.group()).split()
    return bool(place) and (place[0] in people.PLACES or any(word in layout.AGENCIES for word in place))


def _holds_attributed_quote(text: str, words: list[str]) -> bool:
    if text.endswith(":"):
        return not _INTRODUCING.isdisjoint(words) or any(_is_saying(word) for word in words)
    found = _ATTRIBUTED.search(text)
    if not found:
        return False
    spans = find_spans(text)
    return not spans or any(word_count(text[span.start : span.end]) >= MIN_QUOTE_WORDS for span in spans)


def _is_saying(word: str) -> bool:
    if word in speech.PARTICIPLES and word not in speech.AMBIGUOUS and word.endswith("ا"):
        return True
    form = speech.FINITE.get(word) or (speech.FINITE.get(word[1:]) if word[0] in "وف" else None)
    return form is not None and word not in speech.AMBIGUOUS and form.verb not in speech.AMBIGUOUS


def _is_sentence(words: list[str]) -> bool:
    """Tell whether a short line without a full stop is a sentence all the same: it begins with a verb."""
    first, rest = words[0], words[0][1:]
    if len(words) < 3:
        return first[0] in "وف" and rest in speech.FINITE and first not in speech.AMBIGUOUS and len(words) > 1
    if first in _OPENERS and len(words) >= 4:
        return True
    if first[0] in "وف" and first not in _NOT_VERBS:
        if rest in layout.SENTENCE_VERBS_JOINED or rest in layout.SENTENCE_VERBS or rest in speech.FINITE:
            return first not in speech.AMBIGUOUS
        if len(first) >= 5 and rest[0] in "يت" and len(words) >= 4:
            return True
        if len(first) >= 5 and first.endswith("ت") and not first.endswith("ات"):
            return True
    if first in layout.SENTENCE_VERBS and len(words) >= 4:
        return True
    return len(words) >= 4 and first in speech.FINITE and first not in speech.AMBIGUOUS and first[0] not in "يت"


def _settle(entries: Sequence[_Entry], shapes: list[bool]) -> None:
    """A heading titles what follows: none stands last, and a run of short lines is a list."""
    at = len(shapes) - 1
    while at >= 0 and shapes[at]:
        shapes[at] = False
        at -= 1
    start = 0
    while start < len(shapes):
        end = start
        while end < len(shapes) and shapes[end] and entries[end].line.hint is Hint.NONE:
            end += 1
        if end - start > 2:
            keep_first = entries[start].line.text.endswith(":")
            shapes[start + keep_first : end - 1] = [False] * (end - 1 - start - keep_first)
        start = end + 1
