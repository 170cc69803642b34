"""Articles: stored once, with their blocks and quotes as they were read."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.arabic import fold
from storage.article import FALLBACK_SECTION, Article, Block, BlockKind, Quote
from storage.tables import (
    article_blocks,
    article_quotes,
    article_sections,
    articles,
    sections,
    subscriptions,
)

# Within this time two articles under one headline are one story; later it is a headline that recurs («أسعار الذهب»).
SAME_HEADLINE_WINDOW = timedelta(hours=48)
# A story that arrives long after it was published is stored, but is no news of the day. Longer than a day, because a
# digest may be late (storage.digests.GRACE).
DIGEST_BACKLOG = timedelta(hours=36)


class Status(StrEnum):
    """published: owed to its subscribers. kept: stored for digests and /latest only. retracted: taken back."""

    PUBLISHED = "published"
    KEPT = "kept"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its number. `published_at` is when it was published, or received where it does not say."""

    id: int
    revision: int
    status: Status
    article: Article
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Headline:
    """One line of a list. `sections` holds every section of the story, in the article's order."""

    id: int
    title: str
    breaking: bool
    published_at: datetime
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing did. `section_ids` are those that the story is owed to when it is pushed.

    `known_since` is None for a new article, otherwise when it was first received. `raised` says that an article that
    had been kept without being pushed is now published.
    """

    id: int
    revision: int
    section_ids: tuple[int, ...]
    known_since: datetime | None = None
    raised: bool = False


async def store(connection: AsyncConnection, article: Article, *, status: Status, now: datetime) -> Stored:
    """Store `article` unless it is known: by its words, its URL, its guid, or its headline within 48 hours.

    A known article is left as it is, except that one which was only kept becomes published when `status` asks for it.
    Sections that do not exist (any more) fall back to «عام».
    """
    await dialect.serialize(connection, "store an article")
    fingerprint = _fingerprint(article)
    published_at = min(article.published_at or now, now)
    known = await _find_same(connection, article, fingerprint, published_at)
    if known is not None:
        article_id, revision, known_status, since = known
        raised = known_status == Status.KEPT and status is Status.PUBLISHED
        if raised:
            await connection.execute(
                update(articles).where(articles.c.id == article_id).values(status=status, breaking=article.breaking)
            )
        return Stored(article_id, revision, await _section_ids(connection, article_id), since, raised)

    article_id = (
        await connection.execute(
            articles.insert()
            .values(
                status=status,
                breaking=article.breaking,
                title=article.title,
                lead=article.lead,
                byline=article.byline,
                url=article.url,
                guid=article.guid,
                language=article.language,
                fingerprint=fingerprint,
                title_key=fold(article.title),
                published_at=published_at,
                received_at=now,
            )
            .returning(articles.c.id)
        )
    ).scalar_one()
    section_ids = await _resolve_sections(connection, article.sections)
    await connection.execute(
        article_sections.insert(),
        [
            {"article_id": article_id, "section_id": section_id, "position": position}
            for position, section_id in enumerate(section_ids)
        ],
    )
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
    return Stored(article_id, 1, section_ids)


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
    names = (await _section_names(connection, [article_id]))[article_id]
    return StoredArticle(
        id=row.id,
        revision=row.revision,
        status=Status(row.status),
        published_at=row.published_at,
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
        ),
    )


async def latest(connection: AsyncConnection, *, chat_id: int | None, limit: int) -> tuple[Headline, ...]:
    """Return the newest stories first: those of the chat's sections, or of every section where `chat_id` is None."""
    query = select(articles.c.id).order_by(articles.c.published_at.desc(), articles.c.id.desc()).limit(limit)
    return await _headlines(connection, _of_chat(query, chat_id))


async def for_digest(
    connection: AsyncConnection, *, chat_id: int, since: datetime, until: datetime, limit: int
) -> tuple[Headline, ...]:
    """Return what came in [since, until) in the chat's sections, urgent stories first, then the newest first."""
    query = (
        select(articles.c.id)
        .where(in_digest_window(since, until))
        .order_by(articles.c.breaking.desc(), articles.c.published_at.desc(), articles.c.id.desc())
        .limit(limit)
    )
    return await _headlines(connection, _of_chat(query, chat_id))


def in_digest_window(since: datetime | ColumnElement[datetime], until: datetime) -> ColumnElement[bool]:
    """The condition under which an article belongs to the digest of what was received in [since, until)."""
    return and_(
        articles.c.status != Status.RETRACTED,
        articles.c.received_at >= since,
        articles.c.received_at < until,
        articles.c.published_at >= until - DIGEST_BACKLOG,
    )


def _of_chat(query: Select[tuple[int]], chat_id: int | None) -> Select[tuple[int]]:
    query = query.where(articles.c.status != Status.RETRACTED)
    if chat_id is None:
        return query
    return query.where(
        select(1)
        .select_from(article_sections)
        .join(subscriptions, subscriptions.c.section_id == article_sections.c.section_id)
        .where(article_sections.c.article_id == articles.c.id, subscriptions.c.chat_id == chat_id)
        .exists()
    )


async def _headlines(connection: AsyncConnection, ids: Select[tuple[int]]) -> tuple[Headline, ...]:
    wanted = [row.id for row in await connection.execute(ids)]
    names = await _section_names(connection, wanted)
    rows = {
        row.id: row
        for row in await connection.execute(
            select(articles.c.id, articles.c.title, articles.c.breaking, articles.c.published_at).where(
                articles.c.id.in_(wanted)
            )
        )
    }
    return tuple(
        Headline(key, rows[key].title, rows[key].breaking, rows[key].published_at, names[key]) for key in wanted
    )


async def _section_names(connection: AsyncConnection, article_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
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


async def _find_same(
    connection: AsyncConnection, article: Article, fingerprint: str, published_at: datetime
) -> tuple[int, int, str, datetime] | None:
    same = [
        articles.c.fingerprint == fingerprint,
        and_(
            articles.c.title_key == fold(article.title),
            articles.c.published_at.between(published_at - SAME_HEADLINE_WINDOW, published_at + SAME_HEADLINE_WINDOW),
        ),
    ]
    if article.url:
        same.append(articles.c.url == article.url)
    if article.guid:
        same.append(articles.c.guid == article.guid)
    row = (
        await connection.execute(
            select(articles.c.id, articles.c.revision, articles.c.status, articles.c.received_at)
            .where(or_(*same))
            .order_by(articles.c.id)
            .limit(1)
        )
    ).one_or_none()
    return tuple(row) if row else None


def _fingerprint(article: Article) -> str:
    words = "\n".join(fold(text) for text in (article.title, *(block.text for block in article.blocks)))
    return hashlib.sha256(words.encode()).hexdigest()
