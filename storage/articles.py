"""Articles, with their blocks and quotes as they were read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import likeness, search_index, serial, sightings
from storage.article import FALLBACK_SECTION, Article, Block, BlockKind, Quote, Urgency
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


async def insert(
    connection: AsyncConnection,
    article: Article,
    *,
    status: Status,
    published_at: datetime,
    now: datetime,
    told: Article | None,
) -> tuple[int, tuple[int, ...]]:
    """Store an article that is new, with its sections and its text; return its number and the ids of its sections.

    Sections that do not exist (any more) fall back to «عام». `told` is what its outlet told, where somebody has changed
    that by hand.
    """
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
    section_ids = await _resolve_sections(connection, article.sections)
    await _insert_sections(connection, article_id, section_ids)
    await _insert_text(connection, article_id, article)
    return article_id, section_ids


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


async def told_by_source(connection: AsyncConnection, article_id: int) -> Article | None:
    """Return what the story's source told last, where the desk has changed that by hand; None where it stands."""
    text = await connection.scalar(select(articles.c.told).where(articles.c.id == article_id))
    return serial.load(text) if text else None


async def note_told(connection: AsyncConnection, article_id: int, told: Article | None) -> None:
    """Write down what `told_by_source` returns from now on."""
    text = serial.dump(told) if told else None
    await connection.execute(update(articles).where(articles.c.id == article_id).values(told=text))


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


async def section_ids(connection: AsyncConnection, article_id: int) -> tuple[int, ...]:
    """Return the ids of an article's sections, in the article's order."""
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
