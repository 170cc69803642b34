"""A database that cannot be opened is named in one line, and leaves nothing behind."""

import asyncio
import gc
import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from storage.article import DEFAULT_SECTIONS
from storage.database import Database, DatabaseUnavailableError, DatabaseUrlError, check_url
from storage.opening import open_database
from storage.tables import section_aliases, sections
from tests.databases import sqlite_url


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "no SQLAlchemy URL"),
        ("news.db", "no SQLAlchemy URL"),
        ("postgresql+asyncpg://bot:s3cret@host:port/news", "no SQLAlchemy URL"),
        ("postgresql+asyncpg://bot:s3/cret@host/news", None),
        ("postgresql://bot:s3cret@host/news", "begins with 'postgresql'"),
        ("postgres://bot:s3cret@host/news", "begins with 'postgres'"),
        ("mysql+aiomysql://bot:s3cret@host/news", "begins with 'mysql+aiomysql'"),
        ("sqlite:///news.db", "begins with 'sqlite'"),
        ("postgresql+asyncpg://bot:s3cret@host/news?sslmode=require", "ssl=require"),
        ("postgresql+asyncpg://bot:s3cret@host:99999/news", "no port 99999"),
        ("sqlite+aiosqlite://", "must be a file"),
        ("sqlite+aiosqlite:///", "must be a file"),
        ("sqlite+aiosqlite:///:memory:", "must be a file"),
        ("sqlite+aiosqlite:///file:news?mode=memory&uri=true", "must be a file"),
        ("sqlite+aiosqlite:////data/\0news.db", "must be a file"),
        ("sqlite+aiosqlite://data/news.db", "the path behind it"),
    ],
)
def test_a_wrong_url_is_refused_in_one_line_without_its_password(url: str, says: str | None) -> None:
    if says is None:
        assert check_url(url).password == "s3/cret"
        return
    with pytest.raises(DatabaseUrlError) as caught:
        Database(url)
    assert says in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.fixture
async def databases() -> AsyncIterator[list[Database]]:
    made: list[Database] = []
    yield made
    for database in made:
        await database.close()


async def test_a_missing_folder_is_created(tmp_path: Path, databases: list[Database]) -> None:
    databases.append(Database(sqlite_url(tmp_path / "أخبار" / "new folder" / "news.db")))
    await databases[0].migrate()
    async with databases[0].read() as connection:
        assert await connection.scalar(select(func.count()).select_from(section_aliases)) == 0


async def test_a_relative_path_is_of_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, databases: list[Database]
) -> None:
    monkeypatch.chdir(tmp_path)
    databases.append(Database("sqlite+aiosqlite:///data/news.db"))
    await databases[0].migrate()
    assert (tmp_path / "data" / "news.db").is_file()


async def test_a_database_that_cannot_be_used_is_named_in_one_line(tmp_path: Path, databases: list[Database]) -> None:
    (tmp_path / "notes.txt").write_text("no database at all, but long enough to be read as one" * 10)
    (tmp_path / "folder").mkdir()
    cases = {
        sqlite_url(tmp_path / "notes.txt"): "not a database",
        sqlite_url(tmp_path / "folder"): "unable to open",
        sqlite_url(tmp_path / "notes.txt" / "news.db"): "notes.txt",
        f"postgresql+asyncpg://bot:s3cret@/news?host={tmp_path}": os.strerror(2),
    }
    for url, says in cases.items():
        database = Database(url)
        databases.append(database)
        with pytest.raises(DatabaseUnavailableError) as caught:
            await database.migrate()
        assert says in str(caught.value)
        assert "s3cret" not in str(caught.value)
        assert "\n" not in str(caught.value)


async def test_a_file_that_is_no_database_leaves_no_connection_behind(
    tmp_path: Path, databases: list[Database]
) -> None:
    (tmp_path / "notes.txt").write_text("no database at all, but long enough to be read as one" * 10)
    databases.append(Database(sqlite_url(tmp_path / "notes.txt")))
    with pytest.raises(DatabaseUnavailableError):
        await databases[0].migrate()
    gc.collect()  # would warn of one that was never closed


def test_a_file_that_cannot_be_opened_leaves_no_thread_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    complaints: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda failed: complaints.append(str(failed.exc_value)))
    before = set(threading.enumerate())
    for _ in range(30):  # a thread that is not waited for outlives its event loop in about every third run
        with pytest.raises(DatabaseUnavailableError, match="unable to open"):
            asyncio.run(open_database(sqlite_url(tmp_path)))
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    assert complaints == []


async def test_opening_brings_a_new_database_up_to_date(empty_database_url: str) -> None:
    for _ in range(2):
        database = await open_database(empty_database_url)
        async with database.read() as connection:
            assert await connection.scalar(select(func.count()).select_from(sections)) == len(DEFAULT_SECTIONS)
        await database.close()


async def test_opening_what_is_no_database_fails(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError):
        await open_database(sqlite_url(tmp_path))


async def test_a_schema_of_a_later_version_is_not_touched(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnavailableError, match="9999"):
        await database.migrate()
