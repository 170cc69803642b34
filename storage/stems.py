"""Under which terms a text is found: words as `fold` spells them, with and without what Arabic joins to them. Pure.

A light stemmer: it takes off the article, joined particles, and the common endings, and knows no roots. So
«الانتخابات» and «وبانتخاباتها» are found by «انتخابات», but broken plurals are words of their own.
"""

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass

from storage.arabic import fold

# Together they keep a document under PostgreSQL's limits (2 KB a lexeme, 1 MB a tsvector), whatever the text.
MAX_TERM = 40
MAX_TERMS = 6_000
# SQLite refuses deeper expressions than 256, and nobody types as many words.
MAX_QUERY_WORDS = 32
# With fewer letters the beginning of a word says too little, and costs too much.
_MIN_PREFIX = 3
_WORD = re.compile(r"[^\W_]+")
_ARTICLE = re.compile(r"[وف]?(?:[بك]?ال|لل)(?=\w{2})")
_CONJUNCTION = re.compile(r"[وف](?=\w{3})")
_PREPOSITION = re.compile(r"[بكل](?=\w{3})")
# Pronouns, nisba, feminine and accusative endings; the plurals leave four letters, so that «قانون» stays whole.
_ENDING = re.compile(r"(?<=\w{3})(?:ت?ه(?:ا|ما?)|ته|[هيا])$|(?<=\w{4})(?:ات|ون|ين)$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One word of a query: a text holds it if it has any of the terms, or a term that begins with one of `prefixes`.

    Terms and prefixes consist of letters and digits only, so they need no quoting in any query language.
    """

    terms: tuple[str, ...]
    prefixes: tuple[str, ...] = ()


# Words that must stand one behind the other.
Phrase = tuple[Wanted, ...]


class TermIndex:
    """Where in a text each term stands, to look for many phrases in one text."""

    def __init__(self, texts: Iterable[str]) -> None:
        """`texts` are parts of one text, such as its paragraphs; no phrase reaches from one into the next."""
        self._places: dict[str, set[int]] = {}
        place = 0
        for text in texts:
            for word in _words(text):
                for reading in _readings(word):
                    for term in (reading, stem(reading)):
                        if term in self._places or len(self._places) < MAX_TERMS:
                            self._places.setdefault(term, set()).add(place)
                place += 1
            place += 1

    @property
    def terms(self) -> Set[str]:
        return self._places.keys()

    def holds(self, phrase: Phrase) -> bool:
        """Whether the words of `phrase` stand in the text, one behind the other. No word at all stands nowhere."""
        first, *others = (self._places_of(word) for word in phrase) if phrase else (set[int](),)
        return any(all(place + offset in there for offset, there in enumerate(others, start=1)) for place in first)

    def _places_of(self, word: Wanted) -> set[int]:
        return set().union(*(self._places.get(term, ()) for term in word.terms))


def terms(texts: Iterable[str]) -> list[str]:
    """Return the terms of a text in parts, each once: its words in every reading, as written and as stems.

    «بطاقة» is a card, or «with energy»: only the document is read in both ways, never the query.
    """
    found: dict[str, None] = {}
    for text in texts:
        for word in dict.fromkeys(_words(text)):
            for reading in _readings(word):
                found[reading] = found[stem(reading)] = None
            if len(found) >= MAX_TERMS:
                return list(found)[:MAX_TERMS]
    return list(found)


def wanted(query: str) -> list[Wanted]:
    """Return the words of a query, the last one also as the beginning of a word; [] where it holds no word.

    Words after the first `MAX_QUERY_WORDS` are left out.
    """
    words = list(dict.fromkeys(_words(query)))[:MAX_QUERY_WORDS]
    last = len(words) - 1
    return [_wanted(word, is_begun=position == last) for position, word in enumerate(words)]


def phrase(text: str) -> Phrase:
    """Return the words of `text` in their order, none of them only begun; () where it holds no word."""
    return tuple(_wanted(word, is_begun=False) for word in _words(text))


def stem(word: str) -> str:
    """Return a folded word without its endings; at least three letters stay."""
    while True:
        shorter = _ENDING.sub("", word)
        if shorter == word:
            return word
        word = shorter


def _wanted(word: str, *, is_begun: bool) -> Wanted:
    # Nothing in «المانيا» says whether its first letters are the article, so both are looked for.
    readings = _distinct(word, _ARTICLE.sub("", word, count=1) if _ARTICLE.match(word) else word)
    prefixes = tuple(reading for reading in readings if len(reading) >= _MIN_PREFIX) if is_begun else ()
    return Wanted(_distinct(*map(stem, readings)), prefixes)


def _readings(word: str) -> tuple[str, ...]:
    article = _ARTICLE.match(word)
    if article:
        return (word, word[article.end() :])
    particles = [word]
    for particle in (_CONJUNCTION, _PREPOSITION):
        joined = particle.match(particles[-1])
        if joined:
            particles.append(particles[-1][joined.end() :])
    return tuple(particles)


def _words(text: str) -> Iterable[str]:
    return (match.group()[:MAX_TERM] for match in _WORD.finditer(fold(text)))


def _distinct(*words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
