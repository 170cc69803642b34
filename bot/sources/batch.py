"""What of a feed's items is worth looking at again. Pure: it decides, `Looker` and `Ingester` act."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from storage.article import FALLBACK_SECTION, Article
from storage.identity import Keys
from storage.sightings import Brought

# More than any feed brings between two looks; what is older is no news.
MOST_ITEMS = 500
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def prepare(articles: Sequence[Article], *, sections: tuple[str, ...], now: datetime) -> tuple[Article, ...]:
    """Return the newest items, the oldest first, as they are to be stored.

    A guid or an address that several items share identifies none of them. Who names no known section gets the source's.
    """
    newest = sorted(articles, key=lambda article: article.published_at or now, reverse=True)[:MOST_ITEMS]
    guids = Counter(article.guid for article in newest)
    urls = Counter(article.url for article in newest)
    return tuple(
        replace(
            article,
            guid=article.guid if guids[article.guid] == 1 else None,
            url=article.url if urls[article.url] == 1 else None,
            sections=sections if sections and article.sections == (FALLBACK_SECTION,) else article.sections,
        )
        for article in reversed(newest)
    )


def worth_bringing(
    items: Iterable[tuple[Article, Keys]], brought: Iterable[Brought], *, keep_unflagged: bool
) -> tuple[Article, ...]:
    """Return what is new, what has changed, and what is flagged now and was not before.

    Where articles without the flag are not kept, one of them matters only if it was brought before.
    """
    unchanged: dict[Keys, bool] = {}
    known: set[str] = set()
    for before in brought:
        unchanged[before.keys] = before.breaking
        known.update(key for key in (before.keys.url, before.keys.guid) if key)
    return tuple(
        article
        for article, keys in items
        if not (keys in unchanged and (unchanged[keys] or not article.breaking))
        and (article.breaking or keep_unflagged or keys.url in known or keys.guid in known)
    )
