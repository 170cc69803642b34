"""What the reader knows as words: lists that an editor of Arabic may extend without touching a rule.

`layout` knows labels, boilerplate, by-lines and captions, `networks` the lines that ask to be followed; `saying` the
verbs of saying, `speech` what else introduces a quote; `people` offices and institutions, `names` what makes a name,
`places` countries and cities; `clauses` the small words around them; `calendar` months and days; `markup` the classes
and tags of pages.
Words are written as a newspaper spells them. Spelling variants (hamza, final ya, ta marbuta, diacritics) need no
entry of their own: everything is compared in the form that `storage.arabic.fold` gives.
"""

from collections.abc import Iterable

from storage.arabic import fold


def listed(words: str) -> tuple[str, ...]:
    """Return the words as they stand."""
    return tuple(words.split())


def folded(words: str | Iterable[str]) -> frozenset[str]:
    """Return the words in the form in which they are compared; a string is split at white space."""
    return frozenset(fold(word) for word in (words.split() if isinstance(words, str) else words))
