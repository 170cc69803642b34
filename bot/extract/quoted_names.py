"""Which quoted words are what something is called, and were said by nobody."""

import re
from functools import lru_cache
from itertools import islice

from bot.extract.lexicon import clauses, names, people, saying, speech
from bot.extract.nouns import bare, is_office
from bot.extract.quotes import WORD, Span
from bot.extract.tokens import ON
from storage.arabic import fold, fold_word

_MEMORY = 4096  # words
# How far before the mark the word may stand that makes the quoted words a name.
_NAMING_REACH = 3
_FRAME_REACH, _FRAME_LENGTH = 14, 140  # words, characters
_AT = frozenset(("لدي", "في", "من", "باسم"))
# Up to where what was said begins; «… من “قلق بالغ” من أن …», «… من “كارثة كبرى” إن لم …» are other clauses.
_CLAUSE = re.compile(
    r"(?P<between>(?:[،,]?\s+[^\s،,.؛:؟!«»“”\"]+){0,6}?)[،,]?(?:\s+(?<!\sمن\s)(?<!\sعن\s)(?:[إأ]ن(?:ه|ها|هم)?|بأن|فإن)(?!\w)(?!\s+ل[ما])|:)"
)
_OUTLET_REACH = 60  # characters
_SUBJECT_REACH = 160  # characters
_END = re.compile('[.؛:؟!«»“”"]')
_PAUSE = re.compile('[.؛:؟!«»“”"،]')
_BEFORE_OUTLETS = speech.HEARING | speech.TOWARDS | {"به", "بها"} | _AT
_MAX_NAME_LENGTH = 60  # characters
_MAX_NAME_WORDS = 6  # in a name that begins with what it names
_PRONOUNS = ("هما", "ها", "هم", "نا", "ه")
_FRAMES = frozenset(
    map(
        fold,
        (
            "إن",
            "أن",
            "بأن",
            "أنه",
            "إنه",
            "بأنه",
            "أنها",
            "إنها",
            "بأنها",
            "أنهم",
            "إنهم",
            "قائلا",
            "قائلة",
            "نظر",
            "رأي",
            "برأي",
            "بنظر",
        ),
    )
)
_PAUSES = (":", "،", ".", "؛", ",", "»", "”", '"')


def is_name(text: str, span: Span) -> bool:
    """Tell whether the quoted words are what something is called («فضائية “…”»), not what somebody said."""
    if span.end - span.start <= _MAX_NAME_LENGTH and _is_a_name_where_it_stands(text, span):
        return True
    before = text[max(0, span.outer_start - _FRAME_LENGTH) : span.outer_start].rstrip("ـ( ")
    if before.endswith(_PAUSES):
        return False
    if text.startswith("لل", span.start):
        return False  # «تحقيق “للوقوف على ملابسات الحادث”»
    words = WORD.findall(before)[-_FRAME_REACH:]
    if words[-1:] == [ON]:
        return False  # «وينص القانون على “…”»
    keys = (key for word in reversed(words) if len(key := fold_word(word)) > 1)  # «الملقب بـ“…”»
    for distance, key in enumerate(islice(keys, _NAMING_REACH)):
        if key in people.CALLED or (not distance and key.removesuffix("ه") in people.HEADS):
            return True
        if key in _FRAMES or key in saying.FINITE or key[1:] in saying.FINITE:
            return False
        kind = _naming(key)
        if kind is not None:
            # «فيلم “…”», «صحيفة … “…”» name; «الفيلم “…”», «فيلم المخرج “…”» may begin what was said of it.
            sure = kind in ("bare", "outlet") and distance == 0
            return sure or not any(_frames(key) for word in words if len(key := fold_word(word)) > 1)
        if key.startswith("ال") and key[2:] in people.INSTITUTIONS:
            return False  # «حمل الحزب الحكومة “…”»
        if not key.startswith("ال") and key not in people.QUALIFIERS and not key.endswith(("ي", "يه")):
            return False
    return False


def _is_a_name_where_it_stands(text: str, span: Span) -> bool:
    quoted = WORD.findall(text[span.start : span.end])
    return len(quoted) <= _MAX_NAME_WORDS and (
        _begins_as_a_name(text, span, quoted)
        or _is_spelt_out(quoted)
        or _is_outlet(text, span)
        or _is_in_subject(text, span)
    )


def _is_in_subject(text: str, span: Span) -> bool:
    """Tell whether the quoted words name who speaks, or where: between a verb of saying and what was said.

    «أعلن “تجمع المهنيين السودانيين” أن …», «قال مدير “أطباء بلا حدود” في كابل: …»
    """
    behind = _CLAUSE.match(text, span.outer_end)
    if fold_word(text[span.start : span.end].split(maxsplit=1)[0]) in clauses.NEGATIONS:
        return False  # «رفعوا لافتات كتب عليها “لا لتمديد جديد”، قبل أن …»
    if behind is None or any(_introduces(fold_word(word)) for word in WORD.findall(behind["between"])):
        return False
    before = text[max(0, span.outer_start - _SUBJECT_REACH) : span.outer_start]
    keys = [fold_word(word) for word in WORD.findall(_END.split(before)[-1])]
    verb = next((at for at, key in enumerate(reversed(keys)) if key and _introduces(key)), None)
    return verb is not None and _FRAMES.isdisjoint(keys[len(keys) - verb :])


def _is_outlet(text: str, span: Span) -> bool:
    """Tell whether the quoted words are who asked or heard: «في حديث إلى “…”، يشدد …», «علمت “…” من مصادر أن …»."""
    before = text[max(0, span.outer_start - _OUTLET_REACH) : span.outer_start].rstrip("ـ ")
    last = fold_word(before[before.rfind(" ") + 1 :])
    if last.removeprefix("و") not in _BEFORE_OUTLETS:
        return False
    keys = [fold_word(word) for word in WORD.findall(_PAUSE.split(before)[-1])]
    if not keys:
        return False
    heard = keys[-2] if len(keys) > 1 and keys[-1] in ("به", "بها") else keys[-1]  # «في تصريحات خص بها “…”»
    if heard.removeprefix("و") in speech.HEARING:
        return True
    if keys[-1] in _AT and any(map(is_office, keys[-4:-1])) and not any(map(_introduces, keys)):
        return True  # «أما المحلل لدى “…” فقال»
    talked = any(key in speech.TALKS or bare(key[1:]) in speech.TALKS for key in keys[-4:-1])
    return keys[-1] in speech.TOWARDS and talked


def _introduces(key: str) -> bool:
    """Tell whether a folded word is a verb of saying or names a source."""
    words = (key, key[1:]) if key[:1] in ("و", "ف") else (key,)
    return any(word in saying.FINITE or word in saying.PARTICIPLES or word in speech.SOURCE_WORDS for word in words)


def _is_spelt_out(quoted: list[str]) -> bool:
    """Tell whether quoted words begin with foreign initials: “بي إن سبورتس”, “جي بي مورغان”."""
    return len(quoted) > 1 and all(fold_word(word) in names.LETTERS for word in quoted[:2])


def _begins_as_a_name(text: str, span: Span, quoted: list[str]) -> bool:
    """Tell whether the quoted words begin with what they name, and nobody says them: «انهيار “خطة دبلن المعدلة”»."""
    before = text[max(0, span.outer_start - 200) : span.outer_start]
    if not before or not (before[-1].isalnum() or before.endswith(" ")) or before.rstrip().endswith(_PAUSES):
        return False
    if _naming(fold_word(quoted[0]) or "-") != "bare":
        return False
    return not any(_frames(key) for word in WORD.findall(before)[-_FRAME_REACH:] if (key := fold_word(word)))


@lru_cache(maxsize=_MEMORY)
def _frames(key: str) -> bool:
    """Tell whether a word introduces what somebody said."""
    if (
        key in _FRAMES
        or (key[0] == "ف" and key[1:] in _FRAMES)
        or key in speech.SOURCE_WORDS
        or key[1:] in speech.SOURCE_WORDS
    ):
        return True
    form = saying.FINITE.get(key) or (saying.FINITE.get(key[1:]) if key[0] in "وف" else None)
    return form is not None or (key in saying.PARTICIPLES and key.endswith(("ا", "ين")))


@lru_cache(maxsize=_MEMORY)
def _naming(key: str) -> str | None:
    """Tell how a folded word makes a name of what follows: as an "outlet", "bare", or "definite" («الفيلم»)."""
    forms = [key, key[1:]] if key[0] in "وفبلك" else [key]
    for form in forms:
        definite = form.startswith(("ال", "لل")) and len(form) > 4
        stem = form[2:] if definite else form
        stems = [stem]
        for pronoun in _PRONOUNS:
            if stem.endswith(pronoun) and len(stem) > len(pronoun) + 2:
                stems += (stem[: -len(pronoun)], stem[: -len(pronoun) - 1] + "ه")
        named = next((word for word in stems if word in people.NAMED_THINGS), None)
        if named is not None:
            if definite or named != stem:
                return "definite"
            return "outlet" if stem in people.OUTLETS else "bare"
    return None
