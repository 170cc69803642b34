"""From one database to another, and what is the same there."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.console import RefusedError
from bot.upkeep.moving import move
from storage import articles, copying, search
from storage.database import Database
from storage.leadership import Leadership
from storage.tables import articles as table
from storage.tables import metadata
from tests.databases import PostgresServer, sqlite_url
from tests.storage.builders import an_article, publish
from tests.upkeep.newsroom import SAID, work


def ignore(_table: str, _rows: int) -> None:
    """No progress is shown."""


@pytest.fixture(params=["to the other kind", "to the same kind"])
def ways(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The URLs of a newsroom's database and of a new one, which is of the same or of the other kind."""
    asyncio.run(_work(database_url))
    if database_url.startswith("sqlite") == (request.param == "to the same kind"):
        yield database_url, sqlite_url(tmp_path / "new" / "news.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.fresh_database() as url:
        yield database_url, url


async def _work(database_url: str) -> None:
    database = Database(database_url)
    await work(database)
    await database.close()


async def test_every_row_is_there_and_the_bot_goes_on_with_them(ways: tuple[str, str]) -> None:
    source, target = ways
    told: dict[str, int] = {}

    compared = await move(source, target, progress=told.__setitem__)

    there = Database(target)
    async with there.write() as connection:
        counts = {t.name: await connection.scalar(select(func.count()).select_from(t)) for t in metadata.sorted_tables}
        assert counts == told
        assert compared == sum(told.values())
        assert {name for name, rows in told.items() if rows} >= {
            "articles", "article_quotes", "article_words", "subscribers", "subscriptions", "deliveries", "digests",
            "sources", "dialogs", "admins", "audit_log", "sightings",
        }  # fmt: skip
        stored = await articles.get(connection, 1)
        assert stored is not None
        assert [quote.text for quote in stored.article.quotes] == [SAID]
        page = await search.search(connection, "الطريق", limit=5)
        assert [found.id for found in page.headlines] == [1]
        published = await publish(connection, an_article("خبر جديد تماما", "سياسة"))
        assert published.stored.id > 2
        assert published.owed == 3
    await there.close()


async def test_a_database_in_use_is_not_overwritten(ways: tuple[str, str]) -> None:
    source, target = ways
    await move(source, target, progress=ignore)
    with pytest.raises(RefusedError, match="in use"):
        await move(source, target, progress=ignore)


async def test_a_database_is_not_moved_onto_itself(database_url: str) -> None:
    with pytest.raises(RefusedError, match="same database"):
        await move(database_url, database_url, progress=ignore)


async def test_a_row_that_is_not_the_same_there_is_found_and_nothing_stays(
    ways: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = ways
    renumber = copying.renumber

    async def spoil(connection: AsyncConnection) -> None:
        await connection.execute(update(table).where(table.c.id == 1).values(title="آخر"))
        await renumber(connection)

    monkeypatch.setattr(copying, "renumber", spoil)
    with pytest.raises(RefusedError, match="articles: a row is not the same"):
        await move(source, target, progress=ignore)
    there = Database(target)
    async with there.read() as connection:
        assert not await copying.is_in_use(connection)
    await there.close()


async def test_what_a_bot_runs_on_is_not_moved_away_under_it(sqlite_database_url: str, tmp_path: Path) -> None:
    running = Database(sqlite_database_url)
    leadership = Leadership(running)
    await leadership.acquire()
    target = tmp_path / "new" / "news.db"
    with pytest.raises(RefusedError, match="a bot runs on it; stop that first"):
        await move(sqlite_database_url, sqlite_url(target), progress=ignore)
    assert not target.exists()
    await leadership.release()
    await running.close()


async def test_a_file_that_is_not_there_is_not_made_to_be_moved(tmp_path: Path) -> None:
    missing = tmp_path / "nwes.db"
    with pytest.raises(RefusedError, match="there is no such database"):
        await move(sqlite_url(missing), sqlite_url(tmp_path / "news.db"), progress=ignore)
    assert not missing.exists()


@pytest.mark.parametrize(("source", "target", "which"), [("nonsense", "sqlite+aiosqlite:///x", "FROM")])
async def test_a_wrong_url_is_refused(source: str, target: str, which: str) -> None:
    with pytest.raises(RefusedError, match=which):
        await move(source, target, progress=ignore)


def test_what_is_portable_refers_to_nothing_that_is_not() -> None:
    for portable in copying.PORTABLE:
        assert {key.column.table for key in portable.foreign_keys} <= set(copying.PORTABLE), portable.name
