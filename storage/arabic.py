"""Arabic as a machine must compare it, not as a person reads it. Pure."""

import re
import unicodedata
from functools import lru_cache

# Bidi controls, zero-width characters, the byte-order mark and the soft hyphen: nothing a reader sees.
INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Tatweel only stretches a word; harakat and Quranic marks only help to pronounce it. Their presentation forms go before
# normalisation, which would put a space in their place.
_STRETCH = re.compile(
    "[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08e1\u08e3-\u08ff"
    "\ufc5e-\ufc63\ufcf2-\ufcf4\ufe70-\ufe7f]"
)
_UNHEARD = re.compile(f"[{INVISIBLE.pattern[1:-1]}{_STRETCH.pattern[1:-1]}]")  # both in one pass
_LETTERS = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ک": "ك", "ی": "ي", "گ": "ك",
}  # fmt: skip
_DIGITS = {chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0) for digit in range(10)}
_DIGIT = re.compile("[\u0660-\u0669\u06f0-\u06f9]")
_FOLD = str.maketrans(_LETTERS | _DIGITS)
_MEMORY = 8192  # words; a few megabytes
_NOT_WORD = re.compile(r"[^\w]+")


def strip_invisible(text: str) -> str:
    """Return `text` without characters that change direction or take no space; what remains reads the same."""
    return INVISIBLE.sub("", text)


def fold(text: str) -> str:
    """Return the form under which two spellings of the same Arabic words are equal.

    Presentation forms become letters (NFKC), diacritics and tatweel go, hamza carriers, final ya and ta marbuta
    fall together, digits become European, punctuation becomes one space, Latin letters lower case.
    For comparing only; never shown.
    """
    text = _UNHEARD.sub("", text)
    if not unicodedata.is_normalized("NFKC", text):
        text = _STRETCH.sub("", unicodedata.normalize("NFKC", text))
    # Many times as fast as `translate`, which looks up every letter.
    for letter, folded in _LETTERS.items():
        text = text.replace(letter, folded)
    text = _DIGIT.sub(lambda found: _DIGITS[found.group()], text)
    return _NOT_WORD.sub(" ", text.casefold()).strip()


@lru_cache(maxsize=_MEMORY)
def fold_word(word: str) -> str:
    """Return `fold` of a word that holds neither invisible characters nor presentation forms; several times as fast."""
    return _STRETCH.sub("", word).translate(_FOLD).casefold()
