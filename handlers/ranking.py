"""Which quotes carry a story. Pure."""

import re
from collections import Counter

from storage.arabic import fold
from storage.article import Article, Quote

# Shorter words («إن», «في») say nothing about a story, and shorter quotes do not stand alone.
_TELLING_WORD = 4
_STANDS_ALONE = 6
# What Arabic writes together with a noun: «وبالرئيس» and «رئيس» name the same.
_PREFIX = re.compile(r"^(?:[وف]?(?:[بك]?ال|لل)|[وفبكل](?=\w{4}))")


def strongest(article: Article) -> list[Quote]:
    """Return the quotes, those that carry most first; among equals the order of the text.

    One point each for being said by the story's main actor (the one that the title names, or who says most), for
    being echoed by the title or a subheading, and for being long enough to stand alone.
    """
    said = Counter(quote.speaker for quote in article.quotes if quote.speaker)
    most = max(said.values(), default=0)
    title = _stems(article.title)
    headings = [title, *map(_stems, article.subheadings)]

    def weight(quote: Quote) -> int:
        words = _stems(quote.text)
        speaker = quote.speaker
        return sum(
            (
                speaker is not None and (bool(_stems(speaker) & title) or said[speaker] == most > 1),
                any(words & heading for heading in headings),
                len(quote.text.split()) >= _STANDS_ALONE,
            )
        )

    return sorted(article.quotes, key=weight, reverse=True)


def _stems(text: str) -> frozenset[str]:
    # With the prefix and without it: nothing in «بوتين» says that its first letter belongs to the name.
    stems = (stem for word in fold(text).split() for stem in (word, _PREFIX.sub("", word)))
    return frozenset(stem for stem in stems if len(stem) >= _TELLING_WORD)
