"""Publishing is one transaction: the article is stored, and owed to everyone who follows its sections."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import articles, words
from storage.article import Article
from storage.owing import Audience, owe_alert
from storage.sightings import Outlet


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: where the article is stored, and how many chats are newly owed it."""

    stored: articles.Stored
    owed: int


async def publish(
    connection: AsyncConnection, article: Article, *, now: datetime, ttl: timedelta, outlet: Outlet | None = None
) -> Published:
    """Store the article and owe it. One that is already published is left alone, and nobody is owed it again.

    `ttl` is how long a copy may wait before it is news no more; `outlet` is who brings it (see `articles.store`).
    """
    stored = await articles.store(connection, article, status=articles.Status.PUBLISHED, now=now, outlet=outlet)
    if stored.known_since is not None and not stored.raised:
        return Published(stored, 0)
    held = await words.held_by(connection, article)
    audience = Audience(stored.section_ids, article.urgency, held)
    owed = await owe_alert(connection, stored.id, stored.revision, audience, now=now, ttl=ttl)
    return Published(stored, owed)


async def keep(
    connection: AsyncConnection, article: Article, *, now: datetime, outlet: Outlet | None = None
) -> Published:
    """Store the article for digests and /latest, and push it to nobody."""
    return Published(await articles.store(connection, article, status=articles.Status.KEPT, now=now, outlet=outlet), 0)


async def update(
    connection: AsyncConnection, article: Article, *, now: datetime, outlet: Outlet | None = None
) -> Published | None:
    """Bring a known article up to date, and store nothing new: None where it is not known."""
    stored = await articles.update_known(connection, article, now=now, outlet=outlet)
    return Published(stored, 0) if stored else None
