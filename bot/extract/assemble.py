"""The parts of a story become an Article."""

import re
from dataclasses import dataclass
from datetime import datetime

from bot.extract.body import Body
from bot.extract.labels import Labels
from bot.extract.speakers import key_quotes
from storage.article import Article, BlockKind

_ARABIC = re.compile("[\u0600-\u06ff]+")
_PERSIAN = re.compile("[پچژگیک]+")
_LATIN = re.compile("[A-Za-z]+")
_LANGUAGE_SAMPLE = 500  # characters


@dataclass(frozen=True, slots=True)
class Source:
    """What a page or feed says of an article beside its words; plain text says nothing."""

    byline: str | None = None
    published_at: datetime | None = None
    url: str | None = None
    language: str | None = None
    guid: str | None = None
    categories: tuple[str, ...] = ()


def assemble(title: str, labels: Labels, body: Body, source: Source | None = None) -> Article:
    """Return the article; what `source` says of it goes before what the body says."""
    source = source or Source()
    blocks = tuple(body.blocks)
    return Article(
        title=title,
        sections=labels.canonical,
        breaking=labels.breaking,
        blocks=blocks,
        quotes=tuple(key_quotes(blocks, body.sources)),
        lead=next((block.text for block in blocks if block.kind is BlockKind.PARAGRAPH), None),
        byline=source.byline or body.byline,
        published_at=source.published_at or body.published_at,
        url=source.url,
        language=source.language or _language(" ".join([title, *(block.text for block in blocks[:4])])),
        guid=source.guid,
        categories=source.categories,
        unknown_labels=labels.unknown,
    )


def _language(text: str) -> str:
    """Tell Arabic, Persian and English apart by their letters; enough to choose a direction and a voice."""
    sample = text[:_LANGUAGE_SAMPLE]
    arabic = _letters(_ARABIC, sample)
    if arabic < _letters(_LATIN, sample):
        return "en"
    return "fa" if _letters(_PERSIAN, sample) * 25 > arabic else "ar"


def _letters(alphabet: re.Pattern[str], text: str) -> int:
    return sum(map(len, alphabet.findall(text)))
