"""Taking articles in: each is stored once, however often and by however many outlets it is told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import articles, dialect, sightings, storylines
from storage.article import Article
from storage.articles import Status
from storage.identity import Keys, host_of, keys_of, source_scope
from storage.sightings import Match, Outlet, Sighting
from storage.tables import articles as article_rows


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing did. `section_ids` are those that the story is owed to when it is pushed.

    `known_since` is None for a new article, otherwise when it was first received. `raised` says that an article that
    had been kept without being pushed is now published; `changed`, that its outlet tells it otherwise than before: see
    `storage.source_changes`.
    """

    id: int
    revision: int
    section_ids: tuple[int, ...]
    known_since: datetime | None = None
    raised: bool = False
    changed: bool = False


async def store(
    connection: AsyncConnection,
    article: Article,
    *,
    status: Status,
    now: datetime,
    outlet: Outlet | None = None,
    told: Article | None = None,
) -> Stored:
    """Store `article` unless it is known: by its words, its URL, its guid, or its headline within 48 hours.

    A known article is left as it is, except that one which was only kept becomes published when `status` asks for it.
    Sections that do not exist (any more) fall back to «عام».

    `outlet` is who brings it, where it was not an editor. Then it is also known by what it tells, if another outlet has
    told of the same event; of what its own outlet has changed the caller is told; and what a source has brought before
    is published only if it was not flagged then. `told` is what the outlet told, where somebody has changed that by
    hand; by that it is known again.
    """
    await dialect.serialize(connection, "store an article")
    keys = keys_of(told or article, scope=_scope(article, outlet))
    published_at = min(article.published_at or now, now)
    known = await sightings.find(connection, article, keys, outlet, published_at)
    if known is not None:
        return await _meet_again(connection, article, keys, known, status, outlet, published_at, now)
    article_id, section_ids = await articles.insert(
        connection, article, status=status, published_at=published_at, now=now, told=told
    )
    await sightings.add(connection, article_id, keys, outlet, origin=True, published_at=published_at, now=now)
    if status is Status.PUBLISHED:
        await storylines.join(connection, article_id, article, published_at)
    return Stored(article_id, 1, section_ids)


async def update_known(
    connection: AsyncConnection, article: Article, *, now: datetime, outlet: Outlet | None
) -> Stored | None:
    """Do what `store` does with a known article; return None for another, which is not stored."""
    await dialect.serialize(connection, "store an article")
    keys = keys_of(article, scope=_scope(article, outlet))
    published_at = min(article.published_at or now, now)
    known = await sightings.find(connection, article, keys, outlet, published_at, by_likeness=False)
    if known is None:
        return None
    return await _meet_again(connection, article, keys, known, Status.KEPT, outlet, published_at, now)


async def find_known(
    connection: AsyncConnection, article: Article, *, outlet: Outlet | None = None, now: datetime
) -> int | None:
    """Return the number of the published story that this one is, so that an editor who publishes it reaches nobody."""
    keys = keys_of(article, scope=_scope(article, outlet))
    known = await sightings.find(connection, article, keys, outlet, min(article.published_at or now, now))
    if known is None:
        return None
    return await connection.scalar(
        select(article_rows.c.id).where(article_rows.c.id == known.article_id, article_rows.c.status != Status.KEPT)
    )


async def _meet_again(
    connection: AsyncConnection,
    article: Article,
    keys: Keys,
    known: Sighting,
    status: Status,
    outlet: Outlet | None,
    published_at: datetime,
    now: datetime,
) -> Stored:
    """Do what a known article that comes again asks for."""
    row = (
        await connection.execute(
            select(
                article_rows.c.revision, article_rows.c.status, article_rows.c.breaking, article_rows.c.received_at
            ).where(article_rows.c.id == known.article_id)
        )
    ).one()
    same_item = outlet is not None and _is_same_item(known, outlet)
    changed = same_item and known.origin and known.words != keys.words and row.status != Status.RETRACTED
    if same_item and known.id is not None and known.match in (Match.GUID, Match.URL):
        await sightings.renew(connection, known.id, keys)
    elif outlet is not None:
        # Also where the outlet itself has another item of one headline: of two that stand in its feed together, neither
        # may take the other's place at every look.
        origin = same_item and known.origin
        await sightings.add(
            connection, known.article_id, keys, outlet, origin=origin, published_at=published_at, now=now
        )
    raised = row.status == Status.KEPT and status is Status.PUBLISHED
    if outlet is not None and outlet.source_id is not None:
        raised = raised and not row.breaking
    if raised:
        await connection.execute(
            update(article_rows)
            .where(article_rows.c.id == known.article_id)
            .values(status=status, breaking=article.breaking, urgency=article.urgency)
        )
    section_ids = await articles.section_ids(connection, known.article_id)
    return Stored(known.article_id, row.revision, section_ids, row.received_at, raised, changed)


def _is_same_item(known: Sighting, outlet: Outlet) -> bool:
    """Whether the outlet brings again what it brought before, rather than another outlet the same story."""
    if known.source_id is not None or outlet.source_id is not None:
        return known.source_id == outlet.source_id and known.match is not Match.EVENT
    return known.outlet == outlet.name and known.match is not Match.EVENT


def _scope(article: Article, outlet: Outlet | None) -> str | None:
    """Within what the article's guid is unique."""
    if outlet is not None and outlet.source_id is not None:
        return source_scope(outlet.source_id)
    return host_of(article.url)
