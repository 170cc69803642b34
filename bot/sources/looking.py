"""What stands at a source now: fetched, told apart, and read. It changes nothing."""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import ingest
from bot.extract import Reading
from bot.extract.decode import Kind as InputKind
from bot.extract.decode import decode, kind_of
from bot.sources import batch
from bot.sources.entities import declares_entities
from bot.sources.errors import EntitiesRefusedError, FetchError
from bot.sources.fetch import Fetched, Fetcher
from bot.sources.json_feeds import to_atom
from bot.sources.pages import story_links
from storage.article import Article, Fault, UnreadableError
from storage.database import Database
from storage.identity import canonical_url
from storage.sources import Health, Kind, Source, State

logger = logging.getLogger(__name__)

# Bodies (up to 5 MiB each) that are read at once.
_MOST_READINGS = 2
# Stories that are fetched from a page that lists them, at one look.
MOST_STORIES = 10


class NotAFeedError(ValueError):
    """Something else stands where a feed did. `str()` is a sentence for the newsroom."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was found at a source. `links` are all stories that a page lists, as digests."""

    articles: tuple[Article, ...]
    fetched: Fetched
    body_hash: str | None
    links: tuple[str, ...] = ()


class Looker:
    """Looks at sources."""

    def __init__(self, database: Database, fetcher: Fetcher, now: Callable[[], datetime]) -> None:
        """The database tells the names of the sections."""
        self._database = database
        self._fetcher = fetcher
        self._now = now
        self._readings = asyncio.Semaphore(_MOST_READINGS)

    async def look(self, source: Source) -> Look:
        """Fetch and read the source, and change nothing. Raise `FetchError`, `NotAFeedError`, `UnreadableError`.

        There are no articles where nothing has changed since the last look.
        """
        fetched = await self._fetcher.fetch(source.url, etag=source.etag, last_modified=source.last_modified)
        body_hash = hashlib.sha256(fetched.body).hexdigest() if fetched.body is not None else source.body_hash
        if fetched.body is None or body_hash == source.body_hash:
            return Look((), fetched, body_hash, source.seen_links)
        articles, links = await self._find(source, fetched.body, fetched.url)
        return Look(articles, fetched, body_hash, links)

    async def read(self, source: Source, data: bytes) -> tuple[Article, ...]:
        """Read what the source's hub has pushed as if it stood there. Raise what `look` raises."""
        if declares_entities(data):
            raise EntitiesRefusedError
        articles, _links = await self._find(source, data, source.url)
        return articles

    async def _find(self, source: Source, data: bytes, url: str) -> tuple[tuple[Article, ...], tuple[str, ...]]:
        if source.kind is Kind.PAGE:
            found, links = await self._read_page(source, data, url)
        else:
            found, links = await self._read_feed(data, url), ()
        return batch.prepare(found, sections=source.sections, now=self._now()), links

    async def _read(self, data: bytes, url: str) -> Reading:
        async with self._readings:
            return await ingest.read(self._database, data, url=url)

    async def _read_feed(self, data: bytes, url: str) -> tuple[Article, ...]:
        if data.strip() == b"[]":  # a WordPress without posts
            return ()
        feed = await asyncio.to_thread(to_atom, data)
        kind = await asyncio.to_thread(lambda: kind_of(decode(feed)))
        if not feed.strip():
            raise UnreadableError(Fault.EMPTY)
        if kind is not InputKind.FEED:
            what = "a web page" if kind is InputKind.PAGE else "plain text"
            raise NotAFeedError(f"there is {what} where a feed should be")
        return (await self._read(feed, url)).articles

    async def _read_page(self, source: Source, data: bytes, url: str) -> tuple[tuple[Article, ...], tuple[str, ...]]:
        links = await asyncio.to_thread(story_links, data, url)
        if not links:
            (story,) = (await self._read(data, url)).articles
            # The page's address is that of every story that it will ever show.
            own = canonical_url(source.url)
            return (replace(story, url=None) if canonical_url(story.url or "") == own else story,), ()
        digests = {hashlib.sha256(link.encode()).hexdigest()[:16]: link for link in links}
        unseen = [digest for digest in digests if digest not in source.seen_links]
        taken = unseen[:MOST_STORIES]
        read = [await self._read_story(digests[digest]) for digest in taken]
        # What is left over is taken at the next look, but not of what stood there at the first one.
        left = set(unseen[MOST_STORIES:]) if source.filled_at else set()
        return tuple(story for story in read if story), tuple(digest for digest in digests if digest not in left)

    async def _read_story(self, link: str) -> Article | None:
        """Read one of the stories that a page lists. One that cannot be read is none; the page is well."""
        try:
            fetched = await self._fetcher.fetch(link)
            reading = await self._read(fetched.body or b"", fetched.url)
        except (FetchError, UnreadableError) as error:
            logger.info("a story that a page lists cannot be read: %s", error)
            return None
        return reading.articles[0] if len(reading.articles) == 1 else None


def probe(url: str, kind: Kind, *, now: datetime) -> Source:
    """Return a source that is not stored, to be looked at for the first time."""
    return Source(
        id=0,
        url=url,
        kind=kind,
        name=url,
        state=State.ACTIVE,
        added_at=now,
        next_poll_at=now,
        interval=timedelta(),
        filled_at=None,
        etag=None,
        last_modified=None,
        body_hash=None,
        seen_links=(),
        failures=0,
        last_error=None,
        told=Health.WELL,
        sections=(),
    )
