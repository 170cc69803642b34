"""Where a noun phrase ends, and what still belongs to it."""

from collections.abc import Sequence

from bot.extract.lexicon import people, speech
from bot.extract.nouns import Kind, bare, is_accusative, is_feminine, is_institution, is_known, is_office, kind_of, says
from bot.extract.tokens import Token

_MAX_NAME = 4  # words
_CLAUSE_STARTS = frozenset(("ان", "بان", "انه", "انها", "انهم", "بانه", "بانها", "بانهم", "اننا", "لان"))
_RELATIVES = frozenset(("الذي", "التي", "الذين"))


def stops(tokens: Sequence[Token], at: int, *, governed: bool = False) -> bool:
    """Tell whether at this token every phrase ends. `governed`: the word before it wants a noun."""
    token = tokens[at]
    key = token.key
    if not token.is_word or (key in people.STOPS and key not in people.NAME_PARTICLES):
        return True
    if key in people.NAME_PARTICLES:
        return False
    if key.isdigit() or key in speech.SAYING_NOUNS or key in people.MANNERS or is_accusative(key):
        return True
    if not governed and (says(key) or key in people.OBJECTS or (key[0] == "ف" and key[1:] in speech.FINITE)):
        return True
    if key[0] == "و" and len(key) > 2 and key not in people.NAMES_LIKE_CLITICS:
        return not (governed or is_office(key) or is_institution(key) or key in people.GOVERNING)
    return key.startswith("بال") and len(key) > 5


def ends_cleanly(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether what was said, or a pause, follows."""
    if at >= len(tokens):
        return True
    token = tokens[at]
    return token.key in _CLAUSE_STARTS or token.key in _RELATIVES or token.text in ":،,(." or token.quote >= 0


def joins(tokens: Sequence[Token], at: int, head: Token) -> bool:
    """Tell whether «و» belongs to one office: «وزيرة الصحة والسكان»."""
    return _key(tokens, at).startswith("وال") and not head.definite and tokens[at - 1].definite


def ends_name(tokens: Sequence[Token], name_at: int, at: int, *, subject: bool) -> bool:
    """Tell whether a name that begins at `name_at` is over before `at`."""
    key = tokens[at].key
    if stops(tokens, at):
        return True
    if key in people.NAME_PARTICLES or key in people.NAME_TAILS or tokens[at - 1].key in people.NAME_PARTICLES:
        return False
    words = [token for token in tokens[name_at:at] if token.key not in people.NAME_PARTICLES]
    if key.startswith("لل") or (key[0] in "لب" and is_known(key[1:])) or len(words) >= _MAX_NAME:
        return True
    if len(words) >= 2 and tokens[at].text.endswith(("ه", "ها", "هم")):
        return True  # «أبدى نزار قبلان تفاؤله»
    # A third word is the object unless what was said, or the object itself, begins right behind it.
    return len(words) >= 2 and not (
        subject and (ends_cleanly(tokens, at + 1) or _key(tokens, at + 1) in people.OBJECTS)
    )


def is_audience(key: str) -> bool:
    """Tell whether a folded word with «ل» is to whom something was said: «للصحفيين», «لقناة»."""
    return key[1:] in people.AUDIENCES or (key.startswith("لل") and key[2:] in people.AUDIENCES)


def agrees(head: Token, token: Token) -> bool:
    """Tell whether a definite word can be an adjective of a definite head: they agree in gender."""
    if token.key.endswith(("ين", "ون")):
        return head.key.endswith(("ين", "ون"))
    plural_thing = head.text.endswith("ات") or bare(head.key) in people.PEOPLE
    unknown_plural = kind_of(head) is Kind.UNKNOWN and is_feminine(token)
    return plural_thing or unknown_plural or is_feminine(head) == is_feminine(token)


def _key(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].key if at < len(tokens) else ""
