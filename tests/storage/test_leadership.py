"""Which of several processes leads."""

import asyncio
import errno
import fcntl
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from storage.database import Database
from storage.leadership import LEASE_S, Leadership
from tests.databases import sqlite_url


class Steady:
    """A steady clock that a test can move."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return asyncio.get_running_loop().time() + self.ahead


@pytest.fixture
async def bots(postgres_database_url: str) -> AsyncIterator[tuple[Database, Database]]:
    pair = Database(postgres_database_url, name="first bot"), Database(postgres_database_url, name="second bot")
    yield pair
    for bot in pair:
        await bot.close()


async def fall_silent_for_long(database: Database) -> None:
    async with database.autocommit() as connection:
        await connection.execute(text("UPDATE leaders SET renewed_at = renewed_at - interval '1 hour'"))


async def test_one_leads_and_the_other_stands_by_until_it_ends(bots: tuple[Database, Database]) -> None:
    first, second = (Leadership(bot) for bot in bots)
    assert not first.is_held()
    await first.acquire()
    waiting = asyncio.create_task(second.acquire())
    done, _ = await asyncio.wait({waiting}, timeout=1)
    assert not done
    assert (first.is_held(), second.is_held()) == (True, False)

    await first.release()

    await waiting
    assert (first.is_held(), second.is_held()) == (False, True)
    await second.release()


async def test_a_leader_that_renews_its_lease_keeps_it(bots: tuple[Database, Database]) -> None:
    clock = Steady()
    leader = Leadership(bots[0], clock=clock)
    await leader.acquire()
    keeping = asyncio.create_task(leader.keep())
    clock.ahead = LEASE_S / 2
    await asyncio.wait({keeping}, timeout=1.5)
    clock.ahead = LEASE_S + 1  # past the first lease, within the renewed one
    assert leader.is_held()
    keeping.cancel()
    await leader.release()


async def test_a_leader_that_was_stopped_leads_no_more_when_it_goes_on(bots: tuple[Database, Database]) -> None:
    clock = Steady()
    stopped, other = Leadership(bots[0], clock=clock), Leadership(bots[1])
    await stopped.acquire()
    with pytest.raises(SQLAlchemyError):  # noqa: PT012 - what raises is the end of its own block
        async with bots[0].write() as held:
            # A transaction that the stopped process can neither end nor roll back.
            await held.execute(text("UPDATE sections SET position = position"))
            await fall_silent_for_long(bots[1])

            await other.acquire()

            async with bots[1].write() as connection:
                await connection.execute(text("UPDATE sections SET position = position + 1"))
    clock.ahead = LEASE_S
    assert (stopped.is_held(), other.is_held()) == (False, True)
    await asyncio.wait_for(stopped.keep(), 1)
    await stopped.release()
    assert other.is_held()
    await other.release()


async def test_whoever_gets_the_lock_of_a_leader_that_was_cut_off_lets_its_lease_run_out(
    bots: tuple[Database, Database],
) -> None:
    cut_off, other = (Leadership(bot) for bot in bots)
    await cut_off.acquire()
    async with bots[1].autocommit() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"))

    await other.acquire()

    assert not cut_off.is_held()
    assert other.is_held()
    await cut_off.release()
    assert other.is_held()
    await other.release()


async def test_a_leader_whose_row_is_gone_leads_no_more(bots: tuple[Database, Database]) -> None:
    leader = Leadership(bots[0])
    await leader.acquire()
    async with bots[1].autocommit() as connection:
        await connection.execute(text("DELETE FROM leaders"))
    await asyncio.wait_for(leader.keep(), 3)
    assert not leader.is_held()
    await leader.release()


async def test_the_one_process_of_an_sqlite_file_leads_until_it_ends(sqlite_database: Database) -> None:
    leader = Leadership(sqlite_database)
    assert not leader.is_held()
    await leader.acquire()
    assert leader.is_held()
    keeping = asyncio.create_task(leader.keep())
    done, _ = await asyncio.wait({keeping}, timeout=0.05)
    assert not done
    keeping.cancel()
    await leader.release()
    assert not leader.is_held()


async def test_a_second_process_of_an_sqlite_file_stands_by(sqlite_database: Database, tmp_path: Path) -> None:
    assert sqlite_database.file is not None
    (tmp_path / "link.db").symlink_to(sqlite_database.file)
    other_way = Database(sqlite_url(tmp_path / "link.db"))
    first, second = Leadership(sqlite_database), Leadership(other_way)
    await first.acquire()
    waiting = asyncio.create_task(second.acquire())
    done, _ = await asyncio.wait({waiting}, timeout=1)
    assert not done
    assert (first.is_held(), second.is_held()) == (True, False)

    await first.release()

    await waiting
    assert second.is_held()
    await second.release()
    await other_way.close()


async def test_where_files_cannot_be_locked_the_process_leads_and_says_so(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_descriptor: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    leader = Leadership(sqlite_database)
    await leader.acquire()
    assert leader.is_held()
    assert "No locks available" in caplog.text
    await leader.release()
