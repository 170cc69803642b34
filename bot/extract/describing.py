"""Words that describe an office: adjectives, degrees, and how somebody did what is told."""

import re
from collections.abc import Sequence

from bot.extract.boundaries import agrees, ends_cleanly, key_at, stops
from bot.extract.lexicon import people, places
from bot.extract.nouns import (
    Kind,
    bare,
    is_feminine,
    is_office,
    is_possessed,
    is_prefixed,
    is_relation,
    kind_of,
    may_open,
)
from bot.extract.tokens import Token

_ADJECTIVE = re.compile(".*(?:ي|يه)|..ي.ه?")  # «اللبناني», «السريع»
_HOW = re.compile(".ا..ا")
_HAS_DONE = re.compile("[^اوي]..ت")  # «مربية نحل فقدت خلاياها»


def says_how(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Tell whether a word is how somebody did something: «ووقف الوزير صامتا أثناء …», but not «المخرج باولا سانتي»."""
    if not _HOW.fullmatch(tokens[at].key) or is_feminine(tokens[start]) or not tokens[at - 1].definite:
        return False
    return ends_cleanly(tokens, at + 1) or stops(tokens, at + 1) or is_prefixed(tokens[at + 1].key)


def begins_a_degree(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Tell whether behind a whole office a degree and a name follow: «خطيب المسجد الأقصى الشيخ عكرمة صبري»."""
    degree = at > start + 1 and tokens[at].definite and bare(tokens[at].key) in people.DEGREES
    return degree and at + 1 < len(tokens) and may_open(tokens[at + 1], definite=True)


def goes_on_describing(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Tell whether a word is one more adjective: «مسؤول أمني كيني كبير», somebody who has no name in this."""
    described = not tokens[start].definite and at > start + 1
    return described and all(
        token.text.endswith(("ي", "ية")) and not token.definite for token in tokens[start + 1 : at + 1]
    )


def describes(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Tell whether a definite word can describe a whole office: «مدير المشروع السابق», not «مدير المشروع اللوم»."""
    word, head = bare(key_at(tokens, at)), tokens[start]
    adjective = (
        word in people.QUALIFIERS
        or word.removesuffix("ه") in people.QUALIFIERS
        or word in people.ANYBODY
        or word in people.ADJECTIVES
        or bool(_ADJECTIVE.fullmatch(word))
    )
    if adjective or not tokens[at - 1].definite or (not head.definite and is_relation(head.text, head.key)):
        return True
    if at > start + 1:
        return word[0] == "م" and not word.endswith("ات") and agrees(head, tokens[at])
    # «سأل القاضي المتهم», «افتتح الأمير المعرض», «فاجأ الملك الحضور»
    return not is_office(word) and word not in people.NAMED_THINGS and word not in people.AUDIENCES


def belongs_to_anybody(tokens: Sequence[Token], start: int, at: int) -> bool | None:
    """Tell whether a word goes on telling who «عامل نظافة» is («عامل نظافة مضرب»), or something else begins there.

    None where it can be a name: one stands behind «عامل النظافة», or has two words.
    """
    token = tokens[at]
    known = any(one.definite or one.key in places.PLACES for one in tokens[start:at])
    if known or at < start + 2 or tokens[start + 1].key in people.GOVERNING:
        return None
    if token.text.endswith("تين") or is_possessed(token):
        return False  # «وضع صاحب مخبزة مروحتين», «عرض بائع عقيق خواتمه»
    if is_feminine(tokens[start]) and _HAS_DONE.fullmatch(token.key):
        return False
    return True if ends_cleanly(tokens, at + 1) or stops(tokens, at + 1) else None


def is_adjective(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a word that can be a calling describes what stands before it: «مؤتمره الصحافي»."""
    token = tokens[at]
    if not at or token.key[-1] != "ي" or not token.definite:
        return False
    before = tokens[at - 1]
    if kind_of(before) is not Kind.UNKNOWN:
        return False
    named = at + 1 < len(tokens) and not tokens[at + 1].definite and not stops(tokens, at + 1)
    return before.is_word and (before.definite or is_possessed(before)) and not named
