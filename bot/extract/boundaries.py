"""Where a noun phrase ends, and what still belongs to it."""

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.extract.lexicon import clauses, folded, names, people, places, saying, speech
from bot.extract.nouns import (
    WITH_HAMZA,
    Kind,
    bare,
    is_accusative,
    is_accusative_office,
    is_adverb,
    is_event,
    is_feminine,
    is_institution,
    is_known,
    is_manner,
    is_office,
    is_past,
    is_possessed,
    is_prefixed,
    is_relation,
    kind_of,
    says,
)
from bot.extract.tokens import MEMORY, QUOTE, Token

_MAX_NAME = 4  # words
_MIN_SURNAME = 2  # letters, of which the first is «و»
_ELATIVE = 4  # letters of «أبعد»
_MIN_AT = 5  # letters with «بال»
_CLAUSE_STARTS = folded("أن بأن أنه أنها أنهم بأنه بأنها بأنهم أننا لأن كيف لماذا")

# «أوصت الدراسة بـ“…”»: a letter that is written onto a quotation is a word by itself.
_ENDS = clauses.EMPHATICS | people.MANNERS | speech.SAYING_NOUNS.keys() | speech.SOURCE_WORDS | frozenset("وفبلك")
# What these are is told by the words beside them.
_BY_NEIGHBOURS = people.OF_SOURCES | saying.PARTICIPLES.keys() | names.NAMES_LIKE_OBJECTS | names.NAMES_LIKE_TIMES
_SAID = frozenset((":", "ان", QUOTE))
_TEEN = frozenset(("عشر", "عشره"))
_ORDINALS = folded(
    "الحادي الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع الحادية الثانية الثالثة الرابعة الخامسة"
)
_RELATIVES = frozenset(("الذي", "التي", "الذين"))


# The nouns of acting of the second, seventh, eighth and tenth forms.
_CIRCUMSTANCE = re.compile("مت.{2,4}ا|مست.{2,3}ا|من.{3}ا")  # «بدا المدرب متفائلا»
_ADVERB = re.compile("[^يا][^يا]ي[^يا]ا")
_STATE = re.compile(".ا..ه")
_PREDICATE = re.compile("م...+ا")
_MASDAR = re.compile("ت[^اويى][^اي]ي.|است..ا.|ان..ا.|ا.ت.ا.")


def stops(tokens: Sequence[Token], at: int, *, governed: bool = False) -> bool:
    """Tell whether at this token every phrase ends. `governed`: the word before it wants a noun."""
    token = tokens[at]
    if not token.is_word:
        return True
    if token.key in _BY_NEIGHBOURS:
        if describes_sources(tokens, at):
            return False
        if token.key in saying.PARTICIPLES and key_at(tokens, at + 1) in _SAID:
            return True  # «كتبت إحداهن معلقة: …»
        if token.key in names.NAMES_LIKE_OBJECTS and not governed and ends_cleanly(tokens, at + 1):
            return False
        if token.key in names.NAMES_LIKE_TIMES and at + 1 < len(tokens) and tokens[at + 1].definite:
            return tokens[at + 1].key in people.STOPS  # «الدكتور صباح الكناني», but not «الدكتور صباح اليوم»
    return _ends_phrase(token.text, token.key) or (not governed and _ends_free_phrase(token.key))


def describes_sources(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a word says what sources are, behind where they are from: «أوساط سياسية متابعة»."""
    if tokens[at].key not in people.OF_SOURCES:
        return False
    before = tokens[at - 1]
    return not before.definite and before.text.endswith(("ي", "ية"))


@lru_cache(maxsize=MEMORY)
def _ends_phrase(text: str, key: str) -> bool:
    """Tell whether a word ends a phrase even where a noun is wanted."""
    if text in WITH_HAMZA or (key[0] in "بل" and key[1:] in speech.SPOKEN_NOUNS):
        return True
    if key in names.NAME_PARTICLES:
        return False
    if (
        key in people.STOPS
        or key in _ENDS
        or key in clauses.BEING
        or key.isdigit()
        or is_adverb(text, key)
        or is_accusative(key)
    ):
        return True
    if is_manner(key) or is_past(key):
        return True
    if (key[0] in "يت" and says(key)) or (key[0] == "ي" and key in saying.FINITE):
        return True
    if key[0] == "و" and len(key) > 2 and key not in names.NAMES_LIKE_CLITICS:
        return False
    return key.startswith("بال") and len(key) > _MIN_AT


@lru_cache(maxsize=MEMORY)
def _ends_free_phrase(key: str) -> bool:
    """Tell whether a word ends a phrase that wants nothing more."""
    if key in names.NAME_PARTICLES:
        return False
    if _CIRCUMSTANCE.fullmatch(key) or (_MASDAR.fullmatch(key) and key not in names.NAMES_LIKE_MASDARS):
        return True  # «رفض المدرب تحميل لاعبيه المسؤولية»
    if key[0] == "ي" and key[1:2] not in ("ا", "و") and key not in names.NAMES_IN_YA:
        return True  # «كان والد أحد الجرحى يعد الخطوات»
    if (key in saying.FINITE or key in clauses.AUXILIARIES) and key not in names.NAMES_LIKE_VERBS:
        return True  # «غير أن المدرب البرتغالي أصر على موقفه»
    if is_accusative_office(key) or key in speech.TIMES:
        return True  # «وصرخ أحدهم طالبا النجدة»
    if key in places.DIRECTIONS or key in people.OBJECTS or says(key) or (key[0] == "ف" and key[1:] in saying.FINITE):
        return True
    if key[0] == "و" and len(key) > 2 and key not in names.NAMES_LIKE_CLITICS:
        return not (is_office(key) or is_institution(key) or key in people.GOVERNING)
    return False


def ends_cleanly(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether what was said, or a pause, follows."""
    if at >= len(tokens):
        return True
    token = tokens[at]
    if (token.key[0] == "ف" and token.key[1:] in saying.FINITE) or (
        token.key in saying.PARTICIPLES and says(token.key)
    ):
        return True
    return token.key in _CLAUSE_STARTS or token.key in _RELATIVES or token.text in ":،,(." or token.quote >= 0


def joins(tokens: Sequence[Token], at: int, head: Token) -> bool:
    """Tell whether «و» belongs to one office: «وزيرة الصحة والسكان»."""
    before = tokens[at - 1]
    governed = before.definite or before.key.startswith("لل")
    return key_at(tokens, at).startswith("وال") and not head.definite and governed


def is_teen(tokens: Sequence[Token], at: int) -> bool:
    """Tell «الثالث عشر» from «درّست المعلمة عشر سنوات»."""
    return tokens[at].key in _TEEN and tokens[at - 1].key in _ORDINALS


def ends_name(tokens: Sequence[Token], name_at: int, at: int, *, subject: bool) -> bool:
    """Tell whether a name that begins at `name_at` is over before `at`."""
    key = tokens[at].key
    if _is_foreign_surname(tokens, name_at, at) or _is_contracted(tokens, name_at, at):
        return False
    if key in names.NAMES_LIKE_TIMES and ends_cleanly(tokens, at + 1):
        return False
    if is_teen(tokens, at):
        return False  # «البابا ليو الرابع عشر»
    if tokens[at - 1].key in names.LINEAGE and tokens[at].is_word and key not in people.STOPS:
        return False
    if stops(tokens, at) or _begins_an_object(tokens, name_at, at):
        return True
    if key in names.NAME_PARTICLES or key in names.NAME_TAILS or tokens[at - 1].key in names.NAME_PARTICLES:
        return False
    words = [token for token in tokens[name_at:at] if token.key not in names.NAME_PARTICLES]
    if key.startswith("لل") or (key[0] in "لب" and is_known(key[1:])) or len(words) >= _MAX_NAME:
        return True
    if at == name_at + 1 and _is_foreign_in_yeh(tokens[at]):
        return False
    if is_possessed(tokens[at]) and not tokens[at].text.endswith("اه") and not _is_introduced(tokens, name_at, at):
        return True  # «أبدى نزار قبلان تفاؤله», «لوحت أم محمود لأحفادها»
    if at > name_at and _ADVERB.fullmatch(key):
        return True  # «تنهد العم صابر طويلا»
    if at > name_at + 1 and _STATE.fullmatch(key) and tokens[at].text.endswith("ة"):
        return True  # «تقول أم عوض راضية»
    if at > name_at and tokens[at].definite and tokens[at].text.endswith("ات"):
        return True  # «وناشد أبو راكان الجهات المعنية»
    if at > name_at and key in names.SUPERLATIVES:
        return True  # «كانت والدته منى أول من علق»
    if len(words) >= 2 and _PREDICATE.fullmatch(key):
        return True  # «وكان رأي خوان ماركيز مغايرا»
    if len(words) >= 2 and _must_be_a_name(tokens, at):
        return False
    # A third word is the object unless what was said, or the object itself, begins right behind it.
    behind = key_at(tokens, at + 1)
    clean = ends_cleanly(tokens, at + 1) or behind == "ل" or is_audience(behind)
    clean = clean or (_is_nisba(tokens[at]) and is_office(behind))  # «سلطان بن أحمد القاسمي نائب حاكم الشارقة»
    clean = clean or _is_followed_by_an_object(tokens, at)
    if subject:
        return len(words) >= 2 and not (clean or behind in people.OBJECTS)
    return len(words) >= 2 and not _is_surname(tokens, at, clean=clean)


def _is_foreign_in_yeh(token: Token) -> bool:
    """Tell «كيليان مبابيه» from «ضم نزار لاعبيه»."""
    word = token.key[:-2]
    own = is_known(word) or word in people.RELATIONS or word + "ه" in people.RELATIONS
    return token.text.endswith("يه") and len(word) > 2 and not own


def _is_introduced(tokens: Sequence[Token], name_at: int, at: int) -> bool:
    """Tell whether a name's second word only looks owned: «سعيد أوبها، مدرب البطلة»."""
    office = at + 2 < len(tokens) and tokens[at + 1].text in "،," and not tokens[at + 2].definite
    unknown = not (is_relation(tokens[at].text, tokens[at].key) or is_known(tokens[at].key))
    return at == name_at + 1 and unknown and office and kind_of(tokens[at + 2]) is Kind.PERSON


def _is_followed_by_an_object(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether behind an unknown word stands an object, and it is a name: «جوانا حاجي توما سعادتها»."""
    if at + 1 >= len(tokens) or is_known(tokens[at].key) or is_event(tokens[at].key):
        return False
    behind = tokens[at + 1]
    return not tokens[at].definite and (is_possessed(behind) or (behind.key[0] == "ب" and is_prefixed(behind.key)))


def _is_nisba(token: Token) -> bool:
    return token.definite and token.text.endswith("ي")


def _is_surname(tokens: Sequence[Token], at: int, *, clean: bool) -> bool:
    """Tell whether a third word that could be an object is the last of a name: «محمد شياع السوداني، و…»."""
    token = tokens[at]
    if is_known(token.key) or is_event(token.key):
        return False
    if token.definite:  # most surnames with an article end so, and no plural or feminine does
        return _is_nisba(token) and (clean or key_at(tokens, at + 1) in people.STOPS)
    behind = key_at(tokens, at + 1)
    said = clean and (behind in saying.PARTICIPLES or behind == ":" or _is_followed_by_an_object(tokens, at))
    return said and not token.text.endswith(("ا", "ة", "ات", "ين"))


def _begins_an_object(tokens: Sequence[Token], name_at: int, at: int) -> bool:
    """Tell whether behind a name stands what it does something to, or how: «… الكشف عن», «… أبعد من»."""
    token, behind = tokens[at], key_at(tokens, at + 1)
    if at == name_at or not behind or not (token.definite or behind == "من"):
        return False
    if tokens[at - 1].key in names.NAME_PARTICLES:
        return False
    if token.definite:
        word = bare(token.key)
        return (word in people.OBJECTS and word not in names.NAMES_LIKE_OBJECTS) or (
            is_event(token.key) and behind in clauses.PREPOSITIONS
        )
    return token.text[0] == "أ" and len(token.key) == _ELATIVE


def _is_foreign_surname(tokens: Sequence[Token], name_at: int, at: int) -> bool:
    """Tell «مارغريت وود» from «the one and the other»: alone behind a first name, and what was said follows."""
    key = tokens[at].key
    if key[0] != "و" or at != name_at + 1 or len(key) <= _MIN_SURNAME or key.startswith("وال"):
        return False
    known = is_known(key[1:]) or is_known(key) or key in people.STOPS or key[1:] in people.STOPS
    return not (known or key in clauses.BEING or says(key) or says(key[1:])) and ends_cleanly(tokens, at + 1)


def _is_contracted(tokens: Sequence[Token], name_at: int, at: int) -> bool:
    """Tell «محرز بالرجب», in whose surname «بن» is written onto «ال», from «محرز بالهاتف»."""
    key = tokens[at].key
    if at != name_at + 1 or not key.startswith("بال"):
        return False
    known = is_known(key[1:]) or is_known(key[3:]) or key in speech.SAYING_NOUNS or key in people.MANNERS
    return not known and ends_cleanly(tokens, at + 1)


def _must_be_a_name(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a word cannot be an object: an indefinite one would end in «ا» before a preposition or a body."""
    token, behind = tokens[at], key_at(tokens, at + 1)
    if token.definite or token.text.endswith(("ة", "ا", "ات", "ى")) or is_known(token.key) or is_possessed(token):
        return False
    if token.key.endswith("ين") and token.key not in names.NAMES_LIKE_DUALS:
        return False  # «أوقف الاتحاد ماريسول دياز عامين بعد …»
    return behind in clauses.PREPOSITIONS or (is_institution(behind) and behind not in places.PLACES)


@lru_cache(maxsize=MEMORY)
def is_audience(key: str) -> bool:
    """Tell whether a folded word with «ل» is to whom something was said: «للصحفيين», «لقناة»."""
    word = key[1:].removesuffix("نا")  # «لموقعنا»
    return (key[:1] == "ل" and word in people.AUDIENCES) or (key.startswith("لل") and key[2:] in people.AUDIENCES)


def agrees(head: Token, token: Token) -> bool:
    """Tell whether a definite word can be an adjective of a definite head: they agree in gender."""
    if token.key.endswith(("ين", "ون")):
        return head.key.endswith(("ين", "ون")) or bare(head.key) in people.PEOPLE
    if head.key.endswith("ين") and kind_of(head) is Kind.PEOPLE and is_office(token.key):
        return False  # «المنتقدين النائب السابق»
    if bare(head.key) in people.COMMON_GENDER:
        return True  # «الرحالة العماني»
    plural_thing = head.text.endswith("ات") or bare(head.key) in people.PEOPLE
    unknown_plural = kind_of(head) is Kind.UNKNOWN and is_feminine(token)
    return plural_thing or unknown_plural or is_feminine(head) == is_feminine(token)


def key_at(tokens: Sequence[Token], at: int) -> str:
    """Return the folded word at `at`, or "" behind the end."""
    return tokens[at].key if at < len(tokens) else ""
