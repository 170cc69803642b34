"""The whole subject of a verb of saying, whatever its words: all nouns up to where what was said begins.

«وقال عمدة تولوز جان لوك مودنك إن …»: what was said takes the place of an object, so everything between the verb and
the first preposition, particle or mark is the subject. And behind a definite word an indefinite one can be neither its
adjective nor what it governs: there the name begins.
"""

import re
from collections.abc import Sequence

from bot.extract.boundaries import ends_cleanly, is_audience, key_at, stops
from bot.extract.lexicon import clauses, names, people, places, saying, speech
from bot.extract.noun_phrase import MAX_TOKENS, Phrase
from bot.extract.nouns import (
    Kind,
    bare,
    is_accusative_office,
    is_adverb,
    is_institution,
    is_office,
    is_possessed,
    is_prefixed,
    is_relation,
    kind_of,
    kind_of_word,
    may_open,
    says,
)
from bot.extract.tokens import Token

_REACH = 16  # words between a subject and what it said: where, when and to whom
_MAX_BEFORE = 10  # words of a subject before its verb
_ACT = re.compile("ا..ا.|ت.[^اي]ي.ه?|م.ا..ه|است..ا.|ان..ا.|ا.ت.ا.")
_AT = frozenset(("في", "لدي", "على"))
_MIN_STYLED = 3  # words of an office before a rank
_MIN_IN_PLACE = 2  # words of a name behind where somebody works
_BEGINNINGS = ("أن", "إن", "بأن", "ان")


def widened(tokens: Sequence[Token], phrase: Phrase, verb: str, *, said: bool = False) -> Phrase:
    """Return a subject with the words of it that no list knows, where what was said follows.

    `said`: what was said stands before the verb.
    """
    if verb in _TAKING_OBJECTS or phrase.kind is Kind.PEOPLE:
        return phrase
    end = phrase.end
    if not _is_apart(tokens, phrase):
        end = noun_end(tokens, phrase.end, phrase.start + MAX_TOKENS)
    styled = any(token.definite and is_office(token.key) for token in phrase.name)  # «جامعة الملك سعود الدكتور طارق»
    if not (said or styled or _is_said(tokens, end, verb)):
        return phrase
    short = len(phrase.name) == 1 or (phrase.name and end + 1 < len(tokens) and tokens[end + 1].text == "إن")
    if short and end < len(tokens) and _ends_a_name(tokens, end) and _is_said(tokens, end + 1, ""):
        end = noun_end(tokens, end + 1, phrase.start + MAX_TOKENS)
    end = _behind_workplace(tokens, phrase, end)
    return split(tokens, phrase, end) if end > phrase.end else phrase


_TAKING_OBJECTS = speech.TRANSITIVE | speech.ADDRESSING | speech.RELAYING.keys() | speech.WRITTEN_IN


def _is_apart(tokens: Sequence[Token], phrase: Phrase) -> bool:
    """Tell whether behind a phrase begins something else: an object that a list knows, or an office behind a name."""
    key = key_at(tokens, phrase.end)
    if phrase.name and _is_style(tokens, phrase.end):
        return False  # «مدير الدفاع المدني بساحل حضرموت العقيد سالم باجبير»
    if len(phrase.name) > 1 and key.startswith("ال") and _ACT.fullmatch(bare(key)):
        return True  # «طلب برتران كاسونغو الإفراج عن …»
    known = bare(key) in people.OBJECTS and key not in names.NAMES_LIKE_OBJECTS
    if len(phrase.name) > 1 and _is_surname(phrase.name[-1]) and phrase.name[-2].key not in names.PERSON_PARTICLES:
        return True  # «نشر عمر الراجحي تدوينة»
    return known or bool(phrase.name and is_office(key) and key not in names.NAMES_LIKE_OFFICES)


def _is_style(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a rank or degree stands at `at`, with a name behind it."""
    if at + 1 >= len(tokens) or not (tokens[at].definite and is_office(tokens[at].key)):
        return False
    return tokens[at + 1].is_word and tokens[at + 1].key != "باسم" and may_open(tokens[at + 1], definite=True)


def _is_surname(token: Token) -> bool:
    return token.definite and not is_office(token.key)


def noun_end(tokens: Sequence[Token], at: int, last: int) -> int:
    """Return where the nouns from `at` on are over."""
    while at < min(last, len(tokens)) and _continues(tokens, at):
        at += 1
    return at


def _continues(tokens: Sequence[Token], at: int) -> bool:
    token, before = tokens[at], tokens[at - 1]
    key = token.key
    if not token.is_word or (key == "عشر" and before.definite):
        return token.is_word  # «ليو الرابع عشر»
    if key in names.NAME_PARTICLES:
        return True
    if key[0] == "و" and key not in names.NAMES_LIKE_CLITICS:
        if before.definite:
            return key.startswith("وال") or is_office(key[1:]) or is_institution(key[1:])
        return ends_cleanly(tokens, at + 1) and not (says(key[1:]) or key in clauses.BEING)  # «هيومن رايتس ووتش»
    if bare(key) in people.OBJECTS and before.definite and key not in names.NAMES_LIKE_OBJECTS:
        return False
    if key.startswith("بال"):
        return bare(before.key) in people.WITH_PREPOSITION  # «المكلف بالميزانية»
    if key in people.STOPS or key in clauses.CLAUSE_STARTS or key in speech.SAYING_NOUNS or key in clauses.EMPHATICS:
        return False
    if key in people.MANNERS or key in speech.BETWEEN or key.isdigit() or says(key) or is_audience(key):
        return False
    if key in clauses.AUXILIARIES or key in clauses.SAME or key[1:] in saying.PARTICIPLES:
        return False
    if (is_possessed(token) and key not in _OWNED) or is_accusative_office(key):
        return False
    if key in names.SUPERLATIVES and key_at(tokens, at + 1) == "من":
        return False  # «كانت شركة الأجنحة أول من أعلن»
    if " " in token.text and not before.definite and before.text.endswith(("ي", "ية")):
        return False  # «أبلغ مصدر قضائي “النهار الجديد” أن …»
    if is_prefixed(key) and not key.startswith("لل"):
        return False
    return not is_adverb(token.text, key) and not stops(tokens, at, governed=True)


def _ends_a_name(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a word that ends like one with a pronoun is the last of a name: «نهال شيخ روحه إن»."""
    token = tokens[at]
    owned = token.is_word and is_possessed(token) and token.key not in people.STOPS
    foreign = token.text.endswith("يه") or key_at(tokens, at + 1) == "ان"
    return owned and foreign and not tokens[at - 1].definite and token.key[0] not in "لبكوف"


_OWNED = frozenset(("له", "لها", "باسمه", "باسمها", "باسمهم"))


def _is_said(tokens: Sequence[Token], at: int, verb: str) -> bool:
    """Tell whether behind a subject stands a clause or words, and so no object before it; without `verb` a clause."""
    for token in tokens[at : at + _REACH]:
        if token.key in clauses.THAT or (token.text == ":" and verb):
            return True
        if token.quote >= 0:
            return verb in speech.ONLY_WORDS or token.text.startswith(_BEGINNINGS)
        joined = token.key[0] in "وف" and says(token.key[1:])  # «وأنكرت دياز التهمة وقالت: …»
        speaks = joined or (says(token.key) and not (token is tokens[at] and token.key in saying.PARTICIPLES))
        if token.is_word and speaks:
            return False
    return False


def _behind_workplace(tokens: Sequence[Token], phrase: Phrase, end: int) -> int:
    """Return where the name ends that stands behind «في شركة …», or `end` where none does."""
    if key_at(tokens, end) not in _AT or (phrase.name and len(phrase.name) > 1) or phrase.kind is not Kind.PERSON:
        return end
    behind = noun_end(tokens, end + 1, end + 1 + MAX_TOKENS)
    name_at = _name_start(tokens, end + 1, behind)
    if name_at is None or behind - name_at < _MIN_IN_PLACE or not ends_cleanly(tokens, behind):
        return end
    place = [bare(token.key) for token in tokens[end + 1 : name_at]]
    return end if not speech.DOCUMENTS.isdisjoint(place) else behind


def split(tokens: Sequence[Token], phrase: Phrase, end: int) -> Phrase:
    """Return the phrase that goes on to `end`, parted into office and name."""
    start = phrase.start
    name_at = _name_start(tokens, start, end)
    if name_at is None and phrase.name:
        name_at = phrase.start + len(phrase.title)
    if name_at is None and not phrase.title[0].definite and phrase.kind is Kind.PERSON:
        return phrase  # «مصدر عسكري طلب …»
    if name_at is None:
        return phrase._replace(end=end, title=tuple(tokens[start:end]))
    kind = Kind.PERSON if name_at > start else phrase.kind
    name = tuple(tokens[name_at:end])
    return phrase._replace(kind=kind, end=end, title=tuple(tokens[start:name_at]), name=name)


def _name_start(tokens: Sequence[Token], start: int, end: int) -> int | None:
    """Return where in `tokens[start:end]` a name begins: at an indefinite word behind one that closes an office."""
    start += tokens[start].key in names.STYLES
    styles = [at for at in range(start + _MIN_STYLED, end) if _is_style(tokens[:end], at)]
    if styles:
        return styles[-1] + 1
    closed = False
    at = start
    while at < end:
        token = tokens[at]
        if closed and may_open(token, definite=tokens[start].definite):
            return at
        styled = token.definite and at > start and is_office(token.key)
        if styled and not closed and not tokens[at - 1].definite:
            at += 1 + (at + 1 < end and not tokens[at + 1].definite)  # «جامعة الملك سعود»
            closed = True
            continue
        closed = token.definite or token.key.startswith(("لل", "بال", "وال")) or token.key in places.PLACES
        closed = closed or (at == start and is_relation(token.text, token.key))
        at += 1
    return None


def turns_to(token: Token) -> bool:
    """Tell whether a word is somebody with a «ف»: «فوزارة الصحة قالت …»."""
    known = token.key[0] == "ف" and kind_of_word(token.text[1:], token.key[1:]) is not Kind.UNKNOWN
    return known and kind_of(token) is Kind.UNKNOWN


def before_verb(tokens: Sequence[Token], at: int) -> int | None:
    """Return where the nouns begin that fill a clause up to its verb at `at`: «غير أن سامسونغ قالت …»."""
    start = at
    while start > max(0, at - _MAX_BEFORE) and tokens[start - 1].is_word:
        if tokens[start - 1].key in _BEGINNING:
            break
        if tokens[start - 1].key.removeprefix("و") in ("كان", "كانت"):
            return start if noun_end(tokens, start + 1, at) == at and start < at else None
        start -= 1
    if start == at or not (start == 0 or tokens[start - 1].key in _BEGINNING or turns_to(tokens[start])):
        return None
    end = noun_end(tokens, start + 1, at)
    if end < at and tokens[end].key in _WHERE:
        end = noun_end(tokens, end + 1, at)  # «غير أن قياديا في الحزب قال …»
    return start if end == at else None


_WHERE = _AT | {"من"}
_BEGINNING = clauses.CLAUSE_STARTS - _AT
