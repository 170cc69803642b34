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
_FEWEST_SHINGLES = 10
_FEWEST_WORDS = 6
# Of a headline nobody needs more, and one without end must not cost more than it.
_TITLE_WORDS = 40
# Letters that come and go between the forms of an Arabic word.
_WEAK = str.maketrans("", "", "اويء")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.,:٫٬]\d+)*")
_GROUPING = str.maketrans("", "", ",٬")
_PREFIXES = ("وال", "بال", "فال", "كال", "لل", "ال")
_STOP = frozenset(
    fold(
        "في من على إلى عن مع بعد قبل خلال بين عند حتى أن إن أنه أنها قد هذا هذه ذلك تلك التي الذي الذين كما وقد "
        "لقد وأن اليوم أمس غدا الآن عاجل خبر أخبار بسبب حول ضد منذ أو ثم كل بعض هو هي وهو وهي إثر جراء عقب قال قالت "
        "أعلن أعلنت "
        "the a an of in on at to for and by with from as is are was were after over says said"
    ).split()
)
_NEGATIONS = frozenset(fold("لا لم لن ليس ليست غير دون عدم not no never without").split())
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


_SMALL_NUMBERS = frozenset(_NUMBER_WORDS.values())
_EUROPEAN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


@dataclass(frozen=True, slots=True)
class Story:
    """What is compared: the headline's telling words in their order, and the body's runs of words and numbers."""

    title: str
    order: tuple[str, ...]  # the headline with its particles, which say who did what to whom
    numbers: frozenset[str]
    shingles: frozenset[tuple[str, ...]]
    body_words: frozenset[str]
    body_numbers: frozenset[str]


def title_words(title: str) -> str:
    """Return a headline's telling words: folded, without article and particles, number words as digits."""
    return " ".join(_words(title)[:_TITLE_WORDS])


def story(title: str, body: str) -> Story:
    """Return what is compared of an article. Only the body's beginning counts, where news stand."""
    words = _words(title)[:_TITLE_WORDS]
    beginning = body[: _BODY_WORDS * 8]
    inside = _words(beginning)[:_BODY_WORDS]
    return Story(
        title=" ".join(words),
        order=tuple(_stem(word) for word in _WORD.findall(fold(title))[:_TITLE_WORDS]),
        numbers=_numbers(title, words),
        shingles=frozenset(zip(*(inside[offset:] for offset in range(_SHINGLE)), strict=False)),
        body_words=frozenset(inside),
        body_numbers=_numbers(beginning, inside),
    )


def candidates(title: str, others: Mapping[int, str]) -> list[int]:
    """Return the keys of those `title_words` that are near enough to `title`'s to be looked at, the nearest first."""
    found = process.extract(
        title, others, scorer=fuzz.token_set_ratio, score_cutoff=_CANDIDATE_SCORE, limit=MOST_CANDIDATES
    )
    return [key for _title, _score, key in found]


def is_same_event(one: Story, other: Story) -> bool:
    """Whether two outlets' articles, published within `WINDOW` of each other, are of one event."""
    if _disagree(one.body_numbers, other.body_numbers):
        return False
    copied = _containment(one.shingles, other.shingles, _FEWEST_SHINGLES)
    if copied >= 0.95:  # an agency's text in two outlets
        return fuzz.token_sort_ratio(one.title, other.title) >= 45
    if one.numbers and other.numbers and one.numbers != other.numbers:
        return False  # another count, score or price: an update, or a headline that recurs
    if _denies(one.order) != _denies(other.order):
        return False
    if copied >= 0.75:  # the same, edited; or the frame of what happens again and again
        return fuzz.token_sort_ratio(one.title, other.title) >= 45 and not _is_minimal_pair(one.title, other.title)
    # Each in its own words: then the headlines must say the same, and the texts must be of the same things.
    shared = _containment(one.body_words, other.body_words, _FEWEST_WORDS)
    alike = fuzz.token_sort_ratio(one.title, other.title)
    if alike < 70 or shared < 0.45 or min(len(one.title.split()), len(other.title.split())) < 4:
        return False
    return not is_turned_round(one.order, other.order) and not _is_word_replaced(one.title, other.title)


def recurs(one: Story, other: Story, apart: timedelta) -> bool:
    """Whether one headline stands above two events: a column that comes daily, with other numbers in its text."""
    return abs(apart) > _SAME_DAY and _disagree(one.body_numbers, other.body_numbers)


def _denies(words: tuple[str, ...]) -> bool:
    return any(word in _NEGATIONS for word in words)


def _is_minimal_pair(one: str, other: str) -> bool:
    """Whether two headlines differ by one word in one place: third and fourth, accepts and rejects."""
    first, second = one.split(), other.split()
    differing = [pair for pair in zip(first, second, strict=False) if not is_same_word(*pair)]
    return len(first) == len(second) and len(differing) == 1


def _is_word_replaced(one: str, other: str) -> bool:
    """Whether each headline has a word that the other has not: its count, its team, its verb. More words say more."""
    first, second = one.split(), other.split()
    return not _has_all(first, second) and not _has_all(second, first)


def _has_all(words: list[str], others: list[str]) -> bool:
    return all(any(is_same_word(word, other) for word in words) for other in others)


def is_same_word(one: str, other: str) -> bool:
    """Whether two words are forms of one: يستقيل and استقالة, but not زراعي and صناعي."""
    if one == other:
        return True
    first, second = one.translate(_WEAK), other.translate(_WEAK)
    return min(len(first), len(second)) >= 3 and fuzz.ratio(first, second) >= 75


def is_turned_round(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether three words of one headline stand in the other in reverse: who beat whom."""
    places = {word: place for place, word in enumerate(other)}
    met = [places[word] for word in one if word in places]
    falling = [1] * len(met)
    for at, place in enumerate(met):
        falling[at] += max((falling[before] for before in range(at) if met[before] > place), default=0)
    return max(falling, default=0) >= 3


def _disagree(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether each holds numbers that the other does not, and too few are the same."""
    fewer = min(len(one), len(other))
    return fewer > 0 and len(one & other) / fewer < 0.7


def _containment(
    one: frozenset[object] | frozenset[str], other: frozenset[object] | frozenset[str], least: int
) -> float:
    """How much of the smaller is in the larger; nothing where it is too small to tell."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller >= least else 0.0


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


def _numbers(text: str, words: list[str]) -> frozenset[str]:
    """Return the numbers of a text, times and fractions whole, and those that are written as words."""
    written = (word for word in words if word in _SMALL_NUMBERS)
    return frozenset((*(found.translate(_GROUPING) for found in _NUMBER.findall(text.translate(_EUROPEAN))), *written))
