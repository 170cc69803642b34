"""Who speaks where no verb of saying stands: «انفجر النائب غاضبا: “…”», «خط في سجل الزوار: “…”»."""

from bot.extract.actors import Actors
from bot.extract.cast import Person
from bot.extract.lexicon import clauses, people, speech
from bot.extract.nouns import Kind, is_known

_MAX_TOPIC = 2  # words before a topic: «إلا أن المهندس …»


def topic(actors: Actors) -> Person | None:
    """Return whom the sentence is about: who stands at its beginning, and does something that is no saying."""
    return next((who for start, _, who, governed in actors.mentions[:1] if start <= _MAX_TOPIC and not governed), None)


def newcomer(actors: Actors) -> Person | None:
    """Return whom «وبين الناجين شاب من غامبيا» shows: somebody without a name, at a place where the sentence begins."""
    shown = (who for _, _, who, governed in actors.mentions if who.kind is Kind.PERSON and not governed)
    person = next(shown, None) if actors.fronted else None
    return person if person is not None and not person.name and not person.title[0].definite else None


def _only_one(actors: Actors, at: int) -> Person | None:
    """Return the one person whom the sentence names up to a token, whatever the verb."""
    named = {who for start, _, who, governed in actors.mentions if start < at and who.name and not governed}
    return next(iter(named)) if len(named) == 1 else None


def holder(actors: Actors) -> Person | None:
    """Return whose words are written on a thing: «رفع المتظاهرون لافتات كتب عليها …»."""
    first = actors.tokens[0].key
    word = first[1:] if first[0] in "وف" else first
    holds = any(stem in speech.HOLDING for stem in (word, word.removesuffix("ت"), word.removesuffix("وا")))
    named = any(who is actors.subject and not governed for *_, who, governed in actors.mentions)
    return actors.subject if holds and named else None


def _is_opened_by_a_verb(actors: Actors) -> bool:
    """Tell «وخط في سجل الزوار: …», of whoever acted before, from a noun with which a sentence can begin."""
    token = actors.tokens[0]
    word = token.key[1:] if token.key[0] in "وف" and len(token.key) > 2 else token.key
    noun = word in people.OBJECTS or word in speech.DOCUMENTS or word in people.STOPS or is_known(word)
    if noun or token.key in clauses.PREPOSITIONS or word in clauses.PREPOSITIONS or word.endswith(("ه", "ات")):
        return False
    return not word.startswith("ال") and word[0] not in "بل" and actors.key(1) in clauses.PREPOSITIONS


def teller(actors: Actors, at: int, before: Person | None) -> Person | None:
    """Return who acts where a quote at `at` has no verb of saying; `before` said the last quote."""
    told = actors.key(at - 1) == ":"
    if actors.key(at - 2) in speech.UPON_IT:
        return holder(actors)
    named = actors.subject_before(at, nearest=told) or topic(actors)
    if named is not None or not told:
        return named
    if actors.mentions:
        return _only_one(actors, at)
    # «ولم يستطع إكمال الجملة: “…”», of whoever spoke before
    opened = before is None and _is_opened_by_a_verb(actors)
    return actors.cast.last_subject(feminine=None, plural=None) if opened else before
