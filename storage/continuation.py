"""Whether a later alert goes on with the story of an earlier one. Pure.

Measured in tests/storage/test_continuation.py on labelled pairs; the rules below were chosen there. A wrong «goes on»
hangs an alert under another story, a missed one costs nothing but a reply, so doubt means «does not».
"""

from storage.arabic import fold
from storage.likeness import Story, is_same_event, is_same_word, is_turned_round

# Of the shorter headline, this much must stand in the other one, and at least so many words.
_SHARED = 0.6
_FEWEST_SHARED = 3
# Of the shorter text.
_SHARED_BODY = 0.2

# What is added when a story goes on: its toll, its end, its next step.
_GOING_ON = frozenset(
    fold(
        "حصيلة ارتفاع ترتفع يرتفع ارتفع ارتفعت تتجاوز يتجاوز ضحايا جرحى مصابين قتلى مستجدات تطورات تفاصيل تحديث "
        "انتهاء انتهت ينتهي تنتهي ينهي ينهون إنهاء نهاية ختام اختتام يختتم تختتم سيطرة رفع ترفع يرفع استئناف "
        "استمرار تواصل يتواصل تتواصل تمديد تمدد يمدد نتائج متحدث بيان تعليق "
        "toll rises rise death deaths update latest ends end lifted contained resumes"
    ).split()
)
# What an event did to people. Often said only later; but where both say it, they must say the same.
_HARM = frozenset(
    fold("مقتل مصرع وفاة إصابة جرح قتيل قتيلا قتلى شخص أشخاص عامل killed dead injured people person").split()
)
# A rising number is a sign of going on, any other change of a number one of another event.
_RISING = frozenset(fold("حصيلة ارتفاع ترتفع يرتفع ارتفع ارتفعت تتجاوز يتجاوز toll rises rise").split())
_TWO = frozenset(fold("شخصين شخصان قتيلين قتيلان جريحين جريحان").split())
# One more of its kind.
_ANOTHER = frozenset(fold("جديد جديدة آخر أخرى ثان ثانية ثالث ثالثة رابع رابعة مجددا another new second third").split())
# Columns that come again and again under nearly one headline, and whoever is not named in it.
_RECURRING = frozenset(
    fold(
        "يومي يومية أسبوعي أسبوعية أسعار سعر طقس حرارة مواقيت مواعيد قرعة تعاملات نشرة نظيره نظيرتها "
        "daily weekly prices weather"
    ).split()
)


def goes_on(later: Story, earlier: Story) -> bool:
    """Whether `later`, told within a day of `earlier`, is of the same running story. The order matters."""
    new, old = later.title.split(), earlier.title.split()
    if _has(_ANOTHER, [word for word in new if not _is_in(word, old)]) or _two_against(later, earlier):
        return False
    if is_same_event(later, earlier):
        return True
    if _has(_RECURRING, new) or _has(_RECURRING, old) or later.title == earlier.title:
        return False
    if later.numbers and earlier.numbers and later.numbers != earlier.numbers and not _has(_RISING, new):
        return False
    new, old = _without_numbers(new), _without_numbers(old)
    added = [word for word in new if not _is_in(word, old)]
    dropped = [word for word in old if not _is_in(word, new)]
    shared = min(len(new) - len(added), len(old) - len(dropped))
    fewer = min(len(new), len(old))
    if shared < _FEWEST_SHARED or shared / fewer < _SHARED or is_turned_round(later.order, earlier.order):
        return False
    # Two headlines that each hold something of their own tell of two places, people or acts.
    if _of_its_own(added, dropped) and _of_its_own(dropped, added):
        return False
    body = len(later.body_words & earlier.body_words) / max(1, min(len(later.body_words), len(earlier.body_words)))
    return body >= _SHARED_BODY


def _two_against(one: Story, other: Story) -> bool:
    """Whether one headline speaks of two people, by a dual, and the other one of another number of them."""
    first, second = (_has(_TWO, story.title.split()) for story in (one, other))
    return first != second and bool(other.numbers if first else one.numbers) and "2" not in one.numbers | other.numbers


def _of_its_own(words: list[str], others: list[str]) -> bool:
    """Whether there is more in the words than a story's going on, and the harm that only one of the two speaks of."""
    harm = _has(_HARM, words) and _has(_HARM, others)
    return any(word not in _GOING_ON and (harm or word not in _HARM) for word in words)


def _is_in(word: str, others: list[str]) -> bool:
    return any(is_same_word(word, other) for other in others)


def _has(some: frozenset[str], words: list[str]) -> bool:
    return any(word in some for word in words)


def _without_numbers(words: list[str]) -> list[str]:
    return [word for word in words if not word.isdigit()]
