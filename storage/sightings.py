"""Where articles have been seen, and how one that comes again is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import and_, case, false, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import likeness
from storage.article import Article
from storage.identity import Keys
from storage.tables import article_blocks, articles, sightings

# Within this time two articles under one headline are one story; later it is a headline that recurs («أسعار الذهب»).
SAME_HEADLINE_WINDOW = timedelta(hours=48)
# More sightings than this under the same keys need not be looked at.
_MOST_ROWS = 50
_MOST_PARAMETERS = 500


class Match(IntEnum):
    """What two articles have in common, the most telling first."""

    GUID = 1
    URL = 2
    WORDS = 3
    TITLE = 4
    EVENT = 5  # only by likeness: another outlet tells of it in its own way


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who brings an article: a source, or whoever's address it has. `name` is for people."""

    name: str
    source_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A known article that another one is, and the sighting it is known by (None where it is only alike)."""

    article_id: int
    match: Match
    id: int | None = None
    origin: bool = False
    outlet: str | None = None
    source_id: int | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """What a source has brought before, and whether the article is flagged."""

    keys: Keys
    breaking: bool


async def find(
    connection: AsyncConnection,
    article: Article,
    keys: Keys,
    outlet: Outlet | None,
    published_at: datetime,
    *,
    by_likeness: bool = True,
) -> Sighting | None:
    """Return the known article that this one is, or None.

    Only of one that an outlet brings is asked whether another outlet has told of the same event: an editor who
    publishes knows what the newsroom has.
    """
    found = await _by_keys(connection, article, keys, outlet, published_at)
    if found is None and outlet is not None and by_likeness:
        found = await _by_likeness(connection, article, outlet, published_at)
    return found


async def add(
    connection: AsyncConnection,
    article_id: int,
    keys: Keys,
    outlet: Outlet | None,
    *,
    origin: bool,
    published_at: datetime,
    now: datetime,
) -> None:
    """Remember that the article was seen with these keys."""
    await connection.execute(
        sightings.insert().values(
            article_id=article_id,
            source_id=outlet.source_id if outlet else None,
            outlet=outlet.name if outlet else None,
            origin=origin,
            words_key=keys.words,
            title_key=keys.title,
            url_key=keys.url,
            guid_key=keys.guid,
            published_at=published_at,
            seen_at=now,
        )
    )


async def renew(connection: AsyncConnection, sighting_id: int, keys: Keys) -> None:
    """The same item of the same outlet has other keys now. An address or guid that it has lost is kept."""
    values = {"words_key": keys.words, "title_key": keys.title, "url_key": keys.url, "guid_key": keys.guid}
    await connection.execute(
        update(sightings)
        .where(sightings.c.id == sighting_id)
        .values({name: value for name, value in values.items() if value is not None})
    )


async def outlets(connection: AsyncConnection, article_id: int) -> tuple[str, ...]:
    """Return the names of those who reported the story after its origin, in their order."""
    rows = await connection.execute(
        select(sightings.c.outlet, sightings.c.origin)
        .where(sightings.c.article_id == article_id, sightings.c.outlet.is_not(None))
        .order_by(sightings.c.id)
    )
    seen = list(rows)
    first = {row.outlet for row in seen if row.origin}
    return tuple(dict.fromkeys(row.outlet for row in seen if row.outlet not in first))


async def brought_before(connection: AsyncConnection, source_id: int, keys: Sequence[Keys]) -> tuple[Brought, ...]:
    """Return what this source has brought before under any of the keys."""
    found: dict[int, Brought] = {}
    for column, values in (
        (sightings.c.words_key, {each.words for each in keys}),
        (sightings.c.url_key, {each.url for each in keys if each.url}),
        (sightings.c.guid_key, {each.guid for each in keys if each.guid}),
    ):
        wanted = sorted(values)
        for start in range(0, len(wanted), _MOST_PARAMETERS):
            rows = await connection.execute(
                select(
                    sightings.c.id,
                    sightings.c.words_key,
                    sightings.c.title_key,
                    sightings.c.url_key,
                    sightings.c.guid_key,
                    articles.c.breaking,
                )
                .join(articles, articles.c.id == sightings.c.article_id)
                .where(sightings.c.source_id == source_id, column.in_(wanted[start : start + _MOST_PARAMETERS]))
            )
            for number, words, title, url, guid, breaking in rows:
                found[number] = Brought(Keys(words, title, url, guid), breaking)
    return tuple(found.values())


async def _by_keys(
    connection: AsyncConnection, article: Article, keys: Keys, outlet: Outlet | None, published_at: datetime
) -> Sighting | None:
    around = sightings.c.published_at.between(published_at - SAME_HEADLINE_WINDOW, published_at + SAME_HEADLINE_WINDOW)
    same = [sightings.c.words_key == keys.words, and_(sightings.c.title_key == keys.title, around)]
    telling = []
    if keys.url:
        telling.append(sightings.c.url_key == keys.url)
    if keys.guid:
        telling.append(sightings.c.guid_key == keys.guid)
    # What tells most first, since a headline may stand above any number of articles.
    rank = case((or_(false(), *telling), 1), (same[0], 2), else_=3)
    rows = await connection.execute(
        select(sightings).where(or_(*telling, *same)).order_by(rank, sightings.c.id).limit(_MOST_ROWS)
    )
    source_id = outlet.source_id if outlet else None
    # Of two feeds of one site that bring the same item, each must find its own.
    ranked = sorted(
        ((_match(row.guid_key, row.url_key, row.words_key, keys), row) for row in rows),
        key=lambda pair: (pair[0], pair[1].source_id != source_id, pair[1].id),
    )
    for match, row in ranked:
        if match is Match.TITLE and await _recurs(connection, article, row.article_id, row.published_at - published_at):
            continue
        return Sighting(row.article_id, match, row.id, row.origin, row.outlet, row.source_id, row.words_key)
    return None


def _match(guid: str | None, url: str | None, words: str, keys: Keys) -> Match:
    if guid is not None and guid == keys.guid:
        return Match.GUID
    if url is not None and url == keys.url:
        return Match.URL
    return Match.WORDS if words == keys.words else Match.TITLE


async def _recurs(connection: AsyncConnection, article: Article, article_id: int, apart: timedelta) -> bool:
    other = await compared_by(connection, [article_id])
    return likeness.recurs(as_compared(article), other[article_id], apart)


async def _by_likeness(
    connection: AsyncConnection, article: Article, outlet: Outlet, published_at: datetime
) -> Sighting | None:
    own = select(1).where(
        sightings.c.article_id == articles.c.id,
        or_(sightings.c.outlet == outlet.name, sightings.c.source_id == outlet.source_id)
        if outlet.source_id is not None
        else sightings.c.outlet == outlet.name,
    )
    rows = await connection.execute(
        select(articles.c.id, articles.c.title_words).where(
            articles.c.published_at.between(published_at - likeness.WINDOW, published_at + likeness.WINDOW),
            ~own.exists(),
        )
    )
    near = likeness.candidates(likeness.title_words(article.title), {row.id: row.title_words for row in rows})
    if not near:
        return None
    this = as_compared(article)
    others = await compared_by(connection, near)
    same = next((key for key in near if likeness.is_same_event(this, others[key])), None)
    return None if same is None else Sighting(same, Match.EVENT)


def as_compared(article: Article) -> likeness.Story:
    """Return what is compared of an article that is not stored yet."""
    return likeness.story(article.title, "\n".join(block.text for block in article.blocks))


async def compared_by(connection: AsyncConnection, article_ids: list[int]) -> dict[int, likeness.Story]:
    """Return what is compared of stored articles, by number."""
    titles = await connection.execute(select(articles.c.id, articles.c.title).where(articles.c.id.in_(article_ids)))
    blocks = await connection.execute(
        select(article_blocks.c.article_id, article_blocks.c.text)
        .where(article_blocks.c.article_id.in_(article_ids))
        .order_by(article_blocks.c.article_id, article_blocks.c.position)
    )
    bodies: dict[int, list[str]] = {}
    for article_id, text in blocks:
        bodies.setdefault(article_id, []).append(text)
    return {row.id: likeness.story(row.title, "\n".join(bodies.get(row.id, ()))) for row in titles}
