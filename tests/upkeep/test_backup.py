"""A copy of a database in use, and the way back."""

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.console import RefusedError
from bot.upkeep.backup import back_up, restore
from storage import settling
from storage.database import Database
from storage.deliveries import Outcome, State
from storage.leadership import Leadership
from tests.databases import START
from tests.storage.builders import an_article, claim, publish, subscribe
from tests.upkeep.newsroom import work

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def count(file: Path, query: str) -> int:
    connection = sqlite3.connect(file)
    try:
        return int(connection.execute(query).fetchone()[0])
    finally:
        connection.close()


async def test_a_copy_taken_while_a_broadcast_is_recorded_is_of_one_moment(
    sqlite_database: Database, sqlite_database_url: str, tmp_path: Path
) -> None:
    async with sqlite_database.write() as connection:
        for chat_id in range(1, 301):
            await subscribe(connection, chat_id, "سياسة")
        await publish(connection, an_article())
    copies: list[Path] = []

    async def broadcast() -> None:
        while True:
            async with sqlite_database.write() as connection:
                batch = await claim(connection, 10)
            if not batch:
                return
            async with sqlite_database.write() as connection:
                done = [Outcome(one.id, State.SENT, START, message_id=one.chat_id, attempts=1) for one in batch]
                await settling.settle(connection, done)

    async def keep_copies() -> None:
        while not sending.done():
            file = tmp_path / f"copy{len(copies)}.db"
            await asyncio.to_thread(back_up, sqlite_database_url, file)
            copies.append(file)

    sending = asyncio.create_task(broadcast())
    await asyncio.gather(sending, keep_copies())

    assert copies
    for file in copies:
        assert count(file, "SELECT count(*) FROM deliveries") == 300
        assert count(file, "SELECT count(*) FROM deliveries WHERE (state = 'sent') != (message_id IS NOT NULL)") == 0
        # What is in doubt is what was claimed at once, and no more.
        assert count(file, "SELECT count(*) FROM deliveries WHERE state = 'sending'") <= 10


async def test_what_is_brought_back_is_what_was_kept(
    sqlite_database: Database, sqlite_database_url: str, tmp_path: Path
) -> None:
    await work(sqlite_database)
    file = tmp_path / "kept.db"
    assert back_up(sqlite_database_url, file) == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0
    async with sqlite_database.write() as connection:
        await subscribe(connection, 99, "رياضة")
    await sqlite_database.close()

    before = restore(sqlite_database_url, file, now=NOW)

    assert before == tmp_path / "news.db.before-20261124T120000"
    assert count(before, "SELECT count(*) FROM subscribers") == 4
    assert count(tmp_path / "news.db", "SELECT count(*) FROM subscribers") == 3
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


async def test_nothing_is_put_in_the_place_of_what_a_bot_runs_on(
    sqlite_database: Database, sqlite_database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "copy.db"
    back_up(sqlite_database_url, file)
    leadership = Leadership(sqlite_database)
    await leadership.acquire()
    with pytest.raises(RefusedError, match="a bot runs on it; stop that first"):
        restore(sqlite_database_url, file, now=NOW)
    await leadership.release()

    assert restore(sqlite_database_url, file, now=NOW) is not None


def test_a_database_comes_back_where_there_is_none(sqlite_database_url: str, tmp_path: Path) -> None:
    back_up(sqlite_database_url, tmp_path / "kept.db")
    new = tmp_path / "elsewhere" / "news.db"
    assert restore(f"sqlite+aiosqlite:///{new}", tmp_path / "kept.db", now=NOW) is None
    assert count(new, "SELECT count(*) FROM sections") > 0


@pytest.mark.parametrize("content", [b"", b"text", b"SQLite format 3\0" + bytes(1000)])
def test_what_is_no_sound_copy_is_refused_and_changes_nothing(
    sqlite_database_url: str, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "wrong.db").write_bytes(content)
    before = (tmp_path / "news.db").read_bytes()
    with pytest.raises(RefusedError):
        restore(sqlite_database_url, tmp_path / "wrong.db", now=NOW)
    assert (tmp_path / "news.db").read_bytes() == before


def test_a_database_of_another_program_is_refused(sqlite_database_url: str, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE notes (text)")
    other.close()
    with pytest.raises(RefusedError, match="not a database of this bot"):
        restore(sqlite_database_url, tmp_path / "other.db", now=NOW)


def test_a_damaged_copy_is_found_out(sqlite_database_url: str, tmp_path: Path) -> None:
    back_up(sqlite_database_url, tmp_path / "kept.db")
    data = bytearray((tmp_path / "kept.db").read_bytes())
    data[4096 * 3 : 4096 * 6] = bytes(4096 * 3)
    (tmp_path / "kept.db").write_bytes(data)
    with pytest.raises(RefusedError):
        restore(sqlite_database_url, tmp_path / "kept.db", now=NOW)


def test_without_a_database_there_is_nothing_to_keep(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="no database yet"):
        back_up(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}", tmp_path / "kept.db")
    assert list(tmp_path.iterdir()) == []


def test_postgresql_has_tools_of_its_own_and_the_password_is_not_shown(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://news:secret@db.example:5433/bot"
    with pytest.raises(RefusedError) as refusal:
        back_up(url, tmp_path / "kept")
    assert "pg_dump --host=db.example --port=5433 --username=news --dbname=bot" in str(refusal.value)
    assert "secret" not in str(refusal.value)
