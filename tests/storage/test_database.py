"""Several processes share one database without losing or refusing a write."""

import asyncio
import sqlite3
import sys
import threading
from asyncio.subprocess import PIPE, Process
from contextlib import AsyncExitStack, closing, suppress
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any, cast

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.exc import IntegrityError

import storage.database
from storage.article import DEFAULT_SECTIONS
from storage.database import BUSY_TIMEOUT_MS, Database
from storage.tables import sections, subscribers, subscriptions
from tests.databases import START
from tests.storage.builders import subscribe
from tests.waiting import until

ROOT = Path(__file__).parents[2]


async def start_process(*arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-m", "tests.storage.processes", *arguments, cwd=ROOT, stdout=PIPE, stderr=PIPE
    )


async def finish(process: Process) -> str:
    """Wait for the process; what it wrote about its failure, if it failed."""
    _, errors = await process.communicate()
    return errors.decode() if process.returncode else ""


async def position(database: Database) -> int:
    async with database.read() as connection:
        return await connection.scalar(select(sections.c.position).where(sections.c.id == 1)) or 0


async def test_every_connection_of_sqlite_is_prepared(sqlite_database: Database) -> None:
    expected = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": BUSY_TIMEOUT_MS, "synchronous": 2}
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(sqlite_database.read()) for _ in range(4)]
        connections.append(await stack.enter_async_context(sqlite_database.write()))
        for connection in connections:
            assert {name: await connection.scalar(text(f"PRAGMA {name}")) for name in expected} == expected


async def test_foreign_keys_are_heeded_after_a_migration_too(database: Database) -> None:
    await database.migrate()
    for _ in range(2):
        with pytest.raises(IntegrityError):
            async with database.write() as connection:
                await connection.execute(subscriptions.insert().values(chat_id=1, section_id=1))


async def test_a_migration_that_alters_a_table_keeps_what_refers_to_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite alters a table by dropping it, and what is dropped would take along all that refers to it."""
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة", "رياضة")

    def alter(connection: Connection) -> None:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("subscribers", recreate="auto") as batch:
            batch.alter_column("language", nullable=True)

    monkeypatch.setattr(storage.database, "_upgrade", alter)
    await database.migrate()
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(subscriptions)) == 2


async def test_a_write_transaction_takes_the_lock_at_its_beginning(
    sqlite_database: Database, sqlite_database_url: str
) -> None:
    with impatient(sqlite_database_url) as other:
        async with sqlite_database.write():
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")
        other.rollback()


async def test_a_read_transaction_locks_nobody_out_and_sees_one_state(
    sqlite_database: Database, sqlite_database_url: str
) -> None:
    with impatient(sqlite_database_url) as other:
        async with sqlite_database.read() as connection:
            before = await connection.scalar(select(sections.c.position).where(sections.c.id == 1))
            other.execute("UPDATE sections SET position = 77 WHERE id = 1")
            assert await connection.scalar(select(sections.c.position).where(sections.c.id == 1)) == before
    assert await position(sqlite_database) == 77


def impatient(url: str) -> closing[sqlite3.Connection]:
    """A connection that gives up at once where it finds a lock."""
    return closing(sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///"), timeout=0, isolation_level=None))


async def test_an_exception_rolls_back(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await connection.execute(update(sections).values(position=99))
            raise LookupError

    before = await position(database)
    with pytest.raises(LookupError):
        await fail()
    assert await position(database) == before


async def test_a_cancelled_transaction_leaves_nothing_and_no_lock(database: Database) -> None:
    before = await position(database)
    began = asyncio.Event()

    async def write_for_ever() -> None:
        async with database.write() as connection:
            await connection.execute(update(sections).values(position=99))
            began.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_for_ever())
    await began.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert await position(database) == before
    async with database.write() as connection:
        await connection.execute(update(sections).where(sections.c.id == 1).values(position=5))
    assert await position(database) == 5


async def test_writers_of_one_process_wait_for_each_other(database: Database) -> None:
    """Each of them reads first: two that did so at once would lose one another's work, or be refused."""

    async def add_one() -> None:
        async with database.write() as connection:
            row = select(sections.c.position).where(sections.c.id == 1).with_for_update()
            found = await connection.scalar(row) or 0
            await connection.execute(update(sections).where(sections.c.id == 1).values(position=found + 1))

    before = await position(database)
    await asyncio.gather(*(add_one() for _ in range(12)))
    assert await position(database) == before + 12


async def test_processes_that_migrate_one_empty_database_at_once_all_succeed(
    empty_database_url: str, empty_database: Database
) -> None:
    started = await asyncio.gather(*(start_process("migrate", empty_database_url) for _ in range(4)))
    assert [await finish(process) for process in started] == [""] * 4
    async with empty_database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(sections)) == len(DEFAULT_SECTIONS)
        assert await connection.scalar(select(func.count()).select_from(text("alembic_version"))) == 1


async def test_writers_in_two_processes_wait_for_each_other(
    sqlite_database: Database, sqlite_database_url: str
) -> None:
    before = await position(sqlite_database)
    started = await asyncio.gather(*(start_process("count_up", sqlite_database_url, "40") for _ in range(2)))
    for _ in range(40):
        async with sqlite_database.write() as connection:
            found = await connection.scalar(select(sections.c.position).where(sections.c.id == 1)) or 0
            await connection.execute(update(sections).where(sections.c.id == 1).values(position=found + 1))
    assert [await finish(process) for process in started] == ["", ""]
    assert await position(sqlite_database) == before + 120


async def test_a_writer_waits_while_another_process_holds_the_lock(
    sqlite_database: Database, sqlite_database_url: str
) -> None:
    async with sqlite_database.write() as connection:
        process = await start_process("count_up", sqlite_database_url)
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        await connection.execute(update(sections).where(sections.c.id == 1).values(position=100))
    assert await finish(process) == ""
    assert await position(sqlite_database) == 101


async def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    riyadh = START.astimezone(timezone(timedelta(hours=3)))
    async with database.write() as connection:
        await subscribe(connection, 1, now=riyadh)
        created = await connection.scalar(select(subscribers.c.created_at))
    assert created == START
    assert created.utcoffset() == timedelta()


async def test_an_opening_that_is_cut_short_leaves_no_thread_behind(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads, go_on, connect = list[threading.Thread](), threading.Event(), sqlite3.connect

    def slow(*args: Any, **options: Any) -> sqlite3.Connection:
        threads.append(threading.current_thread())
        go_on.wait()
        return cast("sqlite3.Connection", connect(*args, **options))

    monkeypatch.setattr(sqlite3, "connect", slow)
    opening = asyncio.create_task(position(sqlite_database))
    await until(lambda: bool(threads))
    opening.cancel()
    for _ in range(10):
        await asyncio.sleep(0)
    assert not opening.done(), "its thread is opening the file still"
    go_on.set()

    with pytest.raises(asyncio.CancelledError):
        await opening
    (thread,) = threads
    thread.join()
