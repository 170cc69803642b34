"""A database that is locked, full or busy delays what is owed, and loses nothing."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.emulator import Emulator
from storage.database import Database
from storage.deliveries import State
from tests.delivery.harness import MovableClock, Outbox, dispatching, until


async def test_nothing_is_written_while_nothing_is_owed(sqlite_database_url: str, emulator: Emulator) -> None:
    database = CountingDatabase(sqlite_database_url)
    outbox = Outbox(database, MovableClock())
    await outbox.subscribe(1)
    await outbox.publish("الأول")

    async with dispatching(outbox, emulator.url):
        await outbox.settled()
        looks, writes = database.reads + 4, database.writes  # it looks twice a second

        async def has_looked() -> bool:
            return database.reads >= looks

        await until(has_looked)
        assert database.writes - writes <= 1
    await database.close()


async def test_a_database_locked_by_another_process_delays_and_loses_nothing(
    sqlite_database: Database, sqlite_database_url: str, emulator: Emulator
) -> None:
    outbox = Outbox(sqlite_database, MovableClock())
    await outbox.subscribe(*range(1, 201))
    await outbox.publish("الأول")
    another = sqlite3.connect(
        sqlite_database_url.partition(":///")[2], isolation_level=None, timeout=30, check_same_thread=False
    )

    async with dispatching(outbox, emulator.url, rate=200):

        async def is_going_on() -> bool:
            return len(emulator.ledger.accepted) > 20

        await until(is_going_on)
        await asyncio.to_thread(another.execute, "BEGIN IMMEDIATE")
        held = len(emulator.ledger.accepted)
        await asyncio.sleep(1.5)  # how long the lock is held
        assert len(emulator.ledger.accepted) <= held + 64  # nothing goes out that cannot be recorded
        another.execute("ROLLBACK")
        rows = await outbox.settled()
    another.close()

    assert {row.state for row in rows} == {State.SENT}
    assert emulator.ledger.copies_by_chat() == dict.fromkeys(range(1, 201), 1)


async def test_a_full_disk_delays_and_loses_nothing(sqlite_database_url: str, emulator: Emulator) -> None:
    database = FullDatabase(sqlite_database_url)
    outbox = Outbox(database, MovableClock())
    await outbox.subscribe(*range(1, 101))
    await outbox.publish("الأول")

    async with dispatching(outbox, emulator.url, rate=200):

        async def is_going_on() -> bool:
            return len(emulator.ledger.accepted) > 20

        await until(is_going_on)
        database.is_full = True

        async def was_refused() -> bool:
            return database.refused > 0

        await until(was_refused)
        database.is_full = False
        rows = await outbox.settled()
    await database.close()

    assert {row.state for row in rows} == {State.SENT}
    assert emulator.ledger.copies_by_chat() == dict.fromkeys(range(1, 101), 1)


class CountingDatabase(Database):
    reads = writes = 0

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        self.reads += 1
        async with super().read() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        self.writes += 1
        async with super().write() as connection:
            yield connection


class FullDatabase(Database):
    """Where `is_full`, every transaction ends by writing more than SQLite is allowed to."""

    is_full = False
    refused = 0

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        async with super().write() as connection:
            yield connection
            if self.is_full:
                await connection.exec_driver_sql("PRAGMA max_page_count = 1")
                try:
                    await connection.exec_driver_sql("CREATE TABLE much AS SELECT zeroblob(10000000) AS it")
                except OperationalError:
                    self.refused += 1
                    raise
                finally:
                    await connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")
