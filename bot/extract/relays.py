"""Whom a sentence names as a source, beside the verbs of saying: each with where the naming ends."""

from bot.extract.actors import Actors
from bot.extract.cast import Person
from bot.extract.documents import is_document, law, owner_of_document
from bot.extract.lexicon import names, people, speech
from bot.extract.noun_phrase import Phrase
from bot.extract.nouns import Kind, bare, is_event, kind_of
from bot.extract.tokens import Token
from bot.extract.verbs import introduces

_RELAY_REACH = 24  # words between «نقلت» and its «عن»

_PAPERS = speech.DOCUMENTS | {bare(key) for key in speech.DOCUMENTS}

Named = tuple[Person, int]


def presented(actors: Actors, at: int) -> Named | None:
    """Read «“…”، بهذه الكلمات ودع الشيخ أبناء قريته» at «بهذه»: whatever the verb, its subject said it."""
    verb = at + 2
    if actors.key(at + 1) not in speech.PRESENTED or not actors.key(verb) or introduces(actors.key(verb)):
        return None
    named = _noted(actors, verb + 1, subject=False)
    if named is not None:
        actors.act(named[0])
    return named


def relayed(actors: Actors, start: int, word: str) -> Named | None:
    """Return whom «نقلت … عن …», «نسبت … إلى …» name behind `word`."""
    for at in range(start, min(start + _RELAY_REACH, len(actors.tokens) - 1)):
        if actors.key(at) == word:
            phrase = actors.reader.read(at + 1, subject=True)
            return (actors.cast.meet(phrase), phrase.end) if phrase is not None else None
    return None


def spoken_of_in(actors: Actors, at: int) -> Named | None:
    """Read «وأثار قول الوزير إن …» at the noun of saying."""
    phrase = actors.reader.read(at + 1, subject=True)
    if phrase is None or not _is_somebody(actors, phrase):
        return None
    # «ولا يختلف كلام أحد المزارعين عن ذلك: “…”»
    behind = [token.key for token in actors.tokens[phrase.end : phrase.end + _RELAY_REACH]]
    if behind[:1] not in (["ان"], ["بان"]) and ":" not in behind:
        return None
    return _noted(actors, at + 1, subject=True)


def cited(actors: Actors, at: int) -> Named | None:
    """Read «واستشهد ببيت للمتنبي: “…”» at the noun: whose words somebody else repeats."""
    found = owner_of_document(actors, at + 1)
    behind = actors.tokens[found[1]] if found is not None and found[1] < len(actors.tokens) else None
    return found if behind is not None and (behind.text == ":" or behind.quote >= 0) else None


def _is_somebody(actors: Actors, phrase: Phrase) -> bool:
    """Tell whether a phrase behind a noun names who spoke: not «تصريح صحفي», «رأي آخر»."""
    if phrase.kind is Kind.UNKNOWN:
        return actors.knows(phrase) or any(token.key in names.PERSON_PARTICLES for token in phrase.tokens)
    return bool(phrase.name) or phrase.title[0].definite or len(phrase.title) > 1


def source(actors: Actors, start: int) -> Named | None:
    """Return whom «بحسب الوزارة», «وفقا لبيان الشرطة» name, from the word behind the preposition on."""
    reader, token = actors.reader.unprefixed(start)
    if is_document(token.key):
        found = owner_of_document(actors, start + 1)
    else:
        following = start + 1 < len(actors.tokens) and kind_of(actors.tokens[start + 1])
        if kind_of(token) is Kind.UNKNOWN and not token.definite and following in (Kind.INSTITUTION, Kind.PERSON):
            phrase = actors.reader.read(start + 1, subject=True)  # «وفق حسابات الجمعية»
        else:
            phrase = reader.read(start, subject=True)
        found = (actors.cast.meet(phrase), phrase.end) if phrase is not None else None
    if found is not None:
        actors.mentions.append((start, found[1], found[0], True))
        actors.cast.mention(found[0])
    return found


def written_in(actors: Actors, at: int) -> tuple[Person | None, int] | None:
    """Return whose words «(جاء) في بيان الوزارة» are, from «في» on; None where what follows it is no paper."""
    if actors.key(at) != "في":
        return None
    paper = bare(actors.key(at + 1)) in _PAPERS
    found = owner_of_document(actors, at + 2) if paper else None
    found = found or law(actors, at + 1)
    if found is not None or not paper:
        return found
    behind = actors.tokens[at + 2] if at + 2 < len(actors.tokens) else None
    person = actors.cast.last_body()
    if person is None and (behind is None or not behind.definite or actors.tokens[at + 1].definite):
        person = actors.cast.last_subject(feminine=None, plural=None)
    elif person is None and behind is not None and kind_of(behind) is Kind.UNKNOWN and not _happens(behind):
        # «وجاء في خلاصة الدراسة»: these are not the words of whoever spoke before.
        return _noted(actors, at + 2, subject=True)
    return person, at + 2


def _happens(token: Token) -> bool:
    return bare(token.key) in people.OBJECTS or is_event(token.key)


def _noted(actors: Actors, at: int, *, subject: bool) -> Named | None:
    phrase = actors.reader.read(at, subject=subject)
    if phrase is None:
        return None
    person = actors.cast.meet(phrase)
    actors.note(phrase, person)
    return person, phrase.end
