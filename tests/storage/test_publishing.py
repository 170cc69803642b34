"""Publishing stores and owes in one transaction, or does neither."""

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import articles, publishing
from storage.database import Database
from storage.tables import article_sections, metadata
from storage.tables import deliveries as deliveries_table
from tests.databases import START
from tests.storage.builders import TTL, an_article, keep, publish, states, subscribe


async def test_an_article_is_stored_and_owed_together(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await subscribe(connection, 2, "رياضة")
        published = await publish(connection, an_article())
        assert published.owed == 1
        assert await states(connection) == [(1, "pending")]
        assert await connection.scalar(select(deliveries_table.c.article_id)) == published.stored.id


async def test_publishing_again_owes_nobody_again(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        first = await publish(connection, an_article())
        await subscribe(connection, 2, "سياسة")
        again = await publish(connection, an_article())
        assert (again.stored.id, again.owed) == (first.stored.id, 0)
        assert await states(connection) == [(1, "pending")]


async def test_a_kept_article_is_owed_when_it_is_published(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        assert (await publishing.keep(connection, an_article(), now=START)).owed == 0
        assert await states(connection) == []
        published = await publish(connection, an_article())
        assert (published.stored.raised, published.owed) == (True, 1)
        assert (await publish(connection, an_article())).owed == 0


async def test_a_published_article_that_is_kept_later_owes_nothing(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await publish(connection, an_article())
        assert (await keep(connection, an_article())).raised is False
        assert await states(connection) == [(1, "pending")]


@pytest.mark.parametrize("step", ["_resolve_sections", "owe_alert"])
async def test_an_exception_in_the_middle_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        before = await rows(connection)

    async def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    async def publish_once() -> int:
        async with database.write() as connection:
            return (await publish(connection, an_article())).owed

    with monkeypatch.context() as broken:
        broken.setattr(articles if step == "_resolve_sections" else publishing, step, fail)
        with pytest.raises(OSError, match="disk full"):
            await publish_once()
    async with database.read() as connection:
        assert await rows(connection) == before
    assert await publish_once() == 1


async def rows(connection: AsyncConnection) -> dict[str, int | None]:
    """The number of rows of every table."""
    return {
        table.name: await connection.scalar(select(func.count()).select_from(table)) for table in metadata.sorted_tables
    }


async def test_an_exception_after_owing_leaves_nothing(database: Database) -> None:
    async def publish_and_fail() -> None:
        async with database.write() as connection:
            assert (await publish(connection, an_article())).owed == 1
            raise OSError("connection lost")

    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
    with pytest.raises(OSError, match="connection lost"):
        await publish_and_fail()
    async with database.read() as connection:
        assert await states(connection) == []
        assert await connection.scalar(select(func.count()).select_from(article_sections)) == 0


async def test_processes_that_publish_the_same_article_at_once_owe_it_once(database_url: str) -> None:
    bots = [Database(database_url) for _ in range(4)]

    async def publish_in(bot: Database) -> int:
        async with bot.write() as connection:
            return (await publishing.publish(connection, an_article(), now=START, ttl=TTL)).owed

    try:
        async with bots[0].write() as connection:
            for chat_id in (1, 2, 3):
                await subscribe(connection, chat_id, "سياسة", "رياضة")
        owed = await asyncio.gather(*(publish_in(bot) for bot in bots for _ in range(2)))
        assert sorted(owed) == [0] * 7 + [3]
        async with bots[0].read() as connection:
            assert await states(connection) == [(1, "pending"), (2, "pending"), (3, "pending")]
    finally:
        for bot in bots:
            await bot.close()
