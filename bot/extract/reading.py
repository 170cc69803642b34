"""One entrance for whatever arrives, and the JSON in which a reading is shown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from bot.extract.decode import Kind, decode, kind_of
from bot.extract.feed import read_feed
from bot.extract.page import read_page
from bot.extract.text import read_text
from storage.article import Article


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: one item from a text or a page, any number from a feed.

    A feed's item in which no headline was found has an empty title.
    """

    kind: Kind
    items: tuple[Article, ...]

    @property
    def articles(self) -> tuple[Article, ...]:
        """The items that can be published."""
        return tuple(item for item in self.items if item.title)


def read(data: bytes | str, index: Mapping[str, str], *, url: str | None = None) -> Reading:
    """Read whatever `data` is: its kind is told by its content.

    `index` comes from `storage.article.section_index`; `url` is where it came from.
    Raises UnreadableError for what is no article.
    """
    text = decode(data) if isinstance(data, bytes) else data
    kind = kind_of(text)
    if kind is Kind.FEED:
        return Reading(kind, read_feed(text, index, url=url))
    article = read_page(text, index, url=url) if kind is Kind.PAGE else read_text(text, index)
    return Reading(kind, (article,))


def to_json(reading: Reading) -> str:
    """Return the reading as JSON: one object, for a feed an array of them."""
    objects = [_as_object(article, feed=reading.kind is Kind.FEED) for article in reading.items]
    shown = objects if reading.kind is Kind.FEED else objects[0]
    return json.dumps(shown, ensure_ascii=False, indent=1)


def _as_object(article: Article, *, feed: bool) -> dict[str, Any]:
    published_at = article.published_at
    shown: dict[str, Any] = {
        "title": article.title,
        "sections": list(article.sections),
        "breaking": article.breaking,
        "subheadings": list(article.subheadings),
        "quotes": [{"text": quote.text, "speaker": quote.speaker} for quote in article.quotes],
        "paragraphs": list(article.paragraphs),
        "lead": article.lead,
        "byline": article.byline,
        "published_at": published_at.astimezone(UTC).isoformat().replace("+00:00", "Z") if published_at else None,
        "url": article.url,
        "language": article.language,
    }
    if feed:
        shown |= {"guid": article.guid, "categories": list(article.categories)}
    return shown
