"""What a test leaves behind in a database on PostgreSQL: the next one finds nothing of it."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from storage.database import Database
from tests.databases import PostgresServer
from tests.recycled import Recycled

ADD_SECTION = "INSERT INTO sections (name, slug, position) VALUES ('فلك', 'sky', 99) RETURNING id"
CONNECTED = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'news bot'"


@pytest.fixture
def databases(postgres: PostgresServer, postgres_databases: Recycled) -> Iterator[Recycled]:
    """Some that no other test uses."""
    own = Recycled(postgres, postgres_databases.template)
    yield own
    own.close()


def do(url: str, *statements: str) -> list[Any]:
    """Run statements as the bot's own connections do; return the first figure of each."""

    async def run() -> list[Any]:
        database = Database(url)
        try:
            async with database.write() as connection:
                return [await connection.scalar(text(statement)) for statement in statements]
        finally:
            await database.close()

    return asyncio.run(run())


def test_rows_and_numbers_are_as_they_were(databases: Recycled) -> None:
    every = "SELECT string_agg(sections::text, ',' ORDER BY id) FROM sections"
    with databases.database() as first:
        before, number = do(first, every, ADD_SECTION)
        do(
            first,
            "DELETE FROM sections WHERE id = 1 RETURNING id",
            "UPDATE alembic_version SET version_num='0' RETURNING 1",
        )
    with databases.database() as second:
        assert second == first
        assert do(second, every, ADD_SECTION, "SELECT count(*) FROM sections WHERE id = 1") == [before, number, 1]
        assert do(second, "SELECT version_num FROM alembic_version") != ["0"]


def test_what_cannot_be_deleted_is_gone_and_cannot_be_deleted_by_the_next_one_either(databases: Recycled) -> None:
    add = "INSERT INTO audit_log (at, act, detail) VALUES (now(), 'publish', '{}') RETURNING id"
    for _each in range(2):
        with databases.database() as url:
            assert do(url, "SELECT count(*) FROM audit_log", add) == [0, 1]
            with pytest.raises(Exception, match="append-only"):
                do(url, "DELETE FROM audit_log RETURNING id")


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE more AS SELECT 1 AS id",
        "ALTER TABLE sections ADD COLUMN more int",
        "DROP INDEX {index}",
        "ALTER TABLE audit_log DISABLE TRIGGER ALL",
        "ANALYZE sections",
    ],
)
def test_a_database_of_which_more_was_changed_is_used_no_more(databases: Recycled, change: str) -> None:
    with databases.database() as first:
        [index] = do(
            first,
            "SELECT min(indexname) FROM pg_indexes WHERE tablename = 'deliveries' AND indexname LIKE 'ix%'",
        )
        asyncio.run(execute(first, change.format(index=index)))
    with databases.database() as second:
        assert second != first
        assert do(second, "SELECT count(*) FROM pg_stats WHERE schemaname = 'public'") == [0]
        assert do(second, "SELECT count(*) FROM pg_tables WHERE tablename = 'more'") == [0]


async def execute(url: str, statement: str) -> None:
    database = Database(url)
    async with database.autocommit() as connection:
        await connection.execute(text(statement))
    await database.close()


def test_whoever_is_still_connected_is_cut_off(databases: Recycled) -> None:
    with asyncio.Runner() as runner:
        with databases.database() as url:
            left = Database(url)

            async def begin() -> None:
                async with left.write() as connection:
                    await connection.execute(text("SELECT * FROM sections FOR UPDATE"))

            runner.run(begin())
        with databases.database() as url:
            assert do(url, CONNECTED) == [1]  # the one that asks
        runner.run(left.close())
