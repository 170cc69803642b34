"""Short ways to articles, subscribers and rows, for tests that are about something else."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import articles, publishing, sections, subscribers
from storage.article import Article, Block, BlockKind
from storage.tables import deliveries
from tests.databases import START

TTL = timedelta(hours=6)


def an_article(title: str = "زلزال يضرب الساحل", *section_names: str, **fields: Any) -> Article:
    """An article whose words are its own: the body repeats the title."""
    fields.setdefault("blocks", (Block(BlockKind.PARAGRAPH, f"تفاصيل الخبر: {title}."),))
    return Article(title=title, sections=section_names or ("سياسة",), breaking=fields.pop("breaking", True), **fields)


async def publish(connection: AsyncConnection, article: Article, now: datetime = START) -> publishing.Published:
    return await publishing.publish(connection, article, now=now, ttl=TTL)


async def keep(connection: AsyncConnection, article: Article, now: datetime = START) -> articles.Stored:
    return (await publishing.keep(connection, article, now=now)).stored


async def section_ids(connection: AsyncConnection, names: Iterable[str]) -> list[int]:
    by_name = {row.name: row.id for row in await sections.every(connection)}
    return [by_name[name] for name in names]


async def subscribe(
    connection: AsyncConnection,
    chat_id: int,
    *section_names: str,
    timezone: str = "Asia/Riyadh",
    language: str = "ar",
    now: datetime = START,
) -> None:
    """Make the chat an active subscriber of the sections."""
    await subscribers.start(connection, chat_id, language=language, timezone=timezone, now=now)
    ids = await section_ids(connection, section_names)
    await subscribers.choose(connection, chat_id, ids, chosen=True, now=now)


async def states(connection: AsyncConnection, *where: ColumnElement[bool]) -> list[tuple[int, str]]:
    """Chat and state of every delivery, by chat."""
    rows = await connection.execute(
        select(deliveries.c.chat_id, deliveries.c.state)
        .where(*where)
        .order_by(deliveries.c.chat_id, deliveries.c.state, deliveries.c.id)
    )
    return [(row.chat_id, row.state) for row in rows]
