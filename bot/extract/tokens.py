"""A paragraph as words, punctuation and quotations."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.extract.quotes import Span
from storage.arabic import fold, fold_word

# Quotation marks that enclose no key quote, and a tatweel alone, are no tokens; a quoted name of several words is one.
_TOKEN = re.compile(
    r"[\w\u0610-\u061a\u064b-\u065f\u0670]+|[^\w\s«»“”„‟\"'‘’＂]"
    r"|[«“\"](?=\w)[^\W\d]+(?: [^\W\d]+){1,3}(?=[»”\"])"
)
_MARKS = '«“"'
_END_MARKS = frozenset(".؟?!")


class Token(NamedTuple):
    """A word (`key` is its folded form), a punctuation mark (`key` is the mark), or a key quote (`key` is QUOTE).

    `start` and `end` are its place in the paragraph; `quote` is a key quote's number, -1 for everything else.
    `definite`: it is written with the article.
    """

    text: str
    key: str
    start: int
    end: int
    is_word: bool
    quote: int = -1
    definite: bool = False

    def written(self, text: str, key: str) -> "Token":
        """Return the token with another spelling and folded form."""
        return self._replace(text=text, key=key, definite=_is_definite(text, key))


def _is_definite(text: str, key: str) -> bool:
    # As it is written: «ألغت» folds to what looks like an article.
    return text.startswith("ال") and len(key) > _MIN_DEFINITE


QUOTE = "«»"
_MIN_DEFINITE = 3  # letters, with the article
MEMORY = 8192  # words whose reading is remembered; a few megabytes
ON, BEFORE = "على", "أمام"
_UNFOLDED = frozenset((ON, BEFORE, "و" + ON, "و" + BEFORE, "آن"))


def tokenise(text: str, quotes: Sequence[tuple[int, Span]]) -> list[Token]:
    """Return the tokens of a paragraph; each of `quotes` (its number and its place) is one token."""
    tokens: list[Token] = []
    at = 0
    for number, span in quotes:
        tokens += _words(text, at, span.outer_start)
        tokens.append(Token(text[span.start : span.end], QUOTE, span.outer_start, span.outer_end, False, number))
        at = span.outer_end
    tokens += _words(text, at, len(text))
    return tokens


def _words(text: str, start: int, end: int) -> list[Token]:
    tokens: list[Token] = []
    for found in _TOKEN.finditer(text, start, end):
        word = found.group()
        if word[0] in _MARKS:
            name = word[1:]
            key = fold(name)
            place = found.start() + 1, found.end()
            tokens.append(Token(name, key, *place, is_word=True, definite=_is_definite(name, key)))
        elif word != "ـ":
            key, is_word, definite = _key(word)
            first, behind = found.span()
            tokens.append(_new(Token, (word, key, first, behind, is_word, -1, definite)))
    return tokens


_new = tuple.__new__  # a third of the time of a call with arguments


@lru_cache(maxsize=MEMORY)
def _key(word: str) -> tuple[str, bool, bool]:
    # A word of nothing but diacritics folds to nothing. «على» folded would be the name «علي», the name «آن» «أن», and
    # «أمام» an imam.
    key = word if word in _UNFOLDED else fold_word(word) or word
    return key, key[0].isalnum(), _is_definite(word, key)


def sentences(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the sentences of a paragraph."""
    start = 0
    for at, token in enumerate(tokens):
        if token.text not in _END_MARKS:
            continue
        before = tokens[at - 1] if at else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        glued = after is not None and after.start == token.end and before is not None and before.end == token.start
        # «د. سمير», «محمود ع. وهو …»
        short = before is not None and after is not None and len(before.key) == 1 and before.key.isalpha()
        if token.text == "." and (short or (glued and after and after.is_word)):
            continue
        yield tokens[start : at + 1]
        start = at + 1
    if start < len(tokens):
        yield tokens[start:]
