"""Papers that carry somebody's words: «بيان الوزارة», «تقرير لمنظمة …»."""

from bot.extract.actors import Actors
from bot.extract.cast import Person
from bot.extract.lexicon import clauses, people, speech
from bot.extract.noun_phrase import Phrase
from bot.extract.nouns import Kind, bare, is_feminine, kind_of
from bot.extract.phrases import PhraseReader
from bot.extract.tokens import Token

_MAX_BETWEEN = 3  # words between a paper and whose it is
_MIN_OWNER = 3  # letters, with its «ل»
_MAX_LAW = 9  # words


def is_document(key: str) -> bool:
    """Tell whether a folded word is a paper, with or without a prefix."""
    return key in speech.DOCUMENTS or bare(key) in speech.DOCUMENTS or key[1:] in speech.DOCUMENTS


def author_of(actors: Actors, key: str) -> Person | None:
    """Return whose words «وأفاد البلاغ بأن …» tells of: whose the paper was where it was named before."""
    known = actors.cast.papers.get(bare(key)) or actors.cast.last_body()
    return known or actors.cast.last_subject(feminine=None, plural=None)


def owner_of_document(actors: Actors, start: int) -> tuple[Person, int] | None:
    """Return whose a statement is: «بيان الوزارة», «بيان صادر عن الوزارة», «تقرير لمنظمة …»."""
    found = _owner(actors, start)
    if found is not None:
        actors.cast.papers[bare(actors.key(start - 1))] = found[0]
    return found


def law(actors: Actors, start: int) -> tuple[Person, int] | None:
    """Return the law whose own words «المادة الرابعة من القانون», «وثيقة الصلح» name."""
    end = start
    while end < min(start + _MAX_LAW, len(actors.tokens)) and _is_of_title(actors.tokens[end]):
        end += 1
    words = [bare(token.key) for token in actors.tokens[start:end]]
    if not words:
        return None
    at = start
    if words[0] in speech.ARTICLES:
        at += words.index("من") + 1 if "من" in words else int(words[0] not in speech.LAWS and len(words) > 1)
    head = actors.tokens[at] if at < end else None
    if head is None or bare(head.key) not in speech.LAWS or not (head.definite or end > at + 1):
        return None
    phrase = Phrase(Kind.INSTITUTION, at, end, tuple(actors.tokens[at:end]), (), is_feminine(head), plural=False)
    return actors.cast.meet(phrase), end


def _is_of_title(token: Token) -> bool:
    ends = token.key in clauses.PREPOSITIONS or token.key in clauses.RELATIVES or token.key in clauses.THAT
    return token.is_word and token.quote < 0 and (token.key == "من" or not ends)


def _owner(actors: Actors, start: int) -> tuple[Person, int] | None:
    for at in range(start, min(start + _MAX_BETWEEN + 1, len(actors.tokens))):
        if not actors.tokens[at].is_word:
            break
        reader, token = actors.reader.unprefixed(at)
        rules = bare(token.key) in ("حكم", "قرار", "قانون")  # «نص الحكم» is the court's
        if token.key in people.QUANTITIES and (phrase := reader.read(at, subject=True)) is not None:
            return actors.cast.meet(phrase), phrase.end  # «شهادة أحد الناجين»
        if not rules and (kind_of(token) is not Kind.UNKNOWN or actors.cast.knows_name(token.key)):
            phrase = reader.read(at, subject=True)
            if phrase is not None:
                return actors.cast.meet(phrase), phrase.end
    return _unknown_owner(actors, start)


def _unknown_owner(actors: Actors, at: int) -> tuple[Person, int] | None:
    """Return whom «تقرير لهيومن رايتس ووتش أن …» names, though no list knows them."""
    key = actors.key(at)
    if key == "ل" and at + 1 < len(actors.tokens):  # «مذكرة لـ“جي بي مورغان”»
        named = actors.reader.read(at + 1, subject=True)
        return (actors.cast.meet(named), named.end) if named is not None else None
    if key[:1] != "ل" or len(key) <= _MIN_OWNER or key in people.STOPS or key in speech.NOT_OWNERS:
        return None
    tokens = list(actors.tokens)
    tokens[at] = tokens[at].written(tokens[at].text[1:], key[1:])
    phrase = PhraseReader(tokens, actors.cast).read(at, subject=True)
    return (actors.cast.meet(phrase), phrase.end) if phrase is not None else None
