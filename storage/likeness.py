"""Whether two outlets tell of the same event. Pure.

Measured in tests/sources/test_likeness.py on labelled pairs; every threshold below was chosen there. A wrong «same»
costs readers an alert they never get, a wrong «other» one they get twice, so doubt means «other».
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from rapidfuzz import fuzz, process

from storage.arabic import fold

# How far apart two outlets may be with one event.
WINDOW = timedelta(hours=24)
# Under one headline, and further apart than this, numbers decide: a column that recurs daily has new ones.
_SAME_DAY = timedelta(hours=12)
MOST_CANDIDATES = 8
_CANDIDATE_SCORE = 50.0

_SHINGLE = 3
_BODY_WORDS = 250
_SHORT_BODY = 12
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
_PREFIXES = ("وال", "بال", "فال", "كال", "لل", "ال")
_STOP = frozenset(
    fold(
        "في من على إلى عن مع بعد قبل خلال بين عند حتى أن إن أنه أنها قد هذا هذه ذلك تلك التي الذي الذين كما وقد "
        "لقد وأن اليوم أمس غدا الآن عاجل خبر أخبار بسبب حول ضد منذ أو ثم كل بعض هو هي وهو وهي إثر جراء عقب قال قالت "
        "أعلن أعلنت "
        "the a an of in on at to for and by with from as is are was were after over says said"
    ).split()
)
_NUMBER_WORDS = {
    fold(word): str(value)
    for value, words in enumerate(
        (
            "صفر",
            "واحد واحدة",
            "اثنان اثنين اثنتين",
            "ثلاثة ثلاث",
            "أربعة أربع",
            "خمسة خمس",
            "ستة ست",
            "سبعة سبع",
            "ثمانية ثماني",
            "تسعة تسع",
            "عشرة عشر",
        )
    )
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class Story:
    """What is compared: the headline's telling words in their order, and the body's runs of words and numbers."""

    title: str
    numbers: frozenset[str]
    shingles: frozenset[tuple[str, ...]]
    body_words: frozenset[str]
    body_numbers: frozenset[str]


def title_words(title: str) -> str:
    """Return a headline's telling words: folded, without article and particles, number words as digits."""
    return " ".join(_words(title))


def story(title: str, body: str) -> Story:
    """Return what is compared of an article. Only the body's beginning counts, where news stand."""
    words = _words(title)
    inside = _words(body[: _BODY_WORDS * 12])[:_BODY_WORDS]
    return Story(
        title=" ".join(words),
        numbers=_numbers(words),
        shingles=frozenset(zip(*(inside[offset:] for offset in range(_SHINGLE)), strict=False)),
        body_words=frozenset(inside),
        body_numbers=_numbers(inside),
    )


def candidates(title: str, others: Mapping[int, str]) -> list[int]:
    """Return the keys of those `title_words` that are near enough to `title`'s to be looked at, the nearest first."""
    found = process.extract(
        title, others, scorer=fuzz.token_set_ratio, score_cutoff=_CANDIDATE_SCORE, limit=MOST_CANDIDATES
    )
    return [key for _title, _score, key in found]


def is_same_event(one: Story, other: Story) -> bool:
    """Whether two outlets' articles, published within `WINDOW` of each other, are of one event."""
    if one.numbers and other.numbers and one.numbers != other.numbers:
        return False  # another count, score or price: an update, or a headline that recurs
    copied = _containment(one.shingles, other.shingles)
    in_order = fuzz.ratio(one.title, other.title)
    in_any_order = fuzz.token_sort_ratio(one.title, other.title)
    if copied >= 0.5:
        # An agency's text in two outlets. A column's frame is alike from day to day, but for its numbers.
        return in_any_order >= 45 and not _disagree(one.body_numbers, other.body_numbers, 0.5)
    if copied >= 0.15:
        return in_any_order >= 60 and not _disagree(one.body_numbers, other.body_numbers, 0.3)
    # Each in its own words. Word for word in another order may be its opposite: who beat whom.
    shared = _containment(one.body_words, other.body_words)
    if len(one.title.split()) < 4 or len(other.title.split()) < 4:
        return False
    if _opposed(one.title, other.title):
        return False
    return in_order >= 78 and in_any_order >= 78 and shared >= 0.25


def recurs(one: Story, other: Story, apart: timedelta) -> bool:
    """Whether one headline stands above two events: a column that comes daily, with other numbers in its text."""
    return abs(apart) > _SAME_DAY and _disagree(one.body_numbers, other.body_numbers, 0.34)


def _opposed(one: str, other: str) -> bool:
    """Whether two headlines differ by a word in the same place and no more: its count, its team, its verb."""
    first, second = one.split(), other.split()
    if len(first) != len(second):
        return False
    differing = [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]]
    return any(fuzz.ratio(*pair) < 50 for pair in differing)


def _disagree(one: frozenset[str], other: frozenset[str], least: float) -> bool:
    """Whether both hold numbers, and too few of them are the same."""
    if not one or not other:
        return False
    return len(one & other) / min(len(one), len(other)) < least


def _containment(one: frozenset[object] | frozenset[str], other: frozenset[object] | frozenset[str]) -> float:
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller >= _SHORT_BODY else 0.0


def _words(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(fold(text)) if word not in _STOP]


def _stem(word: str) -> str:
    """Return the word without its article, and a small number as digits. Light, so that different words stay so."""
    if word in _NUMBER_WORDS:
        return _NUMBER_WORDS[word]
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            return word[len(prefix) :]
    return word


def _numbers(words: list[str]) -> frozenset[str]:
    return frozenset(number for word in words for number in _NUMBER.findall(word))
