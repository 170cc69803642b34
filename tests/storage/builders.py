"""Short ways to articles, subscribers and rows, for tests that are about something else."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import articles, claims, corrections, intake, publishing, sections, subscribers
from storage.article import Article, Block, BlockKind
from storage.changes import change_title, changes
from storage.corrections import Corrected
from storage.database import Database
from storage.deliveries import Claim, Kind, Priority
from storage.tables import deliveries as table
from tests.databases import START

TTL = timedelta(hours=6)


def an_article(title: str = "زلزال يضرب الساحل", *section_names: str, **fields: Any) -> Article:
    """An article whose words are its own: the body repeats the title."""
    fields.setdefault("blocks", (Block(BlockKind.PARAGRAPH, f"تفاصيل الخبر: {title}."),))
    return Article(title=title, sections=section_names or ("سياسة",), breaking=fields.pop("breaking", True), **fields)


async def publish(connection: AsyncConnection, article: Article, now: datetime = START) -> publishing.Published:
    return await publishing.publish(connection, article, now=now, ttl=TTL)


async def keep(connection: AsyncConnection, article: Article, now: datetime = START) -> intake.Stored:
    return (await publishing.keep(connection, article, now=now)).stored


async def correct_title(
    connection: AsyncConnection,
    article_id: int,
    title: str,
    *,
    author_id: int,
    now: datetime = START,
    ttl: timedelta = TTL,
    follow_up: bool = False,
) -> Corrected:
    """Give a published article another title, as an editor does by hand."""
    stored = await articles.get(connection, article_id)
    assert stored is not None
    new = change_title(stored.article, title)
    done = await corrections.correct(
        connection,
        article_id,
        new,
        changes(stored.article, new),
        base=stored.revision,
        author_id=author_id,
        now=now,
        ttl=ttl,
        follow_up=follow_up,
    )
    assert done is not None
    return done


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


async def claim(connection: AsyncConnection, limit: int = 100, now: datetime = START) -> list[Claim]:
    """Claim, and return the deliveries of all parcels in their order."""
    claimed = await claims.claim(connection, limit=limit, now=now)
    return [delivery for parcel in claimed.parcels for delivery in parcel]


async def states(connection: AsyncConnection, *where: ColumnElement[bool]) -> list[tuple[int, str]]:
    """Chat and state of every delivery, by chat."""
    rows = await connection.execute(
        select(table.c.chat_id, table.c.state).where(*where).order_by(table.c.chat_id, table.c.state, table.c.id)
    )
    return [(row.chat_id, row.state) for row in rows]


async def owe(database: Database, *chats: int, title: str = "زلزال يضرب الساحل", now: datetime = START) -> int:
    """Owe an alert to these chats, which follow politics from now on; return the article's number."""
    async with database.write() as connection:
        for chat_id in chats:
            await subscribe(connection, chat_id, "سياسة", now=now)
        return (await publish(connection, an_article(title), now)).stored.id


async def owe_digest(connection: AsyncConnection, chat_id: int, now: datetime) -> None:
    await connection.execute(
        insert(table).values(
            kind=Kind.DIGEST,
            chat_id=chat_id,
            local_date="2026-03-01",
            priority=Priority.DIGEST,
            owed_at=now,
            due_at=now,
            expires_at=now + TTL,
        )
    )


async def chosen(connection: AsyncConnection, chat_id: int) -> frozenset[int]:
    subscriber = await subscribers.get(connection, chat_id)
    assert subscriber is not None
    return subscriber.sections


async def pushed(connection: AsyncConnection) -> list[int]:
    """The chats that alerts wait for."""
    return [chat_id for chat_id, state in await states(connection, table.c.kind == Kind.ALERT) if state == "pending"]


async def spared(connection: AsyncConnection) -> dict[int, str]:
    """The chats that were spared an alert, and why."""
    rows = await connection.execute(select(table.c.chat_id, table.c.error).where(table.c.state == "expired"))
    return {row.chat_id: row.error for row in rows}
