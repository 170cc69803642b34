"""One article in: read it, store it, owe it to its subscribers."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot import extract
from storage import publishing, sections
from storage.article import Article, Fault, UnreadableError
from storage.database import Database
from storage.identity import host_of
from storage.sightings import Outlet


class Verdict(StrEnum):
    """What became of an article."""

    PUSHED = "pushed"
    KEPT = "kept"
    TOO_OLD = "too old"
    LEFT_ALONE = "left alone"
    KNOWN = "known"
    REVISED = "revised"


@dataclass(frozen=True, slots=True)
class Ingested:
    """One article's way in. `id` is None where it was left alone; `owed` counts the chats it is owed to."""

    verdict: Verdict
    article: Article
    id: int | None = None
    owed: int = 0
    known_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What the newsroom's settings say about articles that come in by themselves."""

    alert_ttl: timedelta
    keep_unflagged: bool


async def read(database: Database, data: bytes | str, *, url: str | None = None) -> extract.Reading:
    """Read a text, a page or a feed with the sections of the database. Raise `UnreadableError`.

    `url` is where it came from.
    """
    async with database.read() as connection:
        index = await sections.index(connection)
    # In a thread: a long page takes a while, and people wait for answers meanwhile.
    return await asyncio.to_thread(extract.read, data, index, url=url)


async def read_one(database: Database, data: bytes | str) -> Article:
    """Read exactly one article. Raise `UnreadableError`, also for a feed of several."""
    reading = await read(database, data)
    if len(reading.articles) != 1:
        raise UnreadableError(Fault.NO_TITLE)
    return reading.articles[0]


async def ingest(
    database: Database,
    article: Article,
    policy: Policy,
    *,
    now: datetime,
    outlet: Outlet | None = None,
    silently: bool = False,
) -> Ingested:
    """Store and owe one article, in one transaction.

    One without the flag is left alone, or kept for digests where the policy says so. A flagged one that was published
    longer ago than an alert lives is kept, and pushed to nobody. An article without a date counts as published now.
    `outlet` is who brings it (see `storage.articles.store`); whoever's address it has, if it is not given. What comes
    `silently` is pushed to nobody.
    """
    if outlet is None and (host := host_of(article.url)):
        outlet = Outlet(host)
    too_old = article.published_at is not None and now - article.published_at > policy.alert_ttl
    async with database.write() as connection:
        if article.breaking and not too_old and not silently:
            verdict = Verdict.PUSHED
            published = await publishing.publish(connection, article, now=now, ttl=policy.alert_ttl, outlet=outlet)
        elif article.breaking or policy.keep_unflagged:
            verdict = Verdict.TOO_OLD if article.breaking and too_old else Verdict.KEPT
            published = await publishing.keep(connection, article, now=now, outlet=outlet)
        else:
            known = await publishing.update(connection, article, now=now, outlet=outlet)
            if known is None:
                return Ingested(Verdict.LEFT_ALONE, article)
            verdict, published = Verdict.KNOWN, known
    stored = published.stored
    if stored.known_since is not None and not stored.raised:
        verdict = Verdict.REVISED if stored.revised else Verdict.KNOWN
        return Ingested(verdict, article, stored.id, 0, stored.known_since)
    return Ingested(verdict, article, stored.id, published.owed)
