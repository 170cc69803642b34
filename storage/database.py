"""The engine: one database behind one URL, SQLite or PostgreSQL, brought up to date by Alembic."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiosqlite
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import dialect

# How long a writer waits for another process's transaction before it gives up.
BUSY_TIMEOUT_MS = 30_000
_DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")


class DatabaseUrlError(ValueError):
    """The URL names no database that this bot can use; the message says what is wrong, without the password."""


class DatabaseUnavailableError(RuntimeError):
    """The database cannot be opened or written to; the message says why, without the password."""


def check_url(url: str) -> URL:
    """Return the URL taken apart; raise `DatabaseUrlError` where it names no database that this bot can use."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise DatabaseUrlError("this is no SQLAlchemy URL; write sqlite+aiosqlite:////path/to/news.db") from None
    if parsed.drivername not in _DRIVERS:
        raise DatabaseUrlError(f"begins with {parsed.drivername!r}; possible are {' and '.join(_DRIVERS)}")
    if parsed.get_backend_name() == "sqlite":
        if parsed.host:
            raise DatabaseUrlError("an SQLite database is a path: write sqlite+aiosqlite:/// and the path behind it")
        if not parsed.database or parsed.database.startswith((":memory:", "file:")) or "\0" in parsed.database:
            raise DatabaseUrlError("an SQLite database must be a file, since several processes share it")
    elif "sslmode" in parsed.query:
        raise DatabaseUrlError("asyncpg knows no sslmode; write ssl=require instead")
    elif parsed.port is not None and parsed.port > 65_535:
        raise DatabaseUrlError(f"there is no port {parsed.port}")
    return parsed


class Database:
    """A pool of connections. `read()` and `write()` each give one transaction, committed at the end of the block.

    A write transaction takes SQLite's write lock at its beginning: a transaction that reads first and asks for the
    lock later is refused at once, however long the busy timeout is.
    """

    def __init__(
        self, url: str, *, name: str = "news bot", observe: Callable[[str, float], None] | None = None
    ) -> None:
        """Raise `DatabaseUrlError` for a URL of another kind. No connection is made yet.

        PostgreSQL shows `name` (63 bytes) beside each connection, in `pg_stat_activity`. `observe` is told of each
        transaction, `read` or `write`, and its seconds: the wait for its turn and what the caller does in it included.
        """
        parsed = check_url(url)
        self.name = name
        self._observe = observe or (lambda _mode, _seconds: None)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._file = Path(parsed.database) if self.is_sqlite and parsed.database else None
        self._engine: AsyncEngine = (
            create_async_engine(parsed, connect_args={"async_creator_fn": _open_sqlite})
            if self.is_sqlite
            else create_async_engine(
                parsed, pool_pre_ping=True, connect_args={"server_settings": {"application_name": name}}
            )
        )
        # SQLite has one writer at a time. Queueing here wakes the next one at once; SQLite's own waiting sleeps.
        self._writer = asyncio.Lock() if self.is_sqlite else None
        if self.is_sqlite:
            event.listen(self._engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database."""
        return self._file

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads."""
        started = time.monotonic()
        async with self._engine.connect() as connection, connection.begin():
            yield connection
        self._observe("read", time.monotonic() - started)

    @asynccontextmanager
    async def autocommit(self) -> AsyncIterator[AsyncConnection]:
        """A connection on which each statement is a transaction of its own. PostgreSQL only."""
        async with self._engine.connect() as connection:
            yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write. An exception rolls it back."""
        started = time.monotonic()
        async with self._writing() as connection:
            yield connection
        self._observe("write", time.monotonic() - started)

    @asynccontextmanager
    async def _writing(self, *, foreign_keys: bool = True) -> AsyncIterator[AsyncConnection]:
        async with AsyncExitStack() as stack:
            if self._writer:
                await stack.enter_async_context(self._writer)
            connection = await stack.enter_async_context(self._engine.connect())
            connection = await connection.execution_options(writes=True, foreign_keys=foreign_keys)
            await stack.enter_async_context(connection.begin())
            yield connection

    async def ping(self) -> None:
        """Ask the database something that it cannot answer from memory. Raise what its driver raises."""
        async with self.read() as connection:
            await connection.execute(text("SELECT version_num FROM alembic_version"))

    async def migrate(self) -> None:
        """Bring the schema up to date; create the file and its folder where they are missing.

        Safe while other processes do the same: the first one works, the others wait and find it done.
        Raise `DatabaseUnavailableError`.
        """
        try:
            if self._file:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                # A file that cannot be opened is found out here: of a failed opening aiosqlite's thread is not waited
                # for, and one that outlives the event loop prints a traceback.
                sqlite3.connect(self._file).close()
            # SQLite alters a table by copying it and dropping the old one, which would delete what refers to its rows.
            async with self._writing(foreign_keys=False) as connection:
                await dialect.serialize(connection, "migrate")
                await connection.run_sync(_upgrade)
        except (DBAPIError, OSError, sqlite3.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            raise DatabaseUnavailableError(str(cause).partition("\n")[0]) from None
        except CommandError as error:
            raise DatabaseUnavailableError(f"its schema is not of this version of the bot: {error}") from None
        finally:
            # No later transaction may get the connection that does not heed foreign keys.
            await self._engine.dispose()

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings for a connection that is already open, inside the caller's transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")


async def _open_sqlite(*args: Any, **options: Any) -> aiosqlite.Connection:
    """As SQLAlchemy opens a connection; but where that is cut short, the connection's thread has ended before it is.

    A thread that outlives the event loop prints a traceback.
    """
    connection = aiosqlite.connect(*args, **options)
    connection._thread.daemon = True  # as SQLAlchemy has it

    async def open_it() -> aiosqlite.Connection:
        return await connection

    opening = asyncio.create_task(open_it())
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        with suppress(sqlite3.Error):
            await (await opening).close()
        raise


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself; _begin_sqlite does, of the right kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            cursor.execute(f"PRAGMA {pragma}")
    except Exception:
        # The pool would only tell the connection's thread to stop, and might drop the connection before it has.
        connection.close()
        raise
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("foreign_keys", True):
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")
