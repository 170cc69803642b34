"""With whom a sentence begins before anybody does anything: «أما موسكو فاكتفت …», «موحى أوعلي، وهو شيخ، حكى …»."""

from bot.extract.actors import PAUSES, Actors
from bot.extract.lexicon import clauses
from bot.extract.noun_phrase import Phrase
from bot.extract.nouns import Kind, cannot_begin, kind_of
from bot.extract.phrases import PhraseReader

_REACH = 40  # words
_MIN_FULL_NAME = 2  # words
_MIN_VERB = 3  # letters, with its «ف»
_SHORT = frozenset(("فما", "فلا", "فلم", "فلن", "فهو", "فهي", "فهم"))


def introduced(actors: Actors) -> Phrase | None:
    """Return whom «موحى أوعلي، وهو من شيوخ الدوار، حكى …» begins with."""
    key = actors.key
    if not (key(3) in clauses.BEING or key(4) in clauses.BEING or key(5) in clauses.BEING):
        return None
    first = actors.tokens[0]
    if first.definite or kind_of(first) is not Kind.UNKNOWN or cannot_begin(first) or key(1) in PAUSES:
        return None
    phrase = actors.reader.read(0, subject=True)
    if phrase is None or len(phrase.name) < _MIN_FULL_NAME or actors.key(phrase.end + 1) not in clauses.BEING:
        return None
    person = actors.cast.meet(phrase._replace(feminine=actors.key(phrase.end + 1) == "وهي"))
    actors.note(phrase, person)
    actors.act(person)
    return phrase


def contrasted(actors: Actors) -> Phrase | None:
    """Return whom «أما موسكو فاكتفت …» turns to: all before the word with «ف»."""
    for end, token in enumerate(actors.tokens[:_REACH]):
        if token.key[0] == "ف" and (len(token.key) > _MIN_VERB or token.key in _SHORT) and end > 1:
            return PhraseReader(actors.tokens[:end], actors.cast).read(1, subject=False)
    return None
