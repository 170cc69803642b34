"""Articles: stored once, with their blocks and quotes as they were read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect, likeness, search_index, serial, sightings, threads
from storage.article import FALLBACK_SECTION, Article, Block, BlockKind, Quote, Urgency
from storage.identity import Keys, host_of, keys_of, source_scope
from storage.sightings import Match, Outlet, Sighting
from storage.tables import (
    article_blocks,
    article_quotes,
    article_sections,
    articles,
    sections,
)


class Status(StrEnum):
    """published: owed to its subscribers. kept: stored for digests and /latest only. retracted: taken back."""

    PUBLISHED = "published"
    KEPT = "kept"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its number. `published_at` is when it was published, or received where it does not say.

    `also_by` names the outlets that reported the story too.
    """

    id: int
    revision: int
    status: Status
    article: Article
    published_at: datetime
    also_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing did. `section_ids` are those that the story is owed to when it is pushed.

    `known_since` is None for a new article, otherwise when it was first received. `raised` says that an article that
    had been kept without being pushed is now published; `changed`, that its outlet tells it otherwise than before: see
    `storage.revising`.
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
    article_id = (
        await connection.execute(
            articles.insert()
            .values(
                **_columns(article),
                status=status,
                breaking=article.breaking,
                urgency=article.urgency,
                published_at=published_at,
                received_at=now,
                told=serial.dump(told) if told else None,
            )
            .returning(articles.c.id)
        )
    ).scalar_one()
    await sightings.add(connection, article_id, keys, outlet, origin=True, published_at=published_at, now=now)
    section_ids = await _resolve_sections(connection, article.sections)
    await _insert_sections(connection, article_id, section_ids)
    await _insert_text(connection, article_id, article)
    if status is Status.PUBLISHED:
        await threads.join(connection, article_id, article, published_at)
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
        select(articles.c.id).where(articles.c.id == known.article_id, articles.c.status != Status.KEPT)
    )


async def rewrite(connection: AsyncConnection, article_id: int, article: Article) -> tuple[int, ...]:
    """Put everything that the newsroom may correct in the old one's place; return the ids of its sections.

    The caller has given it its new revision.
    """
    section_ids = await _resolve_sections(connection, article.sections)
    for table in (article_blocks, article_quotes, article_sections):
        await connection.execute(delete(table).where(table.c.article_id == article_id))
    await connection.execute(
        update(articles).where(articles.c.id == article_id).values(**_columns(article), urgency=article.urgency)
    )
    await _insert_sections(connection, article_id, section_ids)
    await _insert_text(connection, article_id, article)
    return section_ids


async def get(connection: AsyncConnection, article_id: int) -> StoredArticle | None:
    """Return the article as it was read, or None where there is none or it was retracted.

    It has a date always, and the sections that exist; its categories and unknown labels were for the newsroom only.
    """
    row = (
        await connection.execute(
            select(articles).where(articles.c.id == article_id, articles.c.status != Status.RETRACTED)
        )
    ).one_or_none()
    if row is None:
        return None
    blocks = await connection.execute(
        select(article_blocks.c.kind, article_blocks.c.text)
        .where(article_blocks.c.article_id == article_id)
        .order_by(article_blocks.c.position)
    )
    quotes = await connection.execute(
        select(
            article_quotes.c.text,
            article_quotes.c.speaker,
            article_quotes.c.block,
            article_quotes.c.starts,
            article_quotes.c.ends,
        )
        .where(article_quotes.c.article_id == article_id)
        .order_by(article_quotes.c.position)
    )
    names = (await section_names(connection, [article_id]))[article_id]
    return StoredArticle(
        id=row.id,
        revision=row.revision,
        status=Status(row.status),
        published_at=row.published_at,
        also_by=await sightings.outlets(connection, article_id),
        article=Article(
            title=row.title,
            sections=names,
            breaking=row.breaking,
            blocks=tuple(Block(BlockKind(kind), text) for kind, text in blocks),
            quotes=tuple(Quote(*quote) for quote in quotes),
            lead=row.lead,
            byline=row.byline,
            published_at=row.published_at,
            url=row.url,
            language=row.language,
            guid=row.guid,
            urgency=Urgency(row.urgency),
        ),
    )


async def section_names(connection: AsyncConnection, article_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the names of each article's sections, in the article's order."""
    ids = list(article_ids)
    rows = await connection.execute(
        select(article_sections.c.article_id, sections.c.name)
        .join(sections, sections.c.id == article_sections.c.section_id)
        .where(article_sections.c.article_id.in_(ids))
        .order_by(article_sections.c.article_id, article_sections.c.position)
    )
    names: dict[int, tuple[str, ...]] = dict.fromkeys(ids, ())
    for article_id, name in rows:
        names[article_id] += (name,)
    return names


async def _section_ids(connection: AsyncConnection, article_id: int) -> tuple[int, ...]:
    rows = await connection.scalars(
        select(article_sections.c.section_id)
        .where(article_sections.c.article_id == article_id)
        .order_by(article_sections.c.position)
    )
    return tuple(rows)


async def _resolve_sections(connection: AsyncConnection, names: Sequence[str]) -> tuple[int, ...]:
    rows = await connection.execute(select(sections.c.name, sections.c.id))
    ids = {row.name: row.id for row in rows}
    return tuple(dict.fromkeys(ids[name] if name in ids else ids[FALLBACK_SECTION] for name in names))


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
            select(articles.c.revision, articles.c.status, articles.c.breaking, articles.c.received_at).where(
                articles.c.id == known.article_id
            )
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
            update(articles)
            .where(articles.c.id == known.article_id)
            .values(status=status, breaking=article.breaking, urgency=article.urgency)
        )
    section_ids = await _section_ids(connection, known.article_id)
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


def _columns(article: Article) -> dict[str, str | None]:
    return {
        "title": article.title,
        "title_words": likeness.title_words(article.title),
        "lead": article.lead,
        "byline": article.byline,
        "url": article.url,
        "guid": article.guid,
        "language": article.language,
    }


async def _insert_sections(connection: AsyncConnection, article_id: int, section_ids: Sequence[int]) -> None:
    if not section_ids:  # all that it had were removed
        return
    await connection.execute(
        article_sections.insert(),
        [
            {"article_id": article_id, "section_id": section_id, "position": position}
            for position, section_id in enumerate(section_ids)
        ],
    )


async def _insert_text(connection: AsyncConnection, article_id: int, article: Article) -> None:
    await search_index.put(connection, article_id, article)
    if article.blocks:
        await connection.execute(
            article_blocks.insert(),
            [
                {"article_id": article_id, "position": position, "kind": block.kind, "text": block.text}
                for position, block in enumerate(article.blocks)
            ],
        )
    if article.quotes:
        await connection.execute(
            article_quotes.insert(),
            [
                {
                    "article_id": article_id,
                    "position": position,
                    "text": quote.text,
                    "speaker": quote.speaker,
                    "block": quote.block,
                    "starts": quote.start,
                    "ends": quote.end,
                }
                for position, quote in enumerate(article.quotes)
            ],
        )
