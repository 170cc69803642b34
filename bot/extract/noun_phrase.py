"""A noun phrase: whom it names, by which office and by which name."""

from typing import NamedTuple

from bot.extract.lexicon import people
from bot.extract.nouns import Kind, bare
from bot.extract.tokens import Token

ABBREVIATED = frozenset(("د", "م", "ا", "أ"))
"""Titles of one letter, before a full stop or a slash."""
MAX_TOKENS = 14
"""The longest noun phrase that is read."""


class Phrase(NamedTuple):
    """A noun phrase, `tokens[start:end]` of its sentence. `feminine` and `plural` may be unknown."""

    kind: Kind
    start: int
    end: int
    title: tuple[Token, ...]
    name: tuple[Token, ...]
    feminine: bool | None
    plural: bool | None

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self.title + self.name


def is_outlet(phrase: Phrase) -> bool:
    """Tell whether a phrase names who reports: «صحيفة الغد», but not «وكالة الطاقة الذرية»."""
    keys = [bare(token.key) for token in phrase.tokens]
    return keys[0] in people.OUTLETS and people.NOT_OUTLETS.isdisjoint(keys)
