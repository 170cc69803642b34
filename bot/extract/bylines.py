"""By-lines, datelines and captions: lines that stand around a story and say who, where from, and what is seen."""

import re

from bot.extract.dates import is_date_line
from bot.extract.lexicon import folded, layout, names, people, places, saying, speech
from bot.extract.nouns import is_event, is_institution, is_office
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
_BYLINE_SPLIT = re.compile(r"^\s*[(\[]?\s*([^:|/–—]{2,24}?)\s*(?:[:|/–—]|\s-|\.{2,}|…)\s*(.+?)[)\]]?\s*$")
# The initials of who wrote and who edited, or what an agency puts at the end: «م.ع/أ.ح», «انتهى 3/ م ع».
_SIGNED = re.compile(r"^\(?(?:انتهى[\s/]*\d*)?(?:[\s./-]*[ء-ي](?![\w])){0,6}[\s./)]*$")
_DATELINE = re.compile(r"^[^.:،]{2,40}?(?:\s[-–—ـ]\s?|\s*\([^)]{2,40}\)\s*[-–—:]?\s*)")


def is_byline(text: str, key: str, *, edge: bool) -> bool:
    """Tell whether a line says who wrote the story, or where from. `edge`: it stands beside the body, not in it."""
    words = key.split()
    if not words or len(words) > 10 or text.rstrip().endswith("."):
        return False
    if _SIGNED.match(text) or key in _TEAM or all(word in layout.AGENCIES or word in places.PLACES for word in words):
        return True
    if words[0] in _STRONG_BYLINES or all(word in _INITIALS for word in words):
        return True
    found = _BYLINE_SPLIT.match(text)
    if found and _is_role(fold(found.group(1))) and not find_spans(text):
        return True
    if words[0] in _WRITERS:
        return edge and 2 <= len(words) <= 6 and _SENTENCE_PARTS.isdisjoint(words)
    if not edge or len(words) > 7:
        return False
    if " ".join(words[:2]) in _TEAM or (_is_role(" ".join(words[:2])) and len(words) > _MIN_FROM_WORDS):
        return True
    if len(words) <= _MAX_FROM_WORDS and words[-2:-1] == ["من"] and len(words) > _MIN_FROM_WORDS:
        return _is_place(words[-1])  # «هسبريس من الرباط»
    if _is_office_line(text) or _REPORTED_FROM.match(text) or _is_dated_from(text):
        return True
    dateline = _DATELINE.match(text)
    if not dateline or find_spans(text) or text.rstrip().endswith(("؟", ":", "!")):
        return False
    story = fold(text[dateline.end() :]).split()
    if story and (story[0] in saying.FINITE or story[0] in layout.SENTENCE_VERBS):
        return False
    short = len(story) <= _MAX_AGENCY_WORDS and words[0] in places.CITIES  # «صلالة - العمانية»
    return short or not (layout.AGENCIES.isdisjoint(words) and places.PLACES.isdisjoint(words))


def _is_role(key: str) -> bool:
    """Tell whether folded words say what somebody did for a story: «تقرير», «تحقيق وتصوير»."""
    if key in _BYLINE_WORDS:
        return True
    first, *rest = key.split() or [""]
    return len(rest) == 1 and first in _BYLINE_WORDS and rest[0][0] == "و" and rest[0][1:] in _BYLINE_WORDS


def _is_dated_from(text: str) -> bool:
    """Tell whether a line is a place with a day or an agency: «مسقط في 3 مارس / العمانية /», «دبي، الإمارات (CNN)»."""
    place, _, rest = text.partition(" في ")
    date = rest.split("/", 1)[0]
    if date and _is_place(place) and is_date_line(date):
        return True
    place, _, agency = text.partition(" (")
    return agency.rstrip(") ").isascii() and bool(agency) and _is_place(place.split("،", 1)[0])


# Outlets that are spelt out: «بي بي سي عربي».
_INITIALS = names.LETTERS | folded("عربي عربية بالعربية نيوز")
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


_WORDS = r"[^\W\d]+\.?(?: [^\W\d]+\.?){0,4}"
_BESIDE = re.compile(rf"^\(?(?P<first>{_WORDS})\s*(?:(?P<bar>[|/–—ـ-])|[:،,]|(?=\())\s*\(?(?P<second>{_WORDS})\)?$")
_MIN_NAME, _MAX_NAME = 2, 5  # words


def writer_beside(text: str) -> str | None:
    """Return whom a line names beside a place or an outlet that need not be known: «صحم – راشد البلوشي».

    The shape alone proves nothing; whom a story speaks of is not who wrote it.
    """
    found = _BESIDE.match(text)
    if found is None:
        name = text.removeprefix("من ")
        return name if name != text and _may_be_a_name(name) else None  # «من خالد العمري»
    first, second = found["first"], found["second"]
    if _may_be_a_name(second) and not _is_place(second):
        return second
    return first if _may_be_a_name(first) and (found["bar"] or _is_place(second)) else None


def _may_be_a_name(text: str) -> bool:
    """Tell whether words can be somebody's name: none of them is known as another word."""
    words = fold(text).split()
    if not _MIN_NAME <= len(words) <= _MAX_NAME or not _NO_NAME.isdisjoint(words):
        return False
    if words[0].startswith("ال") and words[0] not in names.DEFINITE_NAMES:
        return False
    if is_institution(words[0]) or (is_event(words[0]) and words[0] not in names.NAMES_LIKE_MASDARS):
        return False
    return not is_office(words[0]) or words[0] in names.NAMES_LIKE_OFFICES


_NO_NAME = (
    (people.OBJECTS - names.NAMES_LIKE_OBJECTS)
    | people.QUALIFIERS
    | people.ADJECTIVES
    | people.STOPS
    | people.SPOTS
    | people.PEOPLE
    | speech.DOCUMENTS
) - names.PERSON_PARTICLES

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
    if all(word in layout.CAPTION_WORDS for word in words):
        return True
    bracketed = text.startswith(("(", "[")) and text.rstrip(".").endswith((")", "]"))
    if bracketed and not layout.CAPTION_ENDS.isdisjoint(words):
        return True
    last = text.rstrip(". ")
    if last.endswith((")", "]")) and not text.endswith("."):
        credit = re.split(r"[(\[]", last)[-1]
        if any(fold(part) in layout.CAPTION_ENDS for part in credit.split()):
            return True
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
    words = fold(text).split()
    if len(words) == _MIN_FROM_WORDS and words[0] in names.PERSON_PARTICLES and words[1] in names.PLACE_TAILS:
        return True  # «أم درمان»
    return all(word in places.PLACES or word in places.CITIES for word in words)


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
