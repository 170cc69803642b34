"""What single words are: an office, an institution, the beginning of something else."""

import re
from enum import Enum, auto
from functools import lru_cache

from bot.extract.lexicon import names, people, places, saying, speech
from bot.extract.tokens import MEMORY, QUOTE, Token


class Kind(Enum):
    """What a phrase names."""

    PERSON = auto()  # an office or calling, with or without a name
    INSTITUTION = auto()
    PEOPLE = auto()
    UNKNOWN = auto()  # a bare name, or a word that no list knows


_VOWELS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_PRONOUNS = ("هما", "ها", "هم", "نا", "ه")
_MIN_STEM = 2
_AT = frozenset(("في", "لدي", "على"))
_MIN_PLURAL = 5  # letters
_MIN_ADVERB = 3
_MIN_PURPOSE = 5  # letters of «ليرينا»; «لينا» is a name
_OBJECTS = ("ه", "ها", "هم", "رينا")
# Written onto a quotation they stand alone: «بـ“…”».
_LETTERS = frozenset("وفبلك")
WITH_HAMZA = frozenset(("فإن", "فأن"))
"""Folded they are the «فان» of «فان دير بيلن»."""
_NAMELESS_ENDS = ("ه", "ها", "هم", "هما", "هن")


@lru_cache(maxsize=MEMORY)
def bare(key: str) -> str:
    """Return a folded word without its article."""
    return key[2:] if key.startswith("ال") and len(key) > 3 else key


@lru_cache(maxsize=MEMORY)
def is_office(key: str) -> bool:
    """Tell whether a folded word is somebody's office, masculine or feminine, with or without article."""
    word = bare(key)
    feminine = word.endswith("ه") and word[:-1] in people.OFFICES and word not in people.NO_OFFICES
    return word in people.OFFICES or feminine


@lru_cache(maxsize=MEMORY)
def is_institution(key: str) -> bool:
    """Tell whether a folded word is something that speaks as a body."""
    return bare(key) in people.INSTITUTIONS or key in people.DEFINITE_BODIES or key in places.PLACES


@lru_cache(maxsize=MEMORY)
def is_relation(text: str, key: str) -> bool:
    """Tell whether a word is what somebody is to another: «زميلها», «شقيقته»."""
    if text.endswith("ة"):
        return False
    for pronoun in _PRONOUNS:
        stem = key[: -len(pronoun)]
        if key.endswith(pronoun) and len(stem) >= _MIN_STEM:
            person = stem.removesuffix("ت")
            return person in people.RELATIONS or person in people.OFFICES or person + "ه" in people.RELATIONS
    return False


def is_feminine(token: Token) -> bool:
    """Tell by its ending whether a noun is feminine."""
    return _is_feminine(token.text, token.key)


@lru_cache(maxsize=MEMORY)
def _is_feminine(text: str, key: str) -> bool:
    ending = text.rstrip(_VOWELS)
    if ending.endswith(("ة", "ات")):
        return True
    if is_relation(text, key):
        return ending.endswith(("ته", "تها", "تهم"))  # «جده» is no «جدة»
    return key in places.PLACES or bare(key) in people.FEMININES


def is_manner(key: str) -> bool:
    """Tell whether a folded word with «ب» is how something was done: «باقتضاب», «بابتسامة», «بتفاؤل»."""
    return key[0] == "ب" and bool(ADVERBIAL.fullmatch(key[1:].removesuffix("ه")))


# Verbs of the past of the seventh, eighth and tenth forms; no name has such a form.
_PAST = re.compile("(?:است[^اوي]{3}|ا[^نست]ت[^اوي]{2}|ان[^اوي]{3})(?:ت|وا)?")


@lru_cache(maxsize=MEMORY)
def is_past(key: str) -> bool:
    """Tell by its form whether a folded word is a verb of the past: «استدرج», «اعتقلت»."""
    # «الترك», with its article, and «أنقرة» only look so.
    noun = is_institution(key) or (key.startswith("ال") and key not in speech.VERBS_LIKE_CLITICS)
    return bool(_PAST.fullmatch(key)) and not noun


# Nouns of acting of the second, third, seventh, eighth and tenth forms.
_EVENT = re.compile("ت[^اويى][^ا]ي.ه?|م.ا..ه|است..ا.|ان..ا.|ا.ت.ا.")


@lru_cache(maxsize=MEMORY)
def is_event(key: str) -> bool:
    """Tell by its form whether a folded word is something that happens: «التتويج», «المشاركة», «الاختتام»."""
    return bool(_EVENT.fullmatch(bare(key))) and not is_office(key)


# Nouns of acting of the eighth, seventh, tenth, fifth and sixth forms: how something was done.
ADVERBIAL = re.compile("ا.ت.ا.|ان..ا.|است..ا.|تفا.ل|تهكم|تحفظ|تحد|تاثر|تواضع")


def kind_of(token: Token) -> Kind:
    """Tell what a phrase that begins with this word names."""
    return kind_of_word(token.text, token.key)


def is_accusative_office(key: str) -> bool:
    """Tell whether a folded word is somebody's calling as it stands behind «أن»: «خبيرا»."""
    return key[-1] == "ا" and len(key) > _MIN_STEM + 1 and is_office(key[:-1])


def is_plural_construct(key: str) -> bool:
    """Tell whether a folded word is people who want a noun behind them: «معدو التقرير»."""
    return key.endswith("و") and key[:-1] in people.OFFICES and len(key) > _MIN_STEM + 1


# The same few hundred words make up most of every story: what a word is by itself is worked out once.
@lru_cache(maxsize=MEMORY)
def kind_of_word(text: str, key: str) -> Kind:
    """Tell what a phrase that begins with a word, as it is written and folded, names."""
    if is_office(key) or is_relation(text, key) or key in names.HONORIFICS:
        return Kind.PERSON
    if is_institution(key):
        return Kind.INSTITUTION
    word = bare(key)
    # «المسلحين» as «المسلحون»
    named = word in people.PEOPLE or (word.endswith("ين") and word[:-2] + "ون" in people.PEOPLE)
    named = named or (word.endswith(("ون", "ين")) and word[:-2] in people.OFFICES and len(word) > _MIN_PLURAL)
    named = named or is_plural_construct(key)
    return Kind.PEOPLE if named else Kind.UNKNOWN


@lru_cache(maxsize=MEMORY)
def says(key: str) -> bool:
    """Tell whether a folded word is a verb of saying beyond doubt."""
    if key in speech.AMBIGUOUS:
        return False
    if key in saying.FINITE or (key.startswith("لي") and key[1:] in saying.FINITE):
        return True
    return key in saying.PARTICIPLES and (key.endswith("ا") or bool(saying.PARTICIPLES[key].feminine))


def is_accusative(key: str) -> bool:
    """Tell whether a folded word is a known noun as an object: «بيانا», «قرارا»; never the beginning of a name."""
    word = key[:-1]
    timed = word == "عام" or (word in people.STOPS and len(word) > _MIN_STEM)  # «يوما», «عاما»
    return key.endswith("ا") and (timed or word in people.OBJECTS or word in speech.DOCUMENTS)


@lru_cache(maxsize=MEMORY)
def is_prefixed(key: str) -> bool:
    """Tell whether a folded word carries a preposition: «للصحفيين», «بالإعلان», «لقناة»."""
    if key.startswith("لل") or (key.startswith("بال") and len(key) > 5):
        return True
    if key[0] not in "لب":
        return False
    if key[1:] in people.STOPS and key not in names.NAMES_LIKE_CLITICS:
        return True  # «بمثل شعبي»
    if key[-1] == "ي" and key[1:-1] in people.OFFICES and len(key) > _MIN_PLURAL:
        return True  # «لمراسلي الصحف»
    return (key[1:] in places.CITIES and len(key) > _MIN_PLURAL - 1) or (
        is_known(key[1:]) and (len(key) > 3 or key[1:] in people.OBJECTS)
    )


@lru_cache(maxsize=MEMORY)
def is_known(key: str) -> bool:
    """Tell whether a folded word is a noun of some list, and so no name that begins like a preposition."""
    return (
        key in people.AUDIENCES
        or is_institution(key)
        or is_office(key)
        or key in speech.DOCUMENTS
        or key in people.OBJECTS
        or key in people.PEOPLE
    )


def is_possessed(token: Token) -> bool:
    """Tell whether a word ends in a pronoun, and so is no name: «شعبه», «بلاعبيه»."""
    return (
        token.text.endswith(_NAMELESS_ENDS)
        and not token.text.endswith("الله")  # «عبدالله»
        and len(token.key) > _MIN_STEM + 1
        and token.key not in names.NAMES_LIKE_OWNED
    )


def is_own_body(key: str) -> bool:
    """Tell whether a folded word with a pronoun still speaks: «نقابتهم», «أحدهم»."""
    if key in people.VOICES:
        return True
    stem = next((key[: -len(end)] for end in _PRONOUNS if key.endswith(end)), key)
    return (
        stem in people.INSTITUTIONS
        or stem in people.PEOPLE
        or (stem.endswith("ت") and stem[:-1] + "ه" in people.INSTITUTIONS)
    )


def is_adverb(text: str, key: str) -> bool:
    """Tell whether a word is how something was said: «بحسرة», «بجملة»."""
    if key[0] != "ب" or not text.endswith("ة") or len(key) <= _MIN_ADVERB or key.startswith(("با", "بو")):
        return False
    nouns = (key, key[1:])
    known = any(is_office(word) or is_institution(word) or word in people.GOVERNING for word in nouns)
    return not known and key not in names.NAMES_LIKE_CLITICS


def is_present(key: str) -> bool:
    """Tell by its first letters whether a folded word is a verb of the present and no name."""
    return key[0] == "ي" and len(key) > _MIN_STEM and key[1] not in "اوي" and key not in names.NAMES_IN_YA


def may_open(token: Token, *, definite: bool) -> bool:
    """Tell whether a name can begin with a word. `definite`: the office before it is, and governs no place."""
    key = token.key
    if token.definite or key in _AT or key in people.QUALIFIERS or (key in places.PLACES and not definite):
        return False
    if key in names.PERSON_PARTICLES or key in names.NAMES_LIKE_OFFICES or key in names.NAMES_LIKE_CLITICS:
        return True
    if key[0] == "ل" and is_event(key[1:]):
        return False  # «مكتب الأمم المتحدة لتنسيق الشؤون الإنسانية»
    if key[0] == "ب" and (is_prefixed(key) or key[1:] in people.GOVERNING):
        return False  # «مصدر من المحكمة الابتدائية بمكناس»
    if key.startswith(("لل", "بال")) or (key[0] == "و" and (is_office(key[1:]) or is_institution(key[1:]))):
        return False
    return not (key.startswith("وال") or is_office(key) or key in people.INSTITUTIONS or key in people.GOVERNING)


def cannot_begin(token: Token) -> bool:
    """Tell whether no phrase begins with this word."""
    return not token.is_word or _cannot_begin(token.text, token.key)


@lru_cache(maxsize=MEMORY)
def _cannot_begin(text: str, key: str) -> bool:
    if key == QUOTE or key in _LETTERS or text in WITH_HAMZA or key.isdigit() or key in people.MANNERS:
        return True
    own = text.endswith("ه") and key in saying.PARTICIPLES  # «مضيفه», whose guest he is, not «مضيفة»
    if says(key) and key not in people.INSTITUTIONS and not own:  # «نادي» is also «he called»
        return True
    if key[0] == "ف" and key[1:] in people.STOPS:
        return True  # «فقد كتبت», «فلم يقل»
    if (key in people.STOPS and key not in names.PERSON_PARTICLES) or key in names.SUPERLATIVES:
        return True
    if is_adverb(text, key):
        return True
    if is_manner(key) or is_present(key) or is_past(key):
        return True  # «أجاب باقتضاب», «وهل يقبل؟ يبتسم ويجيب»
    if key in speech.SAYING_NOUNS or is_prefixed(key) or is_accusative(key):
        return True
    if text.startswith(("بإ", "لإ")) or (key.startswith("لي") and key.endswith(_OBJECTS) and len(key) > _MIN_PURPOSE):
        return True  # «ولوح بإقفال الأفران», «فتح هاتفه ليرينا صورته»
    return key[0] == "و" and key not in names.NAMES_LIKE_CLITICS and kind_of_word(text, key) is Kind.UNKNOWN
