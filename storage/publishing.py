"""Publishing is one transaction: the article is stored, and owed to everyone who follows its sections."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import articles, intake, phrases, source_changes
from storage.article import Article
from storage.owing_alerts import Audience, owe_alert
from storage.sightings import Outlet
from storage.source_changes import Taken


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: where the article is stored, and how many chats are newly owed it.

    `taken` is what became of what the outlet has changed in a story that it had brought before.
    """

    stored: intake.Stored
    owed: int
    taken: Taken | None = None


async def publish(
    connection: AsyncConnection,
    article: Article,
    *,
    now: datetime,
    ttl: timedelta,
    outlet: Outlet | None = None,
    told: Article | None = None,
) -> Published:
    """Store the article and owe it. One that is already published is left alone, and nobody is owed it again.

    `ttl` is how long a copy may wait before it is news no more; for `outlet` and `told` see `intake.store`.
    """
    status = articles.Status.PUBLISHED
    stored = await intake.store(connection, article, status=status, now=now, outlet=outlet, told=told)
    stored, taken = await _take_changes(connection, stored, told or article, outlet, now)
    if stored.known_since is not None and not stored.raised:
        return Published(stored, 0, taken)
    held = await phrases.held_by(connection, article)
    audience = Audience(stored.section_ids, article.urgency, held)
    owed = await owe_alert(connection, stored.id, stored.revision, audience, now=now, ttl=ttl)
    return Published(stored, owed, taken)


async def keep(
    connection: AsyncConnection, article: Article, *, now: datetime, outlet: Outlet | None = None
) -> Published:
    """Store the article for digests and /latest, and push it to nobody."""
    stored = await intake.store(connection, article, status=articles.Status.KEPT, now=now, outlet=outlet)
    stored, taken = await _take_changes(connection, stored, article, outlet, now)
    return Published(stored, 0, taken)


async def update(
    connection: AsyncConnection, article: Article, *, now: datetime, outlet: Outlet | None = None
) -> Published | None:
    """Bring a known article up to date, and store nothing new: None where it is not known."""
    stored = await intake.update_known(connection, article, now=now, outlet=outlet)
    if stored is None:
        return None
    stored, taken = await _take_changes(connection, stored, article, outlet, now)
    return Published(stored, 0, taken)


async def _take_changes(
    connection: AsyncConnection, stored: intake.Stored, article: Article, outlet: Outlet | None, now: datetime
) -> tuple[intake.Stored, Taken | None]:
    if not stored.changed or outlet is None:
        return stored, None
    taken = await source_changes.take(connection, stored.id, article, outlet, now=now)
    if taken in (Taken.UPDATED, Taken.APPLIED):
        stored = replace(stored, revision=stored.revision + 1)
    return stored, taken
