"""Which words can introduce what somebody said, each by itself."""

from functools import lru_cache

from bot.extract.lexicon import saying, speech
from bot.extract.tokens import MEMORY

_PRONOUNS = ("هما", "هم", "ها", "ه")
# «على حد قول …», «من وجهة نظر …»
MEASURED = frozenset(("قول", "تعبير", "وصف", "نظر"))


def is_purpose(key: str) -> bool:
    """Tell whether a folded word is what somebody who was just named does next: «عاد ليؤكد»."""
    return key.startswith(("لي", "لت")) and key[1:] in saying.FINITE and key not in saying.FINITE


_CALLED_UPON = tuple(speech.CALLED_UPON)  # also with a pronoun: «ودعتهم إلى …»


@lru_cache(maxsize=MEMORY)
def verbs_of(key: str) -> tuple[tuple[saying.Form, bool, bool], ...]:
    """Return the verbs of saying that a folded word can be, likeliest first: form, with «و», with a pronoun."""
    found: list[tuple[saying.Form, bool, bool]] = []
    words = [(key, False), (key[1:], True)] if key[0] in "وف" else [(key, False)]
    if key.startswith(_CALLED_UPON):
        words.reverse()
    found += [(saying.FINITE[word], joined, False) for word, joined in words if word in saying.FINITE]
    if is_purpose(key):
        found.append((saying.FINITE[key[1:]], False, False))  # «عاد ليؤكد»
    suffix = next((suffix for suffix in _PRONOUNS if key.endswith(suffix)), None)
    if not found and suffix is not None and key not in speech.SAYING_NOUNS and key not in speech.BETWEEN:
        for word, joined in words:
            stem = word[: -len(suffix)]
            if stem in speech.LIKE_PREPOSITIONS:
                continue  # «ومن بينهم الطالبة …»
            form = saying.FINITE.get(stem) or saying.BEFORE_PRONOUN.get(stem)
            if form is not None and len(stem) > 1:
                found.append((form, joined, True))
    return tuple(found)


def is_spoken_noun(key: str) -> bool:
    """Tell whether a folded word is a noun of saying, as in «قول الوزير إن …», «بقول ابن خلدون: …»."""
    return key in speech.SPOKEN_NOUNS or (key[0] == "ب" and key[1:] in speech.SPOKEN_NOUNS)


def is_cited(key: str) -> bool:
    """Tell whether a folded word is what somebody cites of another: «ببيت», «بمقولة»."""
    word = key[1:] if key[0] in "وف" and key[1:] not in speech.CITED else key
    return word in speech.CITED or (word[:1] in ("ب", "ل") and word[1:] in speech.CITED)


@lru_cache(maxsize=MEMORY)
def introduces(key: str) -> bool:
    """Tell whether a folded word can be a verb of saying, a participle or noun of one, or the name of a source."""
    stem = key[1:] if key[0] in "وف" and len(key) > 3 else key
    known = (
        stem == speech.REGARDING
        or stem in saying.PARTICIPLES
        or stem in speech.SOURCE_WORDS
        or key in speech.SAYING_NOUNS
        or key in MEASURED
    )
    return known or is_spoken_noun(key) or is_cited(key) or bool(verbs_of(key))
