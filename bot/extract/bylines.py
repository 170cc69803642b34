"""By-lines, datelines and captions: lines that stand around a story and say who, where from, and what is seen."""

import re

from bot.extract.lexicon import folded, layout, places, saying
from bot.extract.quotes import find_spans
from storage.arabic import fold

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
    if key in _TEAM or all(word in layout.AGENCIES or word in places.PLACES for word in words):
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
    if len(words) <= _MAX_FROM_WORDS and words[-2:-1] == ["من"] and len(words) > _MIN_FROM_WORDS:
        return _is_place(words[-1])  # «هسبريس من الرباط»
    if _is_office_line(text) or _REPORTED_FROM.match(text):
        return True
    dateline = _DATELINE.match(text)
    if not dateline or find_spans(text) or text.rstrip().endswith(("؟", ":", "!")):
        return False
    story = fold(text[dateline.end() :]).split()
    if story and (story[0] in saying.FINITE or story[0] in layout.SENTENCE_VERBS):
        return False
    short = len(story) <= _MAX_AGENCY_WORDS and words[0] in places.CITIES  # «صلالة - العمانية»
    return short or not (layout.AGENCIES.isdisjoint(words) and places.PLACES.isdisjoint(words))


_OFFICE_LINE = re.compile(r"^([^\W\d]+(?: [^\W\d]+){0,2})\s*[:ـ–—-]\s*[«“\"]([^«»“”\"]+)[»”\"]\.?$")
_MAX_OUTLET_WORDS = 4
# «بورتسودان: مراسل سودان اليوم», «بغداد / خاص»
_REPORTED_FROM = re.compile(
    r"^[^\W\d]+(?: [^\W\d]+){0,2}\s*[:ـ–—/-]\s*(?:من )?"
    r"(?:مراسل|مراسلة|مراسلنا|مراسلتنا|مندوب|مكتب|موفد|موفدنا|خاص|وكالات|متابعات)(?!\w)"
)


_MIN_FROM_WORDS = 2
_MAX_AGENCY_WORDS = 2
_MAX_FROM_WORDS = 4
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


_PLACE = re.compile(r"^([^\W\d]+(?: [^\W\d]+)?)\s*[:ـ–—/-]\s*(?=\S)")


def behind_place(text: str) -> str | None:
    """Return what stands behind a place that opens a line («دبي: سامي عبد الرؤوف»), or None."""
    found = _PLACE.match(text)
    if found is None or not _is_place(found.group(1)):
        return None
    return text[found.end() :]


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


def _is_place(text: str) -> bool:
    return all(word in places.PLACES or word in places.CITIES for word in fold(text).split())


def _is_office_line(text: str) -> bool:
    """Tell whether a line is a place and the outlet that reports from it: «لندن: «الشرق الأوسط»»."""
    found = _OFFICE_LINE.match(text)
    if found is None or len(found.group(2).split()) > _MAX_OUTLET_WORDS:
        return False
    return _is_place(found.group(1))


def is_dateline(text: str) -> bool:
    """Tell whether a line begins with where it was written."""
    found = _DATELINE.match(text)
    if not found:
        return False
    place = fold(found.group()).split()
    return bool(place) and (place[0] in places.PLACES or any(word in layout.AGENCIES for word in place))
